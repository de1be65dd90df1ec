import { isDeepStrictEqual } from 'node:util';
import { posix } from 'node:path';
import { isSectionDone, type YamlEdit } from 'yaml-splice';
import {
  analysisEntries,
  formOf,
  imagePath,
  ANALYSIS_SECTION,
  INVENTORY_MARK,
  INVENTORY_SECTION,
  isDataMap,
  isOwnRecord,
  projectionDigest,
  valueAt,
  withoutExtension,
  type AnalysisEntry,
  type DataPath,
  type Entity,
} from '../content/index.js';
import { askedMark } from '../recipe/index.js';
import { asJson, type Json } from '../util/canonical-json.js';
import { inventoryFields, sectionEntry, type AnalyzedFile } from './analysis-entry.js';
import type { FoundAnalyses } from './find-analyses.js';

const COMMENT =
  'Written by chargen from images/*.analysis.json. An entry that you change is yours and stays as it is.';

/** The edits that a file needs, or why none of them is made. */
export type EditsOutcome =
  | { readonly kind: 'edits'; readonly edits: readonly YamlEdit[] }
  | { readonly kind: 'refused'; readonly why: string };

/** A file as it is read before it is edited. */
export interface AuthoredYaml {
  readonly text: string;
  readonly data: unknown;
  /** Whether a person wrote a comment into what stands at a path. */
  readonly isCommented: (at: DataPath) => boolean;
}

/**
 * The edits that bring what analysis found into a file, in the form of its dialect. What a person wrote or changed
 * stays to the byte, and so does an entry that a person wrote a comment into; an entry without a sidecar stays too,
 * since a clone need not have one. What the tool wrote of a picture that has been made again since is taken out.
 */
export function analysisEdits(
  file: AuthoredYaml,
  entity: Entity,
  { found, outdated }: FoundAnalyses,
): EditsOutcome {
  if (found.length + outdated.length === 0) return { kind: 'edits', edits: [] };
  const sorted = [...found].sort((a, b) => (a.picture.path < b.picture.path ? -1 : 1));
  const listed = sorted.filter((one) => belongsInInventory(file.data, entity, one));
  const rest = sorted.filter((one) => !listed.includes(one));
  const section = intoSection(file, entity, { found: rest, outdated });
  if (section.kind === 'refused') return section;
  return { kind: 'edits', edits: [...intoInventory(file, entity, listed), ...section.edits] };
}

/**
 * An author's inventory takes what is known of the pictures that it lists or could list. The record of a generated
 * picture is written anew from its recipe, so that what was added to it there would be lost.
 */
function belongsInInventory(data: unknown, entity: Entity, file: AnalyzedFile): boolean {
  if (formOf(entity).inventory === undefined) return false;
  const list = valueAt(data, [INVENTORY_SECTION]);
  if (!Array.isArray(list)) return false;
  const path = posix.join(entity.root, file.picture.path);
  const stem = withoutExtension(path);
  const isScene = entity.scenes.some((scene) => stem === imagePath(entity.root, scene.id));
  const entry = analysisEntries(data, entity.root).find(
    (one) => one.form === 'inventory' && one.picture === path,
  );
  return !isScene && !(entry !== undefined && isOwnRecord(valueAt(data, entry.at)));
}

function intoSection(
  { text, data, isCommented }: AuthoredYaml,
  entity: Entity,
  { found, outdated }: FoundAnalyses,
): EditsOutcome {
  const entries = analysisEntries(data, entity.root).filter((entry) => entry.form === 'section');
  const projections = new Map(
    found.map((file) => [posix.join(entity.root, file.picture.path), sectionEntry(entity, file)] as const),
  );
  const dropped = entries.filter(
    (entry) =>
      entry.owner === 'tool' &&
      !projections.has(entry.picture) &&
      outdated.some((file) => describesPicture(entity, file, entry)),
  );
  if (projections.size + dropped.length === 0) return { kind: 'edits', edits: [] };
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
    // A formatter may have changed the layout of the section: only its content counts.
    if (isDeepStrictEqual(present, wanted)) return { kind: 'edits', edits: [] };
    if (!isCommented([ANALYSIS_SECTION])) {
      const section = { kind: 'section', key: ANALYSIS_SECTION, value: wanted, comment: COMMENT } as const;
      return { kind: 'edits', edits: isSectionDone(text, data, section) ? [] : [section] };
    }
  }
  const edits: YamlEdit[] = [];
  for (const [picture, value] of projections) {
    const entry = entries.find((one) => one.picture === picture);
    if (entry === undefined) edits.push({ kind: 'append', at: [ANALYSIS_SECTION], item: value });
    else if (entry.owner === 'tool' && !isSame(data, entry, value) && !isCommented(entry.at)) {
      edits.push({ kind: 'replace', at: entry.at, item: value });
    }
  }
  for (const { at } of dropped) {
    if (!isCommented(at)) edits.push({ kind: 'remove', at, optional: true });
  }
  return { kind: 'edits', edits };
}

