import { posix } from 'node:path';
import { asJson, digestJson, type Json } from '../util/canonical-json.js';
import { isDataMap, valueAt, type DataMap } from './data.js';
import type { AuthoredPicture, DataPath, Palette, PromptPart } from './entity.js';
import { joinInside } from './workspace-path.js';

/** The section of imagery.yaml that holds what analysis found, one entry a picture. */
export const ANALYSIS_SECTION = 'picture_analysis';
/** The fields of a character inventory (C1) that hold the same, by its own names. */
export const INVENTORY_SECTION = 'image_inventory';
/** What the tool notes beside the fields that it wrote into an inventory entry. */
export const INVENTORY_MARK = 'chargen';

/** What imagery.yaml states about one picture, written by the tool or by a person. */
export interface AnalysisEntry {
  /** Relative to the workspace. */
  readonly picture: string;
  readonly at: DataPath;
  readonly form: 'section' | 'inventory';
  /** `character/ada/portrait@sha256:…`: what was asked when the tool wrote it; none if a person did. */
  readonly taskKey: string | undefined;
  /** What people had asked for then, in short; another version of the tool asks the same under another key. */
  readonly asked: string | undefined;
  /**
   * Its owner: the tool as long as it holds what the tool wrote, afterwards a person, permanently. An inventory
   * entry that holds no analysis yet is `open`: fields may be added to it.
   */
  readonly owner: 'tool' | 'person' | 'open';
  readonly traits: readonly string[];
  readonly attire: readonly string[];
  readonly palette: Palette | undefined;
  readonly style: string | undefined;
  /** For people who cannot see the picture. */
  readonly altText?: string;
  /** False: the picture is unlike its canon and is not confirmed; it adds nothing to prompts. */
  readonly mayTeach: boolean;
}

/** The entries of a parsed imagery.yaml. What is not an entry is passed over: its reader reports it. */
export function analysisEntries(data: unknown, root: string): AnalysisEntry[] {
  if (!isDataMap(data)) return [];
  return [
    ...listOf(data[ANALYSIS_SECTION]).flatMap((value, index) => sectionEntry(value, root, index)),
    ...listOf(data[INVENTORY_SECTION]).flatMap((value, index) => inventoryEntry(value, root, index)),
  ];
}

function sectionEntry(value: unknown, root: string, index: number): AnalysisEntry[] {
  if (!isDataMap(value)) return [];
  const picture = pathOf(value['picture'], root);
  if (picture === undefined) return [];
  const { projection, ...rest } = value;
  const isOwn = typeof projection === 'string' && projection === projectionDigest(asJson(rest));
  return [
    {
      picture,
      at: [ANALYSIS_SECTION, index],
      form: 'section',
      taskKey: textOf(value['task_key']),
      asked: textOf(value['asked']),
      owner: isOwn ? 'tool' : 'person',
      traits: textsOf(value['traits']),
      attire: textsOf(value['attire']),
      palette: paletteOf(value['palette']),
      style: textOf(value['style']),
      ...altTextOf(value),
      mayTeach: valueAt(value, ['canon', 'matches']) !== false || value['confirmed'] === true,
    },
  ];
}

/** Fields that only an analysis gives; an entry with any of them has been analyzed. */
const INVENTORY_FINDINGS = ['canon_analysis', 'palette', 'lighting'] as const;

function inventoryEntry(value: unknown, root: string, index: number): AnalysisEntry[] {
  if (!isDataMap(value)) return [];
  const picture = pathOf(value['path'], root);
  if (picture === undefined) return [];
  const mark = isDataMap(value[INVENTORY_MARK]) ? value[INVENTORY_MARK] : undefined;
  const canon = isDataMap(value['canon_analysis']) ? value['canon_analysis'] : {};
  const isAnalyzed = INVENTORY_FINDINGS.some((field) => value[field] !== undefined);
  return [
    {
      picture,
      at: [INVENTORY_SECTION, index],
      form: 'inventory',
      taskKey: textOf(mark?.['task_key']),
      asked: textOf(mark?.['asked']),
      owner:
        mark === undefined ? (isAnalyzed ? 'person' : 'open') : isMarked(value, mark) ? 'tool' : 'person',
      traits: Array.isArray(value['traits']) ? textsOf(value['traits']) : textsOf(canon['verified_features']),
      attire: textsOf(value['attire']),
      palette: paletteOf(value['palette']),
      style: undefined,
      ...altTextOf(value),
      mayTeach: canon['matches_description'] !== false || value['confirmed'] === true,
    },
  ];
}

