import { join, posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isSectionDone, openYaml, spliceAll, type YamlEdit } from 'yaml-splice';
import { PROVIDER } from '../catalogue/index.js';
import {
  briefInventoryRecord,
  formOf,
  IMAGES_FOLDER,
  inventoryRecord,
  parseYaml,
  RECORD_KEY,
  RECORD_TOOL,
  valueAt,
  type Entity,
  type RecordFacts,
  type Scene,
} from '../content/index.js';
import { REAL_PLACES, scenePaths, sceneName } from '../plan/index.js';
import { asContentKey, itemName, readRecipe, requestText, type Recipe } from '../recipe/index.js';
import type { Json } from '../util/canonical-json.js';
import { editAuthoredFile, type EditOutcome } from './edit-authored.js';
import { findAnalyses, type FoundAnalyses } from './find-analyses.js';
import { analysisEdits, type AuthoredYaml } from './splice-analyses.js';
import { inventoryEdits } from './splice-inventory.js';

/** A file with none of these holds no record that has to be taken out. */
const OF_RECORDS = [RECORD_KEY, RECORD_TOOL];
const COMMENT = 'Written by chargen from images/*.recipe.json. Edits here are overwritten.';

/** One entry of the record, in the field's own words: six lines, and what the recipe has as well with `prompts`. */
function recordEntry(entity: Entity, sceneId: string, recipe: Recipe, prompts: boolean): Json {
  const scene = entity.scenes.find((one) => one.id === sceneId);
  const name = scene === undefined ? `${entity.type}/${entity.slug}/${sceneId}` : sceneName(entity, scene);
  const file_path = posix.join(IMAGES_FOLDER, recipe.picture.file);
  const { model, finishedAt: generated_at, run: batch_run_id } = recipe.provenance;
  const task_key = itemName(name, asContentKey(recipe.key));
  if (!prompts) return { custom_id: sceneId, file_path, model, generated_at, batch_run_id, task_key };
  return {
    custom_id: sceneId,
    file_name: recipe.picture.file,
    file_path,
    prompt_used: requestText(recipe.request),
    provider: PROVIDER,
    model,
    generated_at,
    batch_run_id,
    task_key,
  };
}

export type RecordOutcome = EditOutcome;

/** `analyses` leaves the record of pictures alone: a clone that only analyzes may not have their recipes. */
export type RecordParts = 'all' | 'analyses';

export interface RecordOptions {
  /** Default: all. */
  readonly parts?: RecordParts;
  /** Repeat in each entry the compiled prompt, which the recipe has. Default: false. */
  readonly prompts?: boolean;
}

/**
 * Makes the record of an entity anew from the recipes that are beside its pictures: a projection, sorted by
 * scene, so that every machine writes the same bytes, and again nothing if nothing changed. Brings in what analysis
 * found as well: one parse of the file and one verification, for any number of pictures. A save of the author
 * meanwhile wins, and gets the record too.
 */
export async function writeRecord(
  workspaceRoot: string,
  entity: Entity,
  { parts = 'all', prompts = false }: RecordOptions = {},
): Promise<RecordOutcome> {
  const path = join(workspaceRoot, entity.file);
  const recorded = parts === 'all' ? await recordedScenes(workspaceRoot, entity) : undefined;
  const found = await findAnalyses(workspaceRoot, entity);
  let refused: string | undefined;
  const outcome = await editAuthoredFile(path, (text) => {
    const spliced = spliceRecord(text, entity, recorded, found, prompts);
    refused = spliced.why;
    return spliced.text;
  });
  return refused === undefined || outcome.kind === 'refused' ? outcome : { kind: 'refused', why: refused };
}

