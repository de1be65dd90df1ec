import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  FileDigests,
  FoundPictures,
  Planner,
  REAL_PLACES,
  ResultStore,
  type ChargenSettings,
  type LoadedEntity,
  type World,
} from 'chargen-core';
import { exportEntity, type ExportedFolder } from '../entity/export-entity.js';
import type { ExportOptions } from '../options.js';

export interface WorldExport {
  readonly workspaceRoot: string;
  readonly world: World;
  readonly settings: ChargenSettings;
  readonly options: ExportOptions;
  /** Which entities to export; all of them by default. */
  readonly chosen?: (loaded: LoadedEntity) => boolean;
  /** Called for each entity when it is done; the next one begins after it. */
  readonly onEntity: (loaded: LoadedEntity, outcome: ExportOutcome) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

export type ExportOutcome =
  | ({ readonly kind: 'exported' } & ExportedFolder)
  /** An error stops the whole file; the diagnostics of the entity have it. */
  | { readonly kind: 'broken' }
  /** A file could not be read or written; `why` is what the system said. */
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Makes copies of the pictures that are done, entity by entity, so that memory does not grow with the world. Asks
 * nothing of Google and makes no picture: what is missing is listed.
 */
export async function exportWorld(work: WorldExport): Promise<void> {
  const { workspaceRoot, world, settings, chosen = () => true, signal } = work;
  const state = join(workspaceRoot, REAL_PLACES.stateDir);
  const digests = await FileDigests.open(workspaceRoot, join(state, 'digests.json'));
  const found = new FoundPictures(world, REAL_PLACES, digests);
  const store = new ResultStore(join(state, 'store'));
  for (const loaded of world.entities.filter(chosen)) {
    if (signal?.aborted === true) break;
    // A planner an entity: it remembers every prompt that it compiled.
    const planner = new Planner({ world, settings, places: REAL_PLACES, store, digests, found });
    await work.onEntity(loaded, await outcomeOf({ ...work, style: world.style, planner, digests }, loaded));
  }
  // So that the next export or run hashes only what changed. A checkout that never made a picture gets no state folder.
  if (existsSync(state)) await digests.save();
}

async function outcomeOf(
  context: Parameters<typeof exportEntity>[0],
  loaded: LoadedEntity,
): Promise<ExportOutcome> {
  const { entity } = loaded;
  if (entity === undefined) return { kind: 'broken' };
  try {
    return { kind: 'exported', ...(await exportEntity(context, loaded, entity)) };
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}