function isMarked(entry: DataMap, mark: DataMap): boolean {
  const fields = textsOf(mark['fields']);
  const written = Object.fromEntries(fields.map((field) => [field, entry[field] ?? null]));
  return mark['projection'] === projectionDigest(asJson(written));
}

/** Shows whether an entry still holds what the tool wrote; 16 hex digits suffice, since forgery is no concern. */
export function projectionDigest(entry: Json): string {
  return digestJson(entry).slice(0, 16);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function pathOf(written: unknown, root: string): string | undefined {
  if (typeof written !== 'string') return undefined;
  const verdict = joinInside(root, written, root);
  return verdict.kind === 'inside' ? verdict.path : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function altTextOf(value: DataMap): Pick<AnalysisEntry, 'altText'> {
  const altText = textOf(value['alt_text']);
  return altText === undefined ? {} : { altText };
}

function textsOf(value: unknown): string[] {
  return listOf(value).flatMap((one) => textOf(one) ?? []);
}

function paletteOf(value: unknown): Palette | undefined {
  if (!isDataMap(value)) return undefined;
  const palette = { dominant: textsOf(value['dominant']), accent: textsOf(value['accent']), avoid: [] };
  return palette.dominant.length + palette.accent.length === 0 ? undefined : palette;
}

/** The most traits that a prompt is given; the first are the most characteristic ones. */
const MAX_TRAITS = 12;

/**
 * What prompts may say of an entity because its own references show it. Only pictures that the author declared
 * count: a generated picture that changed the prompt it came from would be made again endlessly.
 */
export function learnedParts(
  entries: readonly AnalysisEntry[],
  pictures: readonly AuthoredPicture[],
  entity: { readonly slug: string; readonly name: string; readonly file: string },
): PromptPart[] {
  return pictures.flatMap(({ id, paths, role }): PromptPart[] => {
    const entry = entries.find((one) => paths.includes(one.picture) && saysSomething(one));
    if (entry === undefined || role === 'other') return [];
    const source = (field: string): string =>
      `${entity.file} ${String(entry.at[0])}[${posix.basename(entry.picture)}].${field}`;
    const traits = phrasesOf(entry.traits);
    const attire = phrasesOf(entry.attire);
    const { palette, style } = entry;
    if (role === 'object') {
      if (traits.length === 0) return [];
      // An object is not what its owner looks like: it is described only if its picture is sent.
      const text = `Canonical traits of "${id}", an object of ${entity.name}: ${traits.join('; ')}.`;
      const base = { section: 'traits', weight: 3, learned: 'traits' } as const;
      return [{ ...base, text, source: source('traits'), onlyWith: paths }];
    }
    const parts: PromptPart[] = [];
    if (traits.length > 0 && role !== 'style') {
      const text = `Canonical traits of ${entity.name}: ${traits.join('; ')}.`;
      parts.push({ section: 'traits', text, weight: 3, source: source('traits'), learned: 'traits' });
    }
    if (attire.length > 0 && role === 'portrait') {
      // Apart from the traits: a scene may say that something else is worn.
      const { slug, name } = entity;
      const text = `${attire.join(', ')}.`;
      const base = { section: 'subject', weight: 4, learned: 'attire' } as const;
      parts.push({ ...base, text, source: source('attire'), who: { slug, name } });
    }
    if (palette !== undefined) {
      const text = `Colours of ${entity.name}: ${coloursOf(palette)}.`;
      parts.push({ section: 'traits', text, weight: 4, source: source('palette'), learned: 'palette' });
    }
    if (style !== undefined) {
      const text = `Painted like the reference: ${style.replace(/[.\s]+$/, '')}.`;
      parts.push({ section: 'traits', text, weight: 5, source: source('style'), learned: 'style' });
    }
    return parts;
  });
}

function phrasesOf(written: readonly string[]): readonly string[] {
  return written.slice(0, MAX_TRAITS).map((phrase) => phrase.replace(/[.;\s]+$/, ''));
}

function saysSomething({ traits, attire, palette, style, mayTeach }: AnalysisEntry): boolean {
  return mayTeach && (traits.length > 0 || attire.length > 0 || palette !== undefined || style !== undefined);
}

function coloursOf({ dominant, accent }: Palette): string {
  const accents = accent.length === 0 ? '' : `accents of ${accent.join(', ')}`;
  return [dominant.join(', '), accents].filter((text) => text !== '').join(', with ');
}
