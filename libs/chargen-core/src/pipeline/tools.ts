import { join } from 'node:path';
import type { LoadedEntity } from '../content/index.js';
import { FileDigests } from '../plan/index.js';
import type { Store } from '../store/index.js';
import { LookedFiles } from '../util/looked-files.js';
import { openStore } from './open-store.js';
import type { GenerateOptions } from './options.js';

/** The resources that one call holds open. */
export interface Tools {
  readonly store: Store;
  readonly digests: FileDigests;
  /** The entities that were asked for. */
  readonly chosen: readonly LoadedEntity[];
}

/** Opens the store and the digests of a call, and remembers the digests for the next one. */
export async function withTools<T>(options: GenerateOptions, work: (tools: Tools) => Promise<T>): Promise<T> {
  const { workspaceRoot, places, control, listener, clock, world, kept } = options;
  const store = openStore({
    workspaceRoot,
    places,
    remote: control.remote,
    listener,
    clock,
    retryPause: control.retryPause,
  });
  const looked = kept && new LookedFiles(workspaceRoot);
  const file = join(workspaceRoot, places.stateDir, 'digests.json');
  const digests = await FileDigests.open(workspaceRoot, file, looked);
  const wanted = new Set(options.roots);
  const chosen = world.entities.filter((loaded) => wanted.has(loaded.folder.root));
  try {
    return await work({ store, digests, chosen });
  } finally {
    await digests.save();
  }
}

/** Absolute: the folder of all runs. */
export function batchFolderOf({
  workspaceRoot,
  places,
}: Pick<GenerateOptions, 'workspaceRoot' | 'places'>): string {
  return join(workspaceRoot, places.stateDir, 'batch');
}
