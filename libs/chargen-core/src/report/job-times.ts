import { isOpen, RunDirectories, RunStateError, type Job, type RunKind } from '../run/index.js';
import { duration, plural } from './money.js';

/** A job that Google works on, or has ended and nobody has collected, as far as this machine knows. */
export interface JobAtGoogle {
  readonly runId: string;
  readonly kind: RunKind;
  readonly model: string;
  /** `batches/…`; undefined if the answer to its create was lost. */
  readonly batch: string | undefined;
  /** `running`, `succeeded` …; `sent` before Google was asked for the first time. */
  readonly state: string;
  /** ISO time. */
  readonly since: string;
  /** Content keys; none for a job of another machine, whose items are known once it is collected. */
  readonly keys: readonly string[];
}

/** How long Google took for jobs of one model, in milliseconds. */
export interface JobTimes {
  readonly model: string;
  readonly jobs: number;
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
}

export interface JobHistory {
  readonly atGoogle: readonly JobAtGoogle[];
  /** Sorted by model. */
  readonly times: readonly JobTimes[];
}

/** The jobs of this workspace. Reads the journal only; a damaged run is left out, and told by `listRuns`. */
export async function readJobHistory(batchFolder: string): Promise<JobHistory> {
  const runs = new RunDirectories(batchFolder);
  const atGoogle: JobAtGoogle[] = [];
  const times = new Map<string, number[]>();
  for (const runId of await runs.list()) {
    const state = await runs
      .directory(runId)
      .readState()
      .catch((error: unknown) => {
        if (error instanceof RunStateError) return undefined;
        throw error;
      });
    for (const job of state?.jobs ?? []) {
      const { model, keys, batch } = job;
      if (state !== undefined && isOpen(job)) {
        const word = (job.remote?.state ?? 'sent').toLowerCase();
        const since = sinceOf(job, state.createdAt);
        atGoogle.push({ runId, kind: state.kind, model, batch, state: word, since, keys });
      }
      const took = tookMs(job);
      if (took !== undefined) times.set(model, [...(times.get(model) ?? []), took]);
    }
  }
  return { atGoogle, times: [...times].map(([model, all]) => jobTimes(model, all)).sort(byModel) };
}

function sinceOf({ remote, sentAt }: Job, createdAt: string): string {
  return remote?.createdAt ?? (sentAt === undefined ? createdAt : new Date(sentAt).toISOString());
}

/** By Google's own clock, from the create to the end; undefined unless its results were collected. */
function tookMs({ stage, remote }: Job): number | undefined {
  const took = Date.parse(remote?.endedAt ?? '') - Date.parse(remote?.createdAt ?? '');
  return stage === 'collected' && took > 0 ? took : undefined;
}

function jobTimes(model: string, all: readonly number[]): JobTimes {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? 0;
  return {
    model,
    jobs: sorted.length,
    shortest: at(0),
    median: at(Math.floor(sorted.length / 2)),
    longest: at(sorted.length - 1),
  };
}

function byModel(a: JobTimes, b: JobTimes): number {
  return a.model < b.model ? -1 : a.model > b.model ? 1 : 0;
}

/** `at Google since 14:02, job running, 28 scenes`, without a count if the items are not known here. */
export function describeAtGoogle({ since, state, keys }: JobAtGoogle, scenes: number, now: number): string {
  const count = keys.length === 0 ? 'of another machine' : plural(scenes, 'scene');
  return `at Google since ${clockTime(since, now)}, job ${state}, ${count}`;
}

const A_DAY_MS = 24 * 3_600_000;

/** `14:02` on the clock of this machine, with the date if that was not within a day. */
function clockTime(iso: string, now: number): string {
  const time = new Date(iso);
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (now - time.getTime() < A_DAY_MS) return clock;
  return `${String(time.getFullYear())}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}

/** What jobs took so far, which is no promise. */
export function describeJobTimes({ model, jobs, shortest, median, longest }: JobTimes): string {
  const of = `${plural(jobs, 'job')} of ${model} in this workspace so far`;
  if (jobs === 1) return `${duration(median)} (${of})`;
  return `${duration(median)} in the middle, ${duration(shortest)} to ${duration(longest)} (${of})`;
}
