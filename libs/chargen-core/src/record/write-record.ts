import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Entity } from '../content/index.js';
import { REAL_PLACES, scenePaths, sceneName } from '../plan/index.js';
import { asContentKey, itemName, readRecipe, type Recipe } from '../recipe/index.js';
import type { Json } from '../util/canonical-json.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { findAnalyses } from './find-analyses.js';
import { spliceAnalyses } from './splice-analyses.js';
import { spliceTopLevel } from './splice-top-level.js';
import type { SpliceOutcome } from './verified-edit.js';

/** The section of imagery.yaml that the tool writes; everything else in the file belongs to its author. */
export const RECORD_SECTION = 'generated_images';
const COMMENT = 'Written by chargen from images/*.recipe.json. Edits here are overwritten.';

/** One entry of the record, in the field's own words. */
export function recordEntry(entity: Entity, sceneId: string, recipe: Recipe): Json {
  const scene = entity.scenes.find((one) => one.id === sceneId);
  const name = scene === undefined ? `${entity.type}/${entity.slug}/${sceneId}` : sceneName(entity, scene);
  const text = recipe.request.request.contents.flatMap((content) =>
    content.parts.flatMap((part) => ('text' in part ? [part.text] : [])),
  );
  return {
    custom_id: sceneId,
    file_name: recipe.picture.file,
    file_path: posix.join('images', recipe.picture.file),
    prompt_used: text.join('\n\n'),
    provider: 'google-gemini',
    model: recipe.provenance.model,
    generated_at: recipe.provenance.finishedAt,
    batch_run_id: recipe.provenance.run,
    task_key: itemName(name, asContentKey(recipe.key)),
  };
}

export type RecordOutcome =
  | { readonly kind: 'written' }
  | { readonly kind: 'unchanged' }
  /** The file has a form that cannot be added to without touching an author's bytes. */
  | { readonly kind: 'refused'; readonly why: string };

/** `analyses` leaves the record of pictures alone: a clone that only analyzes may not have their recipes. */
export type RecordParts = 'all' | 'analyses';

/**
 * Makes the record of an entity anew from the recipes that lie beside its pictures: a projection, sorted by
 * scene, so that every machine writes the same bytes, and again nothing where nothing changed. Then brings in
 * what analysis found.
 */
export async function writeRecord(
  workspaceRoot: string,
  entity: Entity,
  parts: RecordParts = 'all',
): Promise<RecordOutcome> {
  const path = join(workspaceRoot, entity.file);
  const entries = parts === 'all' ? await recordEntries(workspaceRoot, entity) : undefined;
  const found = await findAnalyses(workspaceRoot, entity);
  const text = await readFile(path, 'utf8');
  const pictures: SpliceOutcome =
    entries === undefined ? { kind: 'unchanged' } : spliceTopLevel(text, RECORD_SECTION, entries, COMMENT);
  const between = pictures.kind === 'spliced' ? pictures.text : text;
  const analyses = spliceAnalyses(between, entity, found);
  const after = analyses.kind === 'spliced' ? analyses.text : between;
  if (after !== text) {
    // Between reading and here an editor may have saved: that version wins, and the next run records into it.
    if ((await readFile(path, 'utf8')) !== text) return { kind: 'refused', why: 'it was changed meanwhile' };
    await writeFileAtomic(path, after);
  }
  if (pictures.kind === 'refused') return pictures;
  if (analyses.kind === 'refused') return analyses;
  return { kind: after === text ? 'unchanged' : 'written' };
}

async function recordEntries(workspaceRoot: string, entity: Entity): Promise<Json[]> {
  const entries: { readonly id: string; readonly entry: Json }[] = [];
  for (const scene of entity.scenes) {
    const recipe = await readRecipe(join(workspaceRoot, scenePaths(entity, scene, REAL_PLACES).recipe));
    if (recipe.kind === 'present' && recipe.value.preview === undefined) {
      entries.push({ id: scene.id, entry: recordEntry(entity, scene.id, recipe.value) });
    }
  }
  return entries.sort((a, b) => (a.id < b.id ? -1 : 1)).map((one) => one.entry);
}
