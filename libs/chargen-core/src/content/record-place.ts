import { PROVIDER } from '../catalogue/index.js';
import type { Json } from '../util/canonical-json.js';
import { isDataMap } from './data.js';
import type { Entity } from './entity.js';

/** The machine-written section of a file that has no place of its own for generated pictures. */
export const RECORD_KEY = 'generated_images';

/** Marks an entry of an author's inventory as the tool's: `generation.tool`. */
export const RECORD_TOOL = 'chargen';

/** Whether an entry of an inventory is a record that the tool wrote, and may therefore replace. */
export function isOwnRecord(entry: unknown): boolean {
  if (!isDataMap(entry)) return false;
  const generation = entry['generation'];
  return isDataMap(generation) && generation['tool'] === RECORD_TOOL;
}

/** What is known of a picture that was made for a scene. */
export interface RecordFacts {
  readonly scene: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** Relative to the entity's folder. */
  readonly path: string;
  readonly prompt: string;
  readonly model: string;
  /** ISO time. */
  readonly generatedAt: string;
  readonly run: string;
  readonly taskKey: string;
}

/** A record in the form of a character's inventory; `generation.target_id` ties it to its scene. */
export function inventoryRecord(entity: Entity, facts: RecordFacts): Json {
  return {
    // Ids of inventories are unique in the world; scenes' ids are unique in their entity.
    id: `${entity.slug}-${facts.scene}`,
    path: facts.path,
    type: 'generated',
    // Approving a picture is for people.
    status: 'pending',
    content: { title: facts.title, description: facts.title, tags: facts.tags },
    provenance: {
      source: 'generated',
      created_at: facts.generatedAt,
      original_filename: facts.path.slice(facts.path.lastIndexOf('/') + 1),
    },
    generation: {
      tool: RECORD_TOOL,
      target_id: facts.scene,
      provider: PROVIDER,
      model: facts.model,
      prompt_used: facts.prompt,
      batch_run_id: facts.run,
      task_key: facts.taskKey,
    },
  };
}

/** The record as it is written by default, in eight lines: what else there is to know stands in the recipe. */
export function briefInventoryRecord(entity: Entity, facts: RecordFacts): Json {
  return {
    id: `${entity.slug}-${facts.scene}`,
    path: facts.path,
    generation: {
      tool: RECORD_TOOL,
      model: facts.model,
      generated_at: facts.generatedAt,
      batch_run_id: facts.run,
      task_key: facts.taskKey,
    },
  };
}
