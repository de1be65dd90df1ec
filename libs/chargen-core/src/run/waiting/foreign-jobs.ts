import { isTerminal, type BatchSnapshot } from '../../gemini/index.js';
import type { OpenRun, RunContext } from '../context.js';
import { ageOfJob, pollDelay } from '../collect/poll-job.js';
import { adoptBatch, adoptForeign, mayHoldResults, unknownJobs } from './remote-jobs.js';
import type { Job } from '../journal/run-state.js';

/**
 * Jobs of this workspace that Google lists and this machine does not know. Each may hold what is about to be
 * asked for, so nothing is submitted before it was looked at.
 */
export class ForeignJobs {
  /** Jobs that are known to have nothing that is not here. */
  readonly #empty = new Set<string>();
  /** When an open job of another machine was last waited for, and how long its maker may take to look again. */
  #waited: { readonly at: number; readonly delay: number } | undefined;
  #courtesyUntil = 0;

  constructor(readonly delivered: (() => Promise<ReadonlyMap<string, number>>) | undefined) {}

  /**
   * Takes over what may hold results: all that are open, and of the ended ones the newest, since after its
   * results nothing more may be wanted. False if there is nothing to take.
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

  /** Remembers that an open job of another machine stands in the way. */
  waitsFor(context: RunContext, open: readonly { readonly run: OpenRun; readonly job: Job }[]): void {
    const delays = open
      .filter(({ job }) => job.foreign)
      .map(({ run, job }) => pollDelay(context.pollInterval, ageOfJob(context, run, job)));
    this.#waited = { at: context.clock.now(), delay: Math.max(0, ...delays) };
  }

  /**
   * Milliseconds for which the machine goes first whose job was waited for here: it looks at its job within its
   * poll interval, collects it (in about the time that this took here), and submits what comes next. Without
   * that both would ask for the same at the same moment.
   */
  courtesyMs(context: RunContext): number {
    const now = context.clock.now();
    if (this.#waited !== undefined) {
      const { at, delay } = this.#waited;
      this.#waited = undefined;
      this.#courtesyUntil = now + (now - at) * 2 + delay * 1.5 + context.settleMs;
    }
    return Math.max(0, this.#courtesyUntil - now);
  }
}

/** Whether as many answers of a job are here as Google reports that it gave. */
function isDelivered(batch: BatchSnapshot, delivered: ReadonlyMap<string, number> | undefined): boolean {
  const { succeeded } = batch.counts;
  if (!isTerminal(batch.state) || succeeded === undefined) return false;
  return (delivered?.get(batch.name) ?? 0) >= succeeded;
}
