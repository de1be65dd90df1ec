import { withChange, sameData, type DataChange } from './data-change.js';
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

/**
 * The first of some edits whose result both parsers read as the old data with just the one change. An edit
 * that would change anything else (an alias elsewhere, the end of a block scalar) is thus never made.
 */
export function firstVerified(
  source: YamlSource,
  edits: readonly (Edit | undefined)[],
  change: DataChange,
): SpliceOutcome {
  const wanted = {
    fast: withChange(source.data.fast, change),
    positioned: withChange(source.data.positioned, change),
  };
  let why = 'The file has a form there that cannot be changed without touching something else.';
  if (wanted.fast === undefined || wanted.positioned === undefined) return { kind: 'refused', why };
  for (const edit of edits) {
    if (edit === undefined) continue;
    const text = source.text.slice(0, edit.start) + edit.insert + source.text.slice(edit.end);
    if (text === source.text) return { kind: 'unchanged' };
    const after = readSource(text);
    if (after.kind === 'refused') {
      why = `The change would make the file unreadable: ${after.why}`;
      continue;
    }
    const { fast, positioned } = after.source.data;
    if (sameData(fast, wanted.fast.data) && sameData(positioned, wanted.positioned.data)) {
      return { kind: 'spliced', text };
    }
    why = 'The change would change something else in the file, such as what an alias stands for.';
  }
  return { kind: 'refused', why };
}
