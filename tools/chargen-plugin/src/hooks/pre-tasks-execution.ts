import type { PreTasksExecution } from '@nx/devkit';
import { filesLookedAt, type SeenFolders } from 'chargen-core/look';
import { terminalText } from 'chargen-core/safe-text';
import { knownWorld, lookedEntities } from '../graph/known-world.js';
import { knownLeadingTargets } from '../graph/leading-targets.js';
import type { PluginOptions } from '../plugin-options.js';
import type { WorldEntry } from '../world-entries.js';
import { RUN_VARIABLE } from '../run/causes-folder.js';
import { describeRefusedFlags, refusedFlags } from '../run/refused-flags.js';
import { PROJECTS_VARIABLE, requestedProjects } from './requested-projects.js';
import { requestedTargets } from './requested-targets.js';
import { runsOurTargets } from './runs-our-targets.js';
import { keepPassed, seenFolders } from './seen.js';

/**
 * Before tasks run: a command line that our targets refuse stops the run, before what they depend on is paid for. Then
 * an edited picture stops the run with the choice that its author has. Nx would restore a
 * cached picture over it without asking, and the executor would not even be called.
 */
export const preTasksExecution: PreTasksExecution<PluginOptions> = async (rawOptions, context) => {
  const { workspaceRoot } = context;
  const world = await knownWorld(workspaceRoot, rawOptions, context.nxJsonConfiguration.plugins);
  const { entry } = world;
  process.env[RUN_VARIABLE] = context.id;
  process.env[PROJECTS_VARIABLE] = JSON.stringify(requestedProjects(context.argv) ?? []);
  refuseFlags(context.argv, [entry.generateTargetName, entry.analyzeTargetName]);
  if (!runsOurTargets(context.argv, knownLeadingTargets(workspaceRoot, entry.contentRoot))) return;
  keepNoFailures(context.argv);
  await warnOfTargetDefaults(context.nxJsonConfiguration.targetDefaults, entry);
  const seen = seenFolders(workspaceRoot);
  const looked = lookedEntities(workspaceRoot, world);
  const isSeen = looked?.every((one) => seen.isAsSeen(filesLookedAt('guard', one))) ?? false;
  if (!isSeen) await stopIfEdited(workspaceRoot, entry, seen);
  keepPassed(workspaceRoot, entry, seen);
};

/** The engine only now: if nothing changed since the last look, it is not needed. */
async function stopIfEdited(workspaceRoot: string, entry: WorldEntry, seen: SeenFolders): Promise<void> {
  const { editedPictures } = await import('./edited-pictures.js');
  const edited = await editedPictures(workspaceRoot, entry, seen);
  if (edited !== undefined) throw new Error(terminalText(edited));
}

function refuseFlags(argv: readonly string[], ours: readonly string[]): void {
  if (!requestedTargets(argv).some((name) => ours.includes(name))) return;
  const flags = refusedFlags(argv);
  if (flags.length > 0) throw new Error(`Nothing was run. ${describeRefusedFlags(flags)}`);
}

/** In the run itself: a result that Nx takes from its cache calls no executor, and may bring nothing back. */
async function warnOfTargetDefaults(targetDefaults: unknown, entry: WorldEntry): Promise<void> {
  if (targetDefaults === undefined) return;
  const { targetDefaultsFindings } = await import('../target-defaults.js');
  for (const { message, advice } of targetDefaultsFindings(targetDefaults, entry)) {
    process.stderr.write(terminalText(`Warning: ${message} ${advice}\n`));
  }
}

/**
 * Without batches a task can only succeed or fail, and a cause outside would be kept as a failure of the work, and be
 * replayed, if Nx caches failures. In such a run it caches none.
 */
function keepNoFailures(argv: readonly string[]): void {
  const isUnbatched = process.env['NX_BATCH_MODE'] === 'false' || argv.includes('--no-batch');
  if (isUnbatched && process.env['NX_CACHE_FAILURES'] === 'true') process.env['NX_CACHE_FAILURES'] = 'false';
}
