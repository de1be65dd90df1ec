import type { PreTasksExecution } from '@nx/devkit';
import { describeEdited, findEditedPictures, findImageryFiles, REAL_PLACES } from 'chargen-core';
import { readWorld } from '../graph/read-world.js';
import { resolveOptions, type PluginOptions } from '../plugin-options.js';
import { runsOurTargets } from './runs-our-targets.js';

/**
 * Before tasks run: an edited picture stops the run with the choice that its author has. Nx would restore a
 * cached picture over it without asking, and the executor would not even be called.
 */
export const preTasksExecution: PreTasksExecution<PluginOptions> = async (rawOptions, context) => {
  const options = resolveOptions(rawOptions);
  if (!runsOurTargets(context.argv, options)) return;
  const { workspaceRoot } = context;
  const files = await findImageryFiles(workspaceRoot, options.contentRoot === '' ? '.' : options.contentRoot);
  // The same process made the graph, so that unchanged files are not parsed again.
  const world = readWorld(workspaceRoot, files, options);
  const { settings } = options;
  const edited = await findEditedPictures({ workspaceRoot, world, settings, places: REAL_PLACES });
  if (edited.length > 0) throw new Error(describeEdited(edited));
};
