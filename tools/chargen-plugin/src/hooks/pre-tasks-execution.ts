import type { PreTasksExecution } from '@nx/devkit';
import { filesLookedAt, findImageryFiles, REAL_PLACES } from 'chargen-core/graph';
import { knownLeadingTargets } from '../graph/leading-targets.js';
import { readWorld } from '../graph/read-world.js';
import { resolveOptions, type PluginOptions } from '../plugin-options.js';
import { runsOurTargets } from './runs-our-targets.js';
import { keepPassed, seenFolders } from './seen.js';

/**
 * Before tasks run: an edited picture stops the run with the choice that its author has. Nx would restore a
 * cached picture over it without asking, and the executor would not even be called.
 */
export const preTasksExecution: PreTasksExecution<PluginOptions> = async (rawOptions, context) => {
  const options = resolveOptions(rawOptions);
  const { workspaceRoot } = context;
  if (!runsOurTargets(context.argv, knownLeadingTargets(workspaceRoot))) return;
  const files = await findImageryFiles(workspaceRoot, options.contentRoot === '' ? '.' : options.contentRoot);
  // The same process made the graph, so that unchanged files are not parsed again.
  const world = readWorld(workspaceRoot, files, options);
  const seen = seenFolders(workspaceRoot);
  const unsure = world.entities.filter((loaded) => !seen.isAsSeen(filesLookedAt('guard', loaded)));
  keepPassed(workspaceRoot, seen);
  if (unsure.length === 0) return;
  // The engine only now: where nothing changed since the last look, it is not needed.
  const { describeEdited, findEditedPictures } = await import('chargen-core');
  const edited = await findEditedPictures({
    workspaceRoot,
    world,
    settings: options.settings,
    places: REAL_PLACES,
    only: new Set(unsure),
    onAsRecorded: (loaded) => {
      seen.note(filesLookedAt('guard', loaded));
    },
  });
  await seen.save();
  if (edited.length > 0) throw new Error(describeEdited(edited));
};
