import { readableItems, readableStates } from './journal/readable-states.js';
import { RunDirectories } from './journal/run-directory.js';
import { isOpen } from './journal/run-state.js';

/** A take that a run planned and did not get. */
export interface UnservedTake {
  /** `location/harbour/dawn` */
  readonly scene: string;
  readonly take: number;
  readonly key: string;
  /** The newest run that planned it. */
  readonly run: string;
  /** The class of its failure; `never-sent` if nothing was asked. */
  readonly class: string;
  /** Why it did not come, as a clause. */
  readonly why: string;
}

/**
 * Takes that runs of this machine planned and did not get, and that Google does not work on. This is what the journal
 * states: another run may have made one since. Reads only; what cannot be read is left out.
 */
export async function unservedTakes(batchFolder: string): Promise<UnservedTake[]> {
  const runs = new RunDirectories(batchFolder);
  const states = (await readableStates(runs)).filter(({ kind }) => kind === 'generate');
  const found = new Map<string, UnservedTake>();
  for (const { runId, jobs, failures } of states) {
    const collected = new Set(jobs.filter((job) => job.stage === 'collected').flatMap((job) => job.keys));
    const failed = new Map(failures.map((failure) => [failure.key, failure]));
    for (const [key, { name }] of await readableItems(runs.directory(runId))) {
      const [, scene, take] = /^([^@]+)@(\d+)@/.exec(name) ?? [];
      const failure = failed.get(key);
      if (scene === undefined || take === undefined || (failure === undefined && collected.has(key)))
        continue;
      const why = failure === undefined ? `the run ${runId} ended before it was sent` : failure.message;
      const of = failure?.class ?? 'never-sent';
      found.set(key, { scene, take: Number(take), key, run: runId, class: of, why });
    }
  }
  const atGoogle = states.flatMap(({ jobs }) => jobs.filter(isOpen).flatMap((job) => job.keys));
  for (const key of atGoogle) found.delete(key);
  return [...found.values()];
}