/** Whether an entry was written from an analysis: a teammate may have recorded a newer one. */
function describesPicture(entity: Entity, file: AnalyzedFile, entry: AnalysisEntry): boolean {
  return entry.picture === posix.join(entity.root, file.picture.path) && entry.taskKey === file.item;
}

function isSame(data: unknown, entry: AnalysisEntry, value: Json): boolean {
  return isDeepStrictEqual(valueAt(data, entry.at), value);
}

function intoInventory(authored: AuthoredYaml, entity: Entity, found: readonly AnalyzedFile[]): YamlEdit[] {
  const { data } = authored;
  const entries = analysisEntries(data, entity.root).filter((entry) => entry.form === 'inventory');
  const edits: YamlEdit[] = [];
  for (const file of found) {
    const picture = posix.join(entity.root, file.picture.path);
    const entry = entries.find((one) => one.picture === picture);
    const { entry: whole, findings } = inventoryFields(entity, file);
    if (entry === undefined) {
      edits.push({ kind: 'append', at: [INVENTORY_SECTION], item: marked(whole, file) });
      continue;
    }
    switch (entry.owner) {
      case 'person':
        break;
      case 'tool':
        edits.push(...updateInventoryEntry(authored, entry, whole, file));
        break;
      case 'open': {
        const present = valueAt(data, entry.at);
        const absent = Object.entries(findings).filter(
          ([field]) => isDataMap(present) && present[field] === undefined,
        );
        edits.push(...setFields(entry, Object.fromEntries(absent), file));
        break;
      }
    }
  }
  return edits;
}

function updateInventoryEntry(
  { data, isCommented }: AuthoredYaml,
  entry: AnalysisEntry,
  whole: Readonly<Record<string, Json>>,
  file: AnalyzedFile,
): YamlEdit[] {
  const present = valueAt(data, entry.at);
  const mark = valueAt(present, [INVENTORY_MARK]);
  if (!isDataMap(present) || valueAt(mark, ['task_key']) === file.item) return [];
  const listed = valueAt(mark, ['fields']);
  const ours = Array.isArray(listed) ? listed.filter((one): one is string => typeof one === 'string') : [];
  const isWhole = Object.keys(present).every((field) => field === INVENTORY_MARK || ours.includes(field));
  const rewritten = isWhole ? [entry.at] : [...ours, INVENTORY_MARK].map((field) => [...entry.at, field]);
  if (rewritten.some(isCommented)) return [];
  if (isWhole) return [{ kind: 'replace', at: entry.at, item: marked(whole, file) }];
  const fields = Object.fromEntries(Object.entries(whole).filter(([field]) => ours.includes(field)));
  return setFields(entry, fields, file);
}

function setFields(
  entry: AnalysisEntry,
  fields: Readonly<Record<string, Json>>,
  file: AnalyzedFile,
): YamlEdit[] {
  return Object.entries({ ...fields, [INVENTORY_MARK]: markOf(fields, file) }).map(([field, value]) => ({
    kind: 'field',
    at: entry.at,
    field,
    value,
  }));
}

function marked(fields: Readonly<Record<string, Json>>, file: AnalyzedFile): Json {
  return { ...fields, [INVENTORY_MARK]: markOf(fields, file) };
}

function markOf(fields: Readonly<Record<string, Json>>, file: AnalyzedFile): Json {
  return {
    fields: Object.keys(fields),
    task_key: file.item,
    ...(file.asked === undefined ? {} : { asked: askedMark(file.asked) }),
    projection: projectionDigest(fields),
  };
}
