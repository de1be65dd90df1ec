import type { SharedStoreSettings } from 'chargen-core';
import type { GalleryWorkspace } from '../data/collect.js';

export interface ServeOptions {
  readonly workspace: GalleryWorkspace;
  /** 0 for any that is free; left out, the one that this workspace had the last time, if it is free. */
  readonly port?: number | undefined;
  /** For the runs that are started from the page: the API key is found there, and never sent to the page. */
  readonly env: NodeJS.ProcessEnv;
  /** How many takes of each scene a run from the page asks for, by the environment. By default the files decide. */
  readonly takes?: number | undefined;
  /** The shared store that has takes which are not here. None by default. */
  readonly remote?: SharedStoreSettings | undefined;
  readonly now: () => number;
}
