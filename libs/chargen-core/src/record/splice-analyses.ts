import { isDeepStrictEqual } from 'node:util';
import { posix } from 'node:path';
import {
  analysisEntries,
  ANALYSIS_SECTION,
  INVENTORY_MARK,
  INVENTORY_SECTION,
  isDataMap,
  isOwnRecord,
  parseYaml,
  projectionDigest,
  valueAt,
  type AnalysisEntry,
  type Entity,
} from '../content/index.js';
import { asJson, type Json } from '../util/canonical-json.js';
import { inventoryFields, sectionEntry, type AnalyzedFile } from './analysis-entry.js';
import { isCommented } from './is-commented.js';
import { spliceField } from './splice-field.js';
import { appendItem, removeItem, replaceItem } from './splice-item.js';
import { spliceTopLevel } from './splice-top-level.js';
import type { FoundAnalyses } from './find-analyses.js';
import type { SpliceOutcome } from './verified-edit.js';

const COMMENT =
  'Written by chargen from images/*.analysis.json. An entry that you change is yours and stays as it is.';

/**
 * Brings what analysis found into a file, in the form of its dialect. What a person wrote or changed stays to the
 * byte, and so does an entry that somebody wrote a comment into; an entry without a sidecar stays too, since a
 * clone need not have one. What the tool wrote of a picture that has been made again since is taken out.
 */
export function spliceAnalyses(
  text: string,
  entity: Entity,
  { found, outdated }: FoundAnalyses,
): SpliceOutcome {
  if (found.length + outdated.length === 0) return { kind: 'unchanged' };
  const parsed = parseYaml(text, entity.file);
  if (parsed.kind === 'broken') return { kind: 'refused', why: parsed.diagnostic.message };
  const { data } = parsed;
  const sorted = [...found].sort((a, b) => (a.picture.path < b.picture.path ? -1 : 1));
  const listed = sorted.filter((file) => belongsInInventory(data, entity, file));
  const inventory = intoInventory(text, data, entity, listed);
  if (inventory.kind === 'refused') return inventory;
  const rest = sorted.filter((file) => !listed.includes(file));
  const between = inventory.kind === 'spliced' ? inventory.text : text;
  const section = intoSection(between, data, entity, { found: rest, outdated });
  return section.kind === 'unchanged' ? inventory : section;
}

/**
 * An author's inventory takes what is known of the pictures that it lists or could list. The record of a generated
 * picture is written anew from its recipe, so that what was added to it there would be lost.
 */
function belongsInInventory(data: unknown, entity: Entity, file: AnalyzedFile): boolean {
  if (entity.dialect !== 'C1+C2') return false;
  const list = valueAt(data, [INVENTORY_SECTION]);
  if (!Array.isArray(list)) return false;
  const path = posix.join(entity.root, file.picture.path);
  const stem = path.slice(0, path.length - posix.extname(path).length);
  const isScene = entity.scenes.some((scene) => stem === posix.join(entity.root, 'images', scene.id));
  const entry = analysisEntries(data, entity.root).find(
    (one) => one.form === 'inventory' && one.picture === path,
  );
  return !isScene && !(entry !== undefined && isOwnRecord(valueAt(data, entry.at)));
}

/** Edits one after the other; each sees the text that the one before left. */
class Edits {
  #changed = false;
  #why: string | undefined;

  constructor(private text: string) {}

  make(edit: (text: string) => SpliceOutcome): void {
    const outcome = edit(this.text);
    if (outcome.kind === 'spliced') {
      this.text = outcome.text;
      this.#changed = true;
    } else if (outcome.kind === 'refused') this.#why ??= outcome.why;
  }

  /** An edit that the form of the file does not allow is left out. */
  attempt(edit: (text: string) => SpliceOutcome): void {
    this.make((text) => {
      const outcome = edit(text);
      return outcome.kind === 'refused' ? { kind: 'unchanged' } : outcome;
    });
  }

