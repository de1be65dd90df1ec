import type { DataPath, Json } from './data.js';
import type { DataChange } from './data-change.js';
import { needsOf } from './edit-needs.js';
import { isCommented } from './is-commented.js';
import { OpenedText } from './opened-text.js';
import { planField } from './splice-field.js';
import { planAppend, planRemove, planReplace } from './splice-item.js';
import { planSection, sectionOf } from './splice-top-level.js';
import type { Edit } from './text-lines.js';
import {
  besideByteOrderMark,
  firstVerified,
  verified,
  type EditPlan,
  type SpliceOutcome,
} from './verified-edit.js';
import type { YamlEdit } from './yaml-edit.js';
import { readSource, type YamlSource } from './yaml-source.js';

/** A text that is parsed once, when it is first needed, for questions and edits. */
export interface OpenYaml {
  /**
   * Whether a person wrote a comment into the pair or list item at a path; an edit that writes it anew would lose it.
   * False for a text that cannot be read.
   */
  isCommented(at: DataPath): boolean;
  /** Makes many edits of the text, as `spliceAll` does. The opened text stays as it is. */
  splice(edits: readonly YamlEdit[]): SpliceOutcome;
}

/** `known` is what `readYaml` made of this text, which then need not be parsed for it again. */
export function openYaml(text: string, known?: { readonly fast: unknown }): OpenYaml {
  const opened = new OpenedText(text.replace(/^\uFEFF/, ''), known);
  return {
    isCommented: (at) => {
      const [key] = at;
      const part = key === undefined ? undefined : opened.part([{ kind: 'entry', key: String(key) }]);
      const read = part ?? opened.whole();
      return read.kind === 'source' && isCommented(read.source, at);
    },
    splice: (edits) => {
      if (edits.length === 0) return { kind: 'unchanged' };
      return besideByteOrderMark(text, () => {
        const needs = needsOf(opened.fast(), edits);
        const part = needs && opened.part(needs);
        const outcome = part?.kind === 'source' ? spliceTogether(part.source, inOrder(edits)) : undefined;
        if (outcome !== undefined && outcome.kind !== 'refused') return outcome;
        const whole = opened.whole();
        return whole.kind === 'refused' ? whole : spliceRead(whole.source, edits);
      });
    },
  };
}

/**
 * Makes many edits of one text with one parse before and one verification after. If the edits do not go together
 * (one needs another way than its first, or two touch the same characters), they are made one after the other, each
 * verified. If one that is not optional is rejected, nothing is changed. Throws on a number that JSON cannot hold.
 */
export function spliceAll(text: string, edits: readonly YamlEdit[]): SpliceOutcome {
  return openYaml(text).splice(edits);
}

/** The same by the whole text. */
export function spliceRead(source: YamlSource, edits: readonly YamlEdit[]): SpliceOutcome {
  const groups = inOrder(edits);
  return spliceTogether(source, groups) ?? oneByOne(source, groups);
}

/** Undefined if the edits cannot be made together. */
function spliceTogether(source: YamlSource, groups: readonly Group[]): SpliceOutcome | undefined {
  const ways: Edit[] = [];
  const changes: DataChange[] = [];
  for (const group of groups) {
    const plan = planOf(source, group);
    if (plan.kind === 'unchanged') continue;
    if (plan.kind === 'refused') {
      if (group.edit.optional === true) continue;
      return plan;
    }
    const way = plan.ways.find((one) => one !== undefined);
    if (way === undefined) return undefined;
    ways.push(way);
    changes.push(...plan.changes);
  }
  if (ways.length === 0) return { kind: 'unchanged' };
  const outcome = verified(source, ways, changes);
  return outcome.kind === 'refused' ? undefined : outcome;
}

/** An edit, with what else is appended to the same list. */
interface Group {
  readonly edit: YamlEdit;
  readonly items: Json[];
}

/** Items are appended before others are removed, and the last is removed first: so that each path stays right. */
function inOrder(edits: readonly YamlEdit[]): Group[] {
  const appends = new Map<string, Group>();
  const others: Group[] = [];
  const removals: { readonly edit: YamlEdit; readonly items: Json[]; readonly index: number }[] = [];
  for (const edit of edits) {
    if (edit.kind === 'append') {
      const list = JSON.stringify(edit.at);
      const group = appends.get(list);
      if (group === undefined) appends.set(list, { edit, items: [edit.item] });
      else group.items.push(edit.item);
    } else if (edit.kind === 'remove') {
      removals.push({ edit, items: [], index: Number(edit.at.at(-1)) });
    } else others.push({ edit, items: [] });
  }
  return [...others, ...appends.values(), ...removals.sort((a, b) => b.index - a.index)];
}

function planOf(source: YamlSource, { edit, items }: Group): EditPlan {
  switch (edit.kind) {
    case 'field':
      return planField(source, edit.at, edit.field, edit.value);
    case 'section':
      return planSection(source, sectionOf(edit.key, edit.value, edit.comment));
    case 'append':
      return planAppend(source, edit.at, items);
    case 'replace':
      return planReplace(source, edit.at, edit.item);
    case 'remove':
      return planRemove(source, edit.at);
  }
}

function oneByOne(source: YamlSource, groups: readonly Group[]): SpliceOutcome {
  let now = source;
  for (const group of groups) {
    const outcome = firstVerified(now, planOf(now, group));
    if (outcome.kind === 'unchanged') continue;
    if (outcome.kind === 'refused') {
      if (group.edit.optional === true) continue;
      return outcome;
    }
    const read = readSource(outcome.text);
    if (read.kind === 'refused') return read;
    now = read.source;
  }
  return now.text === source.text ? { kind: 'unchanged' } : { kind: 'spliced', text: now.text };
}
