import {
  hasEndedAtGoogle,
  isAskedBeside,
  isOpen,
  jobTimesOf,
  readableStates,
  RunDirectories,
  stuckAfterMs,
  type Job,
  type JobTimes,
  type RunKind,
} from '../run/index.js';
import { duration, plural } from './money.js';

/** A job that Google works on, or that has ended and is not collected, as far as this machine knows. */
export interface JobAtGoogle {
  readonly runId: string;
  readonly kind: RunKind;
  readonly model: string;
  /** `batches/…`; undefined if the answer to its create was lost. */
  readonly batch: string | undefined;
  /** `running`, `succeeded` …; `sent` before Google was asked for the first time. */
  readonly state: string;
  /** It is over at Google: what is left is to collect it. */
  readonly hasEnded: boolean;
  /** ISO time. */
  readonly since: string;
  /** Its items are not known here before it is collected. */
  readonly isForeign: boolean;
  /** Content keys; none for a job of another machine, and none if they were moved to another job. */
  readonly keys: readonly string[];
  /** It was cancelled and is not waited for; what comes of it late is taken all the same. */
  readonly isMoved: boolean;
}

export interface JobHistory {
  readonly atGoogle: readonly JobAtGoogle[];
  /** Sorted by model. */
  readonly times: readonly JobTimes[];
}

/** The jobs of this workspace. Reads the journal only; a damaged run is left out, and reported by `listRuns`. */
export async function readJobHistory(batchFolder: string): Promise<JobHistory> {
  const states = await readableStates(new RunDirectories(batchFolder));
  const atGoogle = states.flatMap((state) =>
    state.jobs.filter(isOpen).map((job): JobAtGoogle => {
      const { model, keys, batch } = job;
      const isMoved = isAskedBeside(job);
      return {
        runId: state.runId,
        kind: state.kind,
        model,
        batch,
        state: (job.remote?.state ?? 'sent').toLowerCase(),
        hasEnded: hasEndedAtGoogle(job),
        since: sinceOf(job, state.createdAt),
        isForeign: job.foreign,
        // They are asked for again, also if the job still succeeds.
        keys: isMoved ? [] : keys,
        isMoved,
      };
    }),
  );
  return { atGoogle, times: jobTimesOf(states) };
}

/** A job that has been at Google for longer than `stuckAfterMs` allows. */
export interface StuckJob {
  readonly runId: string;
  readonly model: string;
  readonly batch: string;
  readonly state: string;
  /** Milliseconds since Google made it. */
  readonly ageMs: number;
  /** Milliseconds after which it is called stuck. */
  readonly afterMs: number;
  /** What jobs of its model took in this workspace; null if none was collected yet. */
  readonly usual: Omit<JobTimes, 'model'> | null;
}

/** Jobs that take too long, oldest first. One that was cancelled and moved is waited for by no run. */
export function stuckJobs({ atGoogle, times }: JobHistory, now: number): readonly StuckJob[] {
  const stuck = atGoogle.flatMap(({ runId, model, batch, state, hasEnded, since, isMoved }): StuckJob[] => {
    const known = times.find((one) => one.model === model);
    const ageMs = now - Date.parse(since);
    const afterMs = stuckAfterMs(known);
    if (batch === undefined || isMoved || hasEnded || !(ageMs > afterMs)) return [];
    return [
      { runId, model, batch, state, ageMs, afterMs, usual: known === undefined ? null : usualOf(known) },
    ];
  });
  return stuck.sort((a, b) => b.ageMs - a.ageMs);
}

function usualOf({ jobs, shortest, median, longest }: JobTimes): NonNullable<StuckJob['usual']> {
  return { jobs, shortest, median, longest };
}

/** `batches/x of run R has been pending for 9h 0m; …`, and the command that moves it. */
export function describeStuck({ runId, batch, state, ageMs, model, usual }: StuckJob): string {
  const history = describeUsual(model, usual);
  return (
    `${batch} has been ${state} for ${duration(ageMs)}, which is long: ${history}. To wait for it costs nothing. ` +
    `To ask anew for what it has not served: npx chargen cancel ${runId} --and-retry`
  );
}

/** What jobs of a model took here, for a sentence about one that takes long. */
export function describeUsual(model: string, usual: StuckJob['usual']): string {
  return usual === null
    ? `no job of ${model} was collected in this workspace yet, and Google's target is 24 hours`
    : `usual is ${describeJobTimes({ model, ...usual })}`;
}

function sinceOf({ remote, sentAt }: Job, createdAt: string): string {
  return remote?.createdAt ?? (sentAt === undefined ? createdAt : new Date(sentAt).toISOString());
}

/** `at Google since 14:02, job running, 28 scenes`, without a count if the items are not known here. */
export function describeAtGoogle(job: JobAtGoogle, scenes: number, now: number): string {
  const { since, state, keys, isForeign, isMoved } = job;
  const moved = 'cancelled, its scenes are asked for anew';
  const count = isMoved
    ? moved
    : isForeign && keys.length === 0
      ? 'of another machine'
      : plural(scenes, 'scene');
  return `at Google since ${clockTime(since, now)}, job ${state}, ${count}`;
}

const A_DAY_MS = 24 * 3_600_000;

/** `14:02` on the clock of this machine, with the date if that was not within a day. */
function clockTime(iso: string, now: number): string {
  const time = new Date(iso);
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (now - time.getTime() < A_DAY_MS) return clock;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}

/** What jobs took so far, which is no promise. */
export function describeJobTimes({ model, jobs, shortest, median, longest }: JobTimes): string {
  const of = `${plural(jobs, 'job')} of ${model} in this workspace so far`;
  if (jobs === 1) return `${duration(median)} (${of})`;
  return `${duration(median)} in the middle, ${duration(shortest)} to ${duration(longest)} (${of})`;
}