/** A part that the form of the file does not allow does not keep the other part out. */
function spliceRecord(
  text: string,
  entity: Entity,
  recorded: readonly Recorded[] | undefined,
  found: FoundAnalyses,
  prompts: boolean,
): { readonly text?: string; readonly why?: string } {
  // Most files of a world have nothing to record, and reading one as YAML takes longer than all the rest.
  const isNothing = (recorded?.length ?? 0) + found.found.length + found.outdated.length === 0;
  if (isNothing && !OF_RECORDS.some((word) => text.includes(word))) return {};
  const parsed = parseYaml(text, entity.file);
  if (parsed.kind === 'broken') return { why: parsed.diagnostic.message };
  const opened = openYaml(text, { fast: parsed.data });
  const file: AuthoredYaml = { text, data: parsed.data, isCommented: (at) => opened.isCommented(at) };
  const pictures = recorded === undefined ? [] : pictureEdits(file, entity, recorded, prompts);
  const analyses = analysisEdits(file, entity, found);
  const both = [...pictures, ...(analyses.kind === 'edits' ? analyses.edits : [])];
  const together = opened.splice(both);
  if (together.kind !== 'refused') {
    return {
      ...(together.kind === 'spliced' ? { text: together.text } : {}),
      ...(analyses.kind === 'refused' ? { why: analyses.why } : {}),
    };
  }
  const first = opened.splice(pictures);
  const between = first.kind === 'spliced' ? first.text : text;
  const second = spliceAll(between, analyses.kind === 'edits' ? analyses.edits : []);
  const after = second.kind === 'spliced' ? second.text : between;
  return { why: together.why, ...(after === text ? {} : { text: after }) };
}

/**
 * Into the inventory, if the entity's dialect has one and its file begins it: a list that its author never began may
 * mean something to other tools. Else into a section of its own. A chapter's images have fields for it (`file_path`,
 * `generated_at` …), which stand among authored lines, hold one picture only and mean "done" to the tool that wrote
 * them, so they are left alone.
 */
function pictureEdits(
  { text, data }: AuthoredYaml,
  entity: Entity,
  recorded: readonly Recorded[],
  prompts: boolean,
): readonly YamlEdit[] {
  const { inventory } = formOf(entity);
  const section = (): YamlEdit[] => {
    const present = valueAt(data, [RECORD_KEY]);
    const list: readonly unknown[] = Array.isArray(present) ? present : [];
    const value = recorded.map(({ id, recipe }) => {
      const entry = list.find((one) => valueAt(one, ['custom_id']) === id);
      const full = recordEntry(entity, id, recipe, true);
      return prompts || isDeepStrictEqual(entry, full) ? full : recordEntry(entity, id, recipe, false);
    });
    const edit = { kind: 'section', key: RECORD_KEY, value, comment: COMMENT } as const;
    return isSectionDone(text, data, edit) ? [] : [edit];
  };
  if (inventory === undefined) return section();
  const records = recorded.flatMap(({ scene, recipe }) => {
    if (scene === undefined) return [];
    const facts = factsOf(entity, scene, recipe);
    const full = inventoryRecord(entity, facts);
    const id = `${entity.slug}-${scene.id}`;
    // An entry in the form with the prompt stays until its picture is made anew.
    const valueFor = (present: unknown): Json =>
      prompts || isDeepStrictEqual(present, full) ? full : briefInventoryRecord(entity, facts);
    return [{ id, valueFor }];
  });
  return inventoryEdits(data, inventory, records) ?? section();
}

function factsOf(entity: Entity, scene: Scene, recipe: Recipe): RecordFacts {
  return {
    scene: scene.id,
    title: scene.title,
    tags: scene.tags,
    path: posix.join(IMAGES_FOLDER, recipe.picture.file),
    prompt: requestText(recipe.request),
    model: recipe.provenance.model,
    generatedAt: recipe.provenance.finishedAt,
    run: recipe.provenance.run,
    taskKey: itemName(sceneName(entity, scene), asContentKey(recipe.key)),
  };
}

interface Recorded {
  readonly id: string;
  /** Undefined for one that cannot be read at the moment: its picture stays in the record. */
  readonly scene: Scene | undefined;
  readonly recipe: Recipe;
}

async function recordedScenes(workspaceRoot: string, entity: Entity): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  for (const id of [...entity.scenes.map((one) => one.id), ...(entity.unread ?? [])]) {
    const recipe = await readRecipe(join(workspaceRoot, scenePaths(entity, { id }, REAL_PLACES).recipe));
    if (recipe.kind === 'present' && recipe.value.preview === undefined) {
      recorded.push({ id, scene: entity.scenes.find((one) => one.id === id), recipe: recipe.value });
    }
  }
  return recorded.sort((a, b) => (a.id < b.id ? -1 : 1));
}
