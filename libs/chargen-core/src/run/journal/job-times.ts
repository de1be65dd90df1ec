import type { Job, RunState } from './run-state.js';

/** How long Google took for jobs of one model, in milliseconds. */
export interface JobTimes {
  readonly model: string;
  readonly jobs: number;
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
}

const HOUR_MS = 3_600_000;

/** No job is called stuck before this age: hours in the queue are usual. */
export const STUCK_AT_LEAST_MS = 6 * HOUR_MS;

/** Google's own target for a batch job: after it a job is late by any measure. */
const STUCK_AT_MOST_MS = 24 * HOUR_MS;

/** How many times the slowest job of its model in this workspace a job may take. */
const STUCK_FACTOR = 3;

/**
 * Milliseconds after which a job is called stuck: three times what the slowest job of its model took in this
 * workspace, but at least 6 hours and at most 24.
 */
export function stuckAfterMs(usual: JobTimes | undefined): number {
  const byHistory = (usual?.longest ?? 0) * STUCK_FACTOR;
  return Math.min(STUCK_AT_MOST_MS, Math.max(STUCK_AT_LEAST_MS, byHistory));
}

/** What jobs took, sorted by model. Only jobs whose results were collected count. */
export function jobTimesOf(states: readonly RunState[]): readonly JobTimes[] {
  const times = new Map<string, number[]>();
  for (const job of states.flatMap((state) => state.jobs)) {
    const took = tookMs(job);
    if (took !== undefined) times.set(job.model, [...(times.get(job.model) ?? []), took]);
  }
  return [...times].map(([model, all]) => jobTimes(model, all)).sort(byModel);
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
