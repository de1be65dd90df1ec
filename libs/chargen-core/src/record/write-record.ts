import { join, posix } from 'node:path';
import { inventoryRecord, recordPlace, type Entity, type Scene } from '../content/index.js';
import { REAL_PLACES, scenePaths, sceneName } from '../plan/index.js';
import { asContentKey, itemName, readRecipe, type Recipe } from '../recipe/index.js';
import { asJson, type Json } from '../util/canonical-json.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { NOT_UTF8, readAuthoredText } from './authored-text.js';
import { findAnalyses } from './find-analyses.js';
import { spliceAnalyses } from './splice-analyses.js';
import { spliceInventory } from './splice-inventory.js';
import { spliceTopLevel } from './splice-top-level.js';
import type { SpliceOutcome } from './verified-edit.js';

/** The section of imagery.yaml that the tool writes; everything else in the file belongs to its author. */
export const RECORD_SECTION = 'generated_images';
const COMMENT = 'Written by chargen from images/*.recipe.json. Edits here are overwritten.';

/** One entry of the record, in the field's own words. */
export function recordEntry(entity: Entity, sceneId: string, recipe: Recipe): Json {
  const scene = entity.scenes.find((one) => one.id === sceneId);
  const name = scene === undefined ? `${entity.type}/${entity.slug}/${sceneId}` : sceneName(entity, scene);
  return {
    custom_id: sceneId,
    file_name: recipe.picture.file,
    file_path: posix.join('images', recipe.picture.file),
    prompt_used: promptOf(recipe),
    provider: 'google-gemini',
    model: recipe.provenance.model,
    generated_at: recipe.provenance.finishedAt,
    batch_run_id: recipe.provenance.run,
    task_key: itemName(name, asContentKey(recipe.key)),
  };
}

function promptOf(recipe: Recipe): string {
  return recipe.request.request.contents
    .flatMap((content) => content.parts.flatMap((part) => ('text' in part ? [part.text] : [])))
    .join('\n\n');
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
  const entries = parts === 'all' ? await recordedScenes(workspaceRoot, entity) : undefined;
  const found = await findAnalyses(workspaceRoot, entity);
  const text = await readAuthoredText(path);
  if (text === undefined) return { kind: 'refused', why: NOT_UTF8 };
  const pictures: SpliceOutcome =
    entries === undefined ? { kind: 'unchanged' } : splicePictures(text, entity, entries);
  const between = pictures.kind === 'spliced' ? pictures.text : text;
  const analyses = spliceAnalyses(between, entity, found);
  const after = analyses.kind === 'spliced' ? analyses.text : between;
  if (after !== text) {
    // Between reading and here an editor may have saved: that version wins, and the next run records into it.
    if ((await readAuthoredText(path)) !== text) return { kind: 'refused', why: 'it was changed meanwhile' };
    await writeFileAtomic(path, after);
  }
  if (pictures.kind === 'refused') return pictures;
  if (analyses.kind === 'refused') return analyses;
  return { kind: after === text ? 'unchanged' : 'written' };
}

/** Into the place that the entity's dialect has for it. */
function splicePictures(text: string, entity: Entity, recorded: readonly Recorded[]): SpliceOutcome {
  const place = recordPlace(entity);
  const section = (): SpliceOutcome => {
    const entries = recorded.map(({ scene, recipe }) => recordEntry(entity, scene.id, recipe));
    return spliceTopLevel(text, RECORD_SECTION, entries, COMMENT);
  };
  if (place.kind === 'section') return section();
  const records = recorded.map(({ scene, recipe }) => {
    const record = inventoryRecord(entity, {
      scene: scene.id,
      title: scene.title,
      tags: scene.tags,
      path: posix.join('images', recipe.picture.file),
      prompt: promptOf(recipe),
      model: recipe.provenance.model,
      generatedAt: recipe.provenance.finishedAt,
      run: recipe.provenance.run,
      taskKey: itemName(sceneName(entity, scene), asContentKey(recipe.key)),
    });
    return { id: record.id, value: asJson(record) };
  });
  return spliceInventory(text, entity.file, place.key, records) ?? section();
}

interface Recorded {
  readonly scene: Scene;
  readonly recipe: Recipe;
}

async function recordedScenes(workspaceRoot: string, entity: Entity): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  for (const scene of entity.scenes) {
    const recipe = await readRecipe(join(workspaceRoot, scenePaths(entity, scene, REAL_PLACES).recipe));
    if (recipe.kind === 'present' && recipe.value.preview === undefined) {
      recorded.push({ scene, recipe: recipe.value });
    }
  }
  return recorded.sort((a, b) => (a.scene.id < b.scene.id ? -1 : 1));
}
