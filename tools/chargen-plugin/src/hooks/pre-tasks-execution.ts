import type { PreTasksExecution } from '@nx/devkit';
import { filesLookedAt, REAL_PLACES } from 'chargen-core/graph';
import { terminalText } from 'chargen-core/safe-text';
import { knownLeadingTargets } from '../graph/leading-targets.js';
import { findWorld } from '../graph/read-world.js';
import type { PluginOptions } from '../plugin-options.js';
import { targetDefaultsFindings } from '../target-defaults.js';
import { worldEntryOf, type WorldEntry } from '../world-entries.js';
import { RUN_VARIABLE } from '../run/causes.js';
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
  const entry = worldEntryOf(rawOptions, context.nxJsonConfiguration.plugins);
  process.env[RUN_VARIABLE] = context.id;
  process.env[PROJECTS_VARIABLE] = JSON.stringify(requestedProjects(context.argv) ?? []);
  refuseFlags(context.argv, [entry.generateTargetName, entry.analyzeTargetName]);
  if (!runsOurTargets(context.argv, knownLeadingTargets(workspaceRoot, entry.contentRoot))) return;
  keepNoFailures(context.argv);
  warnOfTargetDefaults(context.nxJsonConfiguration.targetDefaults, entry);
  // The same process made the graph, so that unchanged files are not parsed again.
  const world = await findWorld(workspaceRoot, entry);
  const seen = seenFolders(workspaceRoot);
  const unsure = world.entities.filter((loaded) => !seen.isAsSeen(filesLookedAt('guard', loaded)));
  keepPassed(workspaceRoot, entry, seen);
  if (unsure.length === 0) return;
  // The engine only now: if nothing changed since the last look, it is not needed.
  const { describeEdited, describeKept, findEditedPictures } = await import('chargen-core');
  const edited = await findEditedPictures({
    workspaceRoot,
    world,
    settings: entry.settings,
    places: REAL_PLACES,
    only: new Set(unsure),
    onKept: (version) => {
      process.stderr.write(terminalText(`chargen: ${describeKept(version)}\n`));
    },
    onAsRecorded: (loaded) => {
      seen.note(filesLookedAt('guard', loaded));
    },
  });
  await seen.save();
  if (edited.length > 0) throw new Error(terminalText(describeEdited(edited)));
};

function refuseFlags(argv: readonly string[], ours: readonly string[]): void {
  if (!requestedTargets(argv).some((name) => ours.includes(name))) return;
  const flags = refusedFlags(argv);
  if (flags.length > 0) throw new Error(`Nothing was run. ${describeRefusedFlags(flags)}`);
}

/** In the run itself: a result that Nx takes from its cache calls no executor, and may bring nothing back. */
function warnOfTargetDefaults(targetDefaults: unknown, entry: WorldEntry): void {
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