  outcome(): SpliceOutcome {
    if (this.#why !== undefined) return { kind: 'refused', why: this.#why };
    return this.#changed ? { kind: 'spliced', text: this.text } : { kind: 'unchanged' };
  }
}

function intoSection(
  text: string,
  data: unknown,
  entity: Entity,
  { found, outdated }: FoundAnalyses,
): SpliceOutcome {
  const entries = analysisEntries(data, entity.root).filter((entry) => entry.form === 'section');
  const projections = new Map(
    found.map((file) => [posix.join(entity.root, file.picture.path), sectionEntry(entity, file)] as const),
  );
  const dropped = entries.filter(
    (entry) =>
      entry.owner === 'tool' &&
      !projections.has(entry.picture) &&
      outdated.some((file) => tellsOf(entity, file, entry)),
  );
  if (projections.size + dropped.length === 0) return { kind: 'unchanged' };
  const present = valueAt(data, [ANALYSIS_SECTION]) ?? [];
  if (!Array.isArray(present)) {
    return { kind: 'refused', why: `"${ANALYSIS_SECTION}" is no list, so that nothing is added to it` };
  }
  const whole = present.length;
  const isAllOurs = entries.length === whole && entries.every((entry) => entry.owner === 'tool');
  if (isAllOurs) {
    const kept = entries.filter((entry) => !projections.has(entry.picture) && !dropped.includes(entry));
    const list = [
      ...kept.map((entry) => ({ picture: entry.picture, value: asJson(valueAt(data, entry.at)) })),
      ...[...projections].map(([picture, value]) => ({ picture, value })),
    ].sort((a, b) => (a.picture < b.picture ? -1 : 1));
    const wanted = list.map((one) => one.value);
    // A formatter may have laid the section out anew: what it says is what counts.
    if (isDeepStrictEqual(present, wanted)) return { kind: 'unchanged' };
    if (!isCommented(text, [ANALYSIS_SECTION])) {
      return spliceTopLevel(text, ANALYSIS_SECTION, wanted, COMMENT);
    }
  }
  const edits = new Edits(text);
  for (const [picture, value] of projections) {
    const entry = entries.find((one) => one.picture === picture);
    if (entry === undefined) edits.make((now) => appendItem(now, [ANALYSIS_SECTION], value));
    else if (entry.owner === 'tool' && !isSame(data, entry, value) && !isCommented(text, entry.at)) {
      edits.make((now) => replaceItem(now, entry.at, value));
    }
  }
  // From the end, so that the places of those before stay what they are.
  for (const { at } of dropped.toReversed()) {
    if (!isCommented(text, at)) edits.attempt((now) => removeItem(now, at));
  }
  return edits.outcome();
}

/** Whether an entry was written from an analysis: a teammate may have recorded a newer one. */
function tellsOf(entity: Entity, file: AnalyzedFile, entry: AnalysisEntry): boolean {
  return entry.picture === posix.join(entity.root, file.picture.path) && entry.taskKey === file.item;
}

function isSame(data: unknown, entry: AnalysisEntry, value: Json): boolean {
  return isDeepStrictEqual(valueAt(data, entry.at), value);
}

function intoInventory(
  text: string,
  data: unknown,
  entity: Entity,
  found: readonly AnalyzedFile[],
): SpliceOutcome {
  const entries = analysisEntries(data, entity.root).filter((entry) => entry.form === 'inventory');
  const edits = new Edits(text);
  for (const file of found) {
    const picture = posix.join(entity.root, file.picture.path);
    const entry = entries.find((one) => one.picture === picture);
    const { entry: whole, findings } = inventoryFields(entity, file);
    if (entry === undefined) {
      edits.make((now) => appendItem(now, [INVENTORY_SECTION], marked(whole, file)));
      continue;
    }
    switch (entry.owner) {
      case 'person':
        break;
      case 'tool':
        updateInventoryEntry(edits, { text, data }, entry, whole, file);
        break;
      case 'open': {
        const present = valueAt(data, entry.at);
        const absent = Object.entries(findings).filter(
          ([field]) => isDataMap(present) && present[field] === undefined,
        );
        setFields(edits, entry, { ...Object.fromEntries(absent) }, file);
        break;
      }
    }
  }
  return edits.outcome();
}

function updateInventoryEntry(
  edits: Edits,
  { text, data }: { readonly text: string; readonly data: unknown },
  entry: AnalysisEntry,
  whole: Readonly<Record<string, Json>>,
  file: AnalyzedFile,
): void {
  const present = valueAt(data, entry.at);
  const mark = valueAt(present, [INVENTORY_MARK]);
  if (!isDataMap(present) || valueAt(mark, ['task_key']) === file.item) return;
  const listed = valueAt(mark, ['fields']);
  const ours = Array.isArray(listed) ? listed.filter((one): one is string => typeof one === 'string') : [];
  const isWhole = Object.keys(present).every((field) => field === INVENTORY_MARK || ours.includes(field));
  const rewritten = isWhole ? [entry.at] : [...ours, INVENTORY_MARK].map((field) => [...entry.at, field]);
  if (rewritten.some((at) => isCommented(text, at))) return;
  if (isWhole) edits.make((now) => replaceItem(now, entry.at, marked(whole, file)));
  else {
    const fields = Object.fromEntries(Object.entries(whole).filter(([field]) => ours.includes(field)));
    setFields(edits, entry, fields, file);
  }
}

function setFields(
  edits: Edits,
  entry: AnalysisEntry,
  fields: Readonly<Record<string, Json>>,
  file: AnalyzedFile,
): void {
  for (const [field, value] of Object.entries({ ...fields, [INVENTORY_MARK]: markOf(fields, file) })) {
    edits.make((now) => spliceField(now, entry.at, field, value));
  }
}

function marked(fields: Readonly<Record<string, Json>>, file: AnalyzedFile): Json {
  return { ...fields, [INVENTORY_MARK]: markOf(fields, file) };
}

function markOf(fields: Readonly<Record<string, Json>>, file: AnalyzedFile): Json {
  return { fields: Object.keys(fields), task_key: file.item, projection: projectionDigest(fields) };
}
