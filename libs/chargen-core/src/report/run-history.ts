import {
  readDeadLetters,
  readPayments,
  RunDirectories,
  RunStateError,
  sumOfPayments,
  type Job,
  type RunKind,
  type RunPhase,
} from '../run/index.js';
import { isOfKeptAnswer } from '../run/journal/dead-letters.js';

export interface RunSummary {
  readonly runId: string;
  /** The identity of the world that the run is of. */
  readonly workspaceId: string;
  readonly kind: RunKind;
  readonly phase: RunPhase;
  /** ISO times. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly jobs: readonly Pick<Job, 'n' | 'displayName' | 'stage' | 'batch' | 'model' | 'foreign' | 'why'>[];
  /** Distinct items that were asked for; those of another machine are known only once they are collected. */
  readonly items: number;
  readonly failed: number;
  readonly refused: number;
  /** Items whose answer holds nothing usable. */
  readonly unusable: number;
  /** US dollars as planned; null if a price is not known. */
  readonly estimatedUsd: number | null;
  /**
   * US dollars of the answers that the run brought so far, each counted once, over all calls that collected them;
   * null if a price is not known.
   */
  readonly costUsd: number | null;
}

export type HistoryEntry =
  | { readonly kind: 'run'; readonly run: RunSummary }
  /** Its state cannot be read: `message` states why and what to do. */
  | { readonly kind: 'damaged'; readonly runId: string; readonly message: string };

/** All runs of a workspace, newest first. Reads only; a damaged run is reported and does not hide the others. */
export async function listRuns(batchFolder: string): Promise<HistoryEntry[]> {
  const runs = new RunDirectories(batchFolder);
  const entries: HistoryEntry[] = [];
  for (const runId of (await runs.list()).reverse()) {
    try {
      const run = await summarize(runs, runId);
      if (run !== undefined) entries.push({ kind: 'run', run });
    } catch (error) {
      if (!(error instanceof RunStateError)) throw error;
      entries.push({ kind: 'damaged', runId, message: error.message });
    }
  }
  // Ids hold the time to the second; two ids of the same second differ only by a random part.
  const time = (entry: HistoryEntry): string =>
    entry.kind === 'run' ? entry.run.createdAt : timeOf(entry.runId);
  return entries.sort((a, b) => (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0));
}

/** `2025-12-19T12-00-00Z-1a2b3c` as an ISO time. */
function timeOf(runId: string): string {
  return runId.replace(/T(\d\d)-(\d\d)-(\d\d)Z.*$/, 'T$1:$2:$3.000Z');
}

async function summarize(runs: RunDirectories, runId: string): Promise<RunSummary | undefined> {
  const directory = runs.directory(runId);
  const state = await directory.readState();
  if (state === undefined) return undefined;
  const plan = await directory.readPlan();
  const letters = await readDeadLetters(directory);
  const prices = [...plan.values()].map((item) => item.estimatedUsd);
  const known = prices.flatMap((price) => (price === null ? [] : [price]));
  return {
    runId,
    workspaceId: state.workspaceId,
    kind: state.kind,
    phase: state.phase,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    jobs: state.jobs.map(({ n, displayName, stage, batch, model, foreign, why }) => ({
      n,
      displayName,
      stage,
      model,
      foreign,
      ...(batch === undefined ? {} : { batch }),
      ...(why === undefined ? {} : { why }),
    })),
    items: new Set(state.jobs.flatMap((job) => job.keys)).size,
    failed: state.failures.length,
    refused: letters.filter((letter) => letter.class === 'refused').length,
    unusable: letters.filter((letter) => isOfKeptAnswer(letter) && letter.class !== 'refused').length,
    estimatedUsd: known.length < prices.length ? null : known.reduce((sum, price) => sum + price, 0),
    costUsd: sumOfPayments(await readPayments(directory)),
  };
}
