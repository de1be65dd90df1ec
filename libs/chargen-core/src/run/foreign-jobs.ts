import { isTerminal, type BatchSnapshot } from '../gemini/index.js';
import type { Clock } from '../util/clock.js';
import type { OpenRun, RunContext } from './context.js';
import { ageOfJob, pollDelay } from './poll.js';
import { adoptBatch, adoptForeign, mayHoldResults, unknownJobs } from './remote-jobs.js';
import type { Job } from './run-state.js';

/**
 * Jobs of this workspace that Google lists and this machine does not know. Each may hold what is about to be
 * asked for, so nothing is submitted before it was looked at.
 */
export class ForeignJobs {
  /** Jobs that are known to have nothing that is not here. */
  readonly #empty = new Set<string>();
  #courtesyUntil = 0;

  constructor(readonly delivered: (() => Promise<ReadonlyMap<string, number>>) | undefined) {}

  /**
   * Takes over what may hold results: all that are open, and of the ended ones the newest, since after its
   * results nothing more may be wanted. False where there is nothing to take.
   */
  async takeOver(context: RunContext): Promise<boolean> {
    const { foreign, lost } = await unknownJobs(context);
    for (const { run, job, batch } of lost) await adoptBatch(context, run, job, batch);
    let hasTaken = lost.length > 0;
    const delivered = foreign.length === 0 ? undefined : await this.delivered?.();
    for (const batch of foreign) {
      if (this.#empty.has(batch.name)) continue;
      if (!mayHoldResults(batch) || isDelivered(batch, delivered)) {
        this.#empty.add(batch.name);
        continue;
      }
      const hasEnded = isTerminal(batch.state);
      if (hasEnded && hasTaken) continue;
      if ((await adoptForeign(context, batch)) !== undefined) hasTaken = true;
    }
    return hasTaken;
  }

  /**
   * The machine that made an open job will look at it within its poll interval and then submit what comes next.
   * Whoever waited beside it lets it go first, or both would ask for the same at the same moment.
   */
  waitsFor(context: RunContext, open: readonly { readonly run: OpenRun; readonly job: Job }[]): void {
    const delays = open
      .filter(({ job }) => job.foreign)
      .map(({ run, job }) => pollDelay(context.pollInterval, ageOfJob(context, run, job)));
    const next = Math.max(0, ...delays) * 1.5 + context.settleMs;
    this.#courtesyUntil = context.clock.now() + Math.max(...delays, 0) + next;
  }

  /** Milliseconds for which the other machine goes first. */
  courtesyMs(clock: Clock): number {
    return Math.max(0, this.#courtesyUntil - clock.now());
  }
}

/** Whether as many answers of a job lie here as Google says that it gave. */
function isDelivered(batch: BatchSnapshot, delivered: ReadonlyMap<string, number> | undefined): boolean {
  const { succeeded } = batch.counts;
  if (!isTerminal(batch.state) || succeeded === undefined) return false;
  return (delivered?.get(batch.name) ?? 0) >= succeeded;
}
