import { withChange, sameData, type DataChange } from './data-change.js';
import { isWithin } from './needed-part.js';
import type { Edit } from './text-lines.js';
import { readSource, type YamlSource } from './yaml-source.js';

export type SpliceOutcome =
  | { readonly kind: 'spliced'; readonly text: string }
  /** The text says so already. */
  | { readonly kind: 'unchanged' }
  /** Nothing was changed; a sentence for people says why. */
  | { readonly kind: 'refused'; readonly why: string };

const BOM = '\uFEFF';

/**
 * Edits a text without its byte order mark, and puts that back: the mark would shift the columns of the first
 * line, which decide what belongs to what.
 */
export function besideByteOrderMark(text: string, edit: (bare: string) => SpliceOutcome): SpliceOutcome {
  if (!text.startsWith(BOM)) return edit(text);
  const outcome = edit(text.slice(1));
  return outcome.kind === 'spliced' ? { kind: 'spliced', text: BOM + outcome.text } : outcome;
}

/** What an edit comes to in one text, before anything is changed. */
export type EditPlan =
  | {
      readonly kind: 'edits';
      /** Ways to make it, the one that looks better first. */
      readonly ways: readonly (Edit | undefined)[];
      readonly changes: readonly DataChange[];
    }
  | Exclude<SpliceOutcome, { kind: 'spliced' }>;

export function planned(ways: readonly (Edit | undefined)[], ...changes: DataChange[]): EditPlan {
  return { kind: 'edits', ways, changes };
}

/** Makes one edit: one parse before, and one after for each way that is tried. */
export function spliceOne(text: string, plan: (source: YamlSource) => EditPlan): SpliceOutcome {
  return besideByteOrderMark(text, (bare) => {
    const read = readSource(bare);
    return read.kind === 'refused' ? read : firstVerified(read.source, plan(read.source));
  });
}

const UNCHANGEABLE = 'The file has a form there that cannot be changed without touching something else.';

/**
 * The first of some ways whose result both parsers read as the old data with just the one change. An edit
 * that would change anything else (an alias elsewhere, the end of a block scalar) is thus never made.
 */
export function firstVerified(source: YamlSource, plan: EditPlan): SpliceOutcome {
  if (plan.kind !== 'edits') return plan;
  let why = UNCHANGEABLE;
  for (const edit of plan.ways) {
    if (edit === undefined) continue;
    const outcome = verified(source, [edit], plan.changes);
    if (outcome.kind !== 'refused') return outcome;
    why = outcome.why;
  }
  return { kind: 'refused', why };
}

/**
 * Makes edits of places that are apart from each other, and checks all of them by one parse: of the whole text by the
 * fast parser, and by the other one of what it was given before.
 */
export function verified(
  source: YamlSource,
  edits: readonly Edit[],
  changes: readonly DataChange[],
): SpliceOutcome {
  const fast = withChanges(source.data.fast, changes);
  const positioned = withChanges(source.data.positioned, changes);
  const text = applied(source.text, edits);
  const { part } = source;
  const isHere = part === undefined || edits.every((edit) => isWithin(part, edit));
  if (fast === undefined || positioned === undefined || text === undefined || !isHere) {
    return { kind: 'refused', why: UNCHANGEABLE };
  }
  if (text === source.text) return { kind: 'unchanged' };
  const partAfter = part && { text: applied(part.text, edits) ?? '', blanked: [] };
  const after = readSource(text, undefined, partAfter);
  if (after.kind === 'refused') {
    return { kind: 'refused', why: `The change would make the file unreadable: ${after.why}` };
  }
  const { data } = after.source;
  if (sameData(data.fast, fast.data) && sameData(data.positioned, positioned.data))
    return { kind: 'spliced', text };
  return {
    kind: 'refused',
    why: 'The change would change something else in the file, such as what an alias stands for.',
  };
}

function withChanges(data: unknown, changes: readonly DataChange[]): { readonly data: unknown } | undefined {
  let now: { readonly data: unknown } | undefined = { data };
  for (const change of changes) now &&= withChange(now.data, change);
  return now;
}

/** Undefined if two edits touch the same characters. */
function applied(text: string, edits: readonly Edit[]): string | undefined {
  let result = '';
  let at = 0;
  for (const { start, end, insert } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) return undefined;
    result += text.slice(at, start) + insert;
    at = end;
  }
  return result + text.slice(at);
}
