import { describeUsual, duration, plural, type RunEvent } from 'chargen-core';
import type { TimedEvent } from './follow-events.js';

interface LiveJob {
  readonly job: string;
  readonly items: number;
  readonly state: string;
  readonly done: number | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly nextPollAt: number | undefined;
  /** Why it takes long by this workspace's history; undefined if it does not. */
  readonly stuck: string | undefined;
}

/** What is known of a run while it goes on. */
export interface LiveState {
  readonly runId: string | undefined;
  readonly phase: string;
  readonly items: number;
  readonly jobs: readonly LiveJob[];
  readonly uploads: string | undefined;
  readonly hint: string | undefined;
  readonly startedAt: number;
}

export function liveStart(now: number, hint?: string): LiveState {
  return {
    runId: undefined,
    phase: 'planning',
    items: 0,
    jobs: [],
    uploads: undefined,
    hint,
    startedAt: now,
  };
}

/** The next state after an event; pure, so that a test can play a run. */
export function liveNext(state: LiveState, { at, event }: TimedEvent): LiveState {
  switch (event.kind) {
    case 'run-planned':
      return { ...state, runId: event.runId, items: event.items, phase: 'staging' };
    case 'run-resumed':
      return { ...state, runId: event.runId, phase: event.phase };
    case 'phase':
      return { ...state, runId: event.runId, phase: event.phase };
    case 'uploaded':
    case 'upload-reused':
      return { ...state, uploads: `${event.done} of ${event.total}` };
    case 'job-submitted':
      return {
        ...withJob(state, event.job, at, { items: event.items, state: 'pending' }),
        runId: event.runId,
        phase: 'running',
        uploads: undefined,
      };
    case 'job-polled':
      return {
        ...withJob(state, event.job, at - event.ageMs, {
          items: event.items,
          state: event.state.toLowerCase(),
          done:
            event.succeeded === undefined && event.failed === undefined
              ? undefined
              : (event.succeeded ?? 0) + (event.failed ?? 0),
          startedAt: at - event.ageMs,
          nextPollAt: at + event.nextPollMs,
          stuck: event.stuck === undefined ? undefined : describeUsual(event.stuck.model, event.stuck.usual),
        }),
        phase: 'running',
      };
    case 'job-ended':
      return { ...withJob(state, event.job, at, { state: event.state.toLowerCase() }), phase: 'downloading' };
    default:
      return state;
  }
}

function withJob(state: LiveState, job: string, at: number, change: Partial<LiveJob>): LiveState {
  const fresh: LiveJob = {
    job,
    items: 0,
    state: 'pending',
    done: undefined,
    startedAt: at,
    nextPollAt: undefined,
    stuck: undefined,
  };
  const known = state.jobs.find((one) => one.job === job) ?? fresh;
  const next = { ...known, ...change };
  const jobs = state.jobs.some((one) => one.job === job)
    ? state.jobs.map((one) => (one.job === job ? next : one))
    : [...state.jobs, next];
  return { ...state, jobs };
}

const FRAMES = ['◐', '◓', '◑', '◒'];
/** More open jobs than these are summed up in one line. */
const MAX_JOBS = 4;

/** The block as lines without colours, each no wider than the terminal. */
export function liveLines(state: LiveState, now: number, frame: number, columns: number): string[] {
  const spinner = FRAMES[frame % FRAMES.length] ?? '◐';
  const items = state.items > 0 ? state.items : state.jobs.reduce((sum, one) => sum + one.items, 0);
  const head =
    state.jobs.length === 0
      ? `${spinner} ${state.phase === 'planning' ? 'Planning' : 'Preparing the batch'}...`
      : `${spinner} Batch running...${items === 0 ? '' : ` ${plural(items, 'task')}`}`;
  const rows: string[] = [`Phase: ${state.phase}`];
  if (state.runId !== undefined) rows.push(`Run: ${state.runId}`);
  if (state.uploads !== undefined) rows.push(`Uploads: ${state.uploads}`);
  const shown = state.jobs.slice(0, MAX_JOBS);
  for (const { job, state: word, done, items: count, stuck, startedAt } of shown) {
    rows.push([`Job: ${job}`, word, ...counted(done, count)].join(', '));
    if (stuck === undefined) continue;
    rows.push(`  takes long: ${duration(Math.max(0, now - startedAt))}; ${stuck}`);
    if (state.runId !== undefined) rows.push(`  another job: chargen cancel ${state.runId} --and-retry`);
  }
  if (state.jobs.length > shown.length)
    rows.push(`and ${plural(state.jobs.length - shown.length, 'job')} more`);
  const started = Math.min(...state.jobs.map((one) => one.startedAt), state.startedAt);
  rows.push(`Started: ${duration(Math.max(0, now - started))} ago`);
  const polls = state.jobs.flatMap((one) => one.nextPollAt ?? []);
  if (polls.length > 0 && state.phase === 'running') {
    rows.push(`Poll in: ${duration(Math.max(0, Math.min(...polls) - now))}`);
  }
  if (state.hint !== undefined && state.phase === 'running') rows.push(state.hint);
  const lines = rows.map((row, index) => `${index === rows.length - 1 ? '└─' : '├─'} ${row}`);
  return [head, ...lines].map((line) => (line.length < columns ? line : `${line.slice(0, columns - 2)}…`));
}

/** The size of a job that had ended before the first look is not reported. */
function counted(done: number | undefined, items: number): string[] {
  if (done !== undefined) return [`${done} of ${items} done`];
  return items === 0 ? [] : [plural(items, 'task')];
}

/** Lines that stay above the block: what a person must not miss. */
export function lastingEvent(event: RunEvent): boolean {
  switch (event.kind) {
    case 'item-failed':
    case 'job-rejected':
    case 'job-delayed':
    case 'job-uncertain':
    case 'job-adopted':
    case 'run-adopted':
    case 'run-resumed':
    case 'warning':
    case 'waiting':
    case 'collected':
      return true;
    default:
      return false;
  }
}
