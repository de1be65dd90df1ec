import { splitJobs } from '../../plan/index.js';
import type { Claimed } from '../../store/index.js';
import { ageOfJob, pollDelay } from '../collect/poll-job.js';
import { saveJob, wantedOf, type OpenRun } from '../context.js';
import { isAskedBeside, isJobAtGoogle, unsettledKeys, type Job } from '../journal/run-state.js';
import { overBudget } from '../submit/budget.js';
import { SubmitRoom } from '../submit/submit-room.js';
import { stageJob } from '../submit/stage-job.js';
import { submitJob } from '../submit/submit-job.js';
import { stopOfError } from '../stop.js';
import { takeOverKey } from '../waiting/remote-jobs.js';
import { failUnusableModels } from './model-check.js';
import { jobsAtGoogle, ownRun, type RunJob } from './own-runs.js';
import { reportMoved } from './report-moved.js';
import { stopWith, type StepOutcome, type Turn } from './step.js';
import { whileUnclaimed } from './while-unclaimed.js';

/** Has what is wanted made by batch jobs: waits for what stands in the way, then stages and submits. */
export async function askByBatch(turn: Turn): Promise<StepOutcome> {
  const { call, context, runs, wanted, fresh, unsure } = turn;
  const { kind, clock } = call.options;
  const [ofOtherKey, ...more] = runs.open.filter(
    ({ state }) =>
      state.kind === kind &&
      state.keyFingerprint !== context.door.keyFingerprint &&
      state.jobs.some(isJobAtGoogle),
  );
  if (ofOtherKey !== undefined) {
    if (await takeOverKey(context, [ofOtherKey, ...more])) return { kind: 'again' };
    const { runId, keyFingerprint } = ofOtherKey.state;
    return stopWith({ kind: 'other-key', runId, fingerprint: keyFingerprint });
  }
  if (unsure.length > 0) return whileUnsure(turn);
  const open = jobsAtGoogle(runs.own);
  if (open.some(({ job }) => job.foreign && !isAskedBeside(job))) {
    // Its items are not known here: submitting beside it might pay for them a second time.
    call.foreign.waitsFor(context, open);
    call.reportOnce('foreign', {
      kind: 'waiting',
      message:
        'Another machine has a job of this workspace at Google. It is waited for before anything is submitted.',
    });
    return waitForPoll(turn, open);
  }
  const [held] = wanted.flatMap((item) => call.held.get(item.key) ?? []);
  if (held !== undefined && wanted.every((item) => call.held.has(item.key))) return stopWith(held);
  if (fresh.length === 0 || call.delayedUntil > clock.now()) return waitForPoll(turn, open);
  return submitFresh(turn, open);
}

/** Nothing is submitted beside a job that may or may not exist. Those that do exist are still collected. */
function whileUnsure(turn: Turn): StepOutcome {
  const { call, context, runs, unsure } = turn;
  const existing = jobsAtGoogle(runs.own).filter(({ job }) => job.stage === 'submitted');
  const lost = unsure.find(({ job }) => job.stage === 'uncertain');
  if (lost !== undefined && existing.length === 0) {
    const { displayName, why = 'the answer was lost' } = lost.job;
    return stopWith({ kind: 'uncertain', runId: lost.run.state.runId, displayName, why });
  }
  for (const { run, job } of unsure) {
    call.reportOnce(`unsure ${job.displayName}`, {
      kind: 'waiting',
      runId: run.state.runId,
      message: `It is not known whether Google made the job "${job.displayName}". The list of jobs is read again before anything is submitted.`,
    });
  }
  const soon = Math.max(10, context.settleMs / 4);
  return { kind: 'wait', ms: existing.length === 0 ? soon : Math.min(soon, pollMs(turn, existing)) };
}

/** Budget, other machines, then the jobs themselves. */
async function submitFresh(turn: Turn, open: readonly RunJob[]): Promise<StepOutcome> {
  const { call, context, runs, planned } = turn;
  const { settings, maxCost, store, submit } = call.options;
  // Each time before anything is submitted: another machine may have begun while this one waited.
  if (await call.foreign.takeOver(context)) return { kind: 'again' };
  const courtesy = call.foreign.courtesyMs(context);
  if (courtesy > 0) {
    call.reportOnce('courtesy', {
      kind: 'waiting',
      message: `The machine that made the last job goes first; waiting ${Math.ceil(courtesy / 1000)} s for its next one.`,
    });
    return { kind: 'wait', ms: Math.min(courtesy, context.pollInterval) };
  }
  if (!submit) return open.length > 0 ? waitForPoll(turn, open) : stopWith({ kind: 'not-submitting' });
  if (settings.tier === 'free') return stopWith({ kind: 'no-batch' });
  const own = runs.own.find((run) => run.state.runId === call.runId);
  const over = await overBudget({ cap: maxCost, planned, own, store });
  if (over !== undefined) return stopWith(over);
  if (await failUnusableModels(turn)) return { kind: 'again' };
  reportMoved(turn);
  const inAllRuns = jobsAtGoogle(runs.open);
  const room = new SubmitRoom(
    settings,
    inAllRuns.map(({ job }) => job),
  );
  const sent = await sendStaged(turn, room);
  if (sent.end !== undefined) return sent.end;
  const staged = await stageAndSend(turn, room, sent.stagedKeys);
  if (staged.end !== undefined) return staged.end;
  if (sent.hasMoved || staged.hasMoved) return { kind: 'again' };
  const ms = pollMs(turn, inAllRuns);
  return { kind: 'wait', ms: staged.isHeld ? Math.min(ms, context.pollInterval) : ms };
}

/** Jobs that were staged before and not sent. */
async function sendStaged(
  turn: Turn,
  room: SubmitRoom,
): Promise<{
  readonly end?: StepOutcome;
  readonly hasMoved: boolean;
  readonly stagedKeys: ReadonlySet<string>;
}> {
  const { runs } = turn;
  const staged = runs.own
    .filter((run) => !runs.ofLivingCalls.has(run))
    .flatMap((run) => run.state.jobs.filter((job) => job.stage === 'staged').map((job) => ({ run, job })));
  const stagedKeys = new Set(staged.flatMap(({ job }) => job.keys));
  let hasMoved = false;
  for (const { run, job } of staged) {
    if (!room.take(job.model, job.tokens)) continue;
    const stop = await sendJob(turn, run, job);
    if (stop !== undefined) return { end: stop, hasMoved, stagedKeys };
    hasMoved = true;
    if (endsTurn(run, job)) return { end: { kind: 'again' }, hasMoved, stagedKeys };
  }
  return { hasMoved, stagedKeys };
}

/** What no job holds yet, split into jobs. */
async function stageAndSend(
  turn: Turn,
  room: SubmitRoom,
  stagedKeys: ReadonlySet<string>,
): Promise<{ readonly end?: StepOutcome; readonly hasMoved: boolean; readonly isHeld: boolean }> {
  const { call, context, fresh, planned } = turn;
  const { settings } = context;
  const unstaged = fresh.filter((item) => !stagedKeys.has(item.key));
  const claimed = await call.options.store.claim(unstaged);
  const { held } = claimed;
  reportHeld(turn, held);
  const isHeld = held.size > 0;
  let hasMoved = false;
  const end = whileUnclaimed(call, claimed, mayAskFor(turn));
  if (end !== undefined) return { end, hasMoved, isHeld };
  const rest = unstaged.filter((item) => !held.has(item.key));
  for (const items of splitJobs(rest, settings.maxItemsPerJob, settings.tier)) {
    const tokens = items.reduce((total, item) => total + item.inputTokens, 0);
    if (!room.take(items[0]?.request.model ?? '', tokens)) continue;
    context.signal.throwIfAborted();
    const run = await ownRun(call, context, planned);
    const job = await stageJob(context, run, items);
    call.noteFailures(run);
    hasMoved = true;
    if (job === undefined) continue;
    const stop = await sendJob(turn, run, job);
    if (stop !== undefined) return { end: stop, hasMoved, isHeld };
    if (endsTurn(run, job)) return { end: { kind: 'again' }, hasMoved, isHeld };
  }
  return { hasMoved, isHeld };
}

/** How many items this call may still ask for. */
function mayAskFor({ wanted, planned }: Turn): number {
  return wanted.length + planned.waiting;
}

/** What another machine claimed in the shared store: its results are waited for. */
function reportHeld({ call }: Turn, held: Claimed['held']): void {
  for (const { label, until } of held.values()) {
    call.reportOnce(`claim ${label}`, {
      kind: 'waiting',
      message:
        `Some of these pictures are claimed by ${label} and are waited for. The claim ends ` +
        `${new Date(until).toISOString()} at the latest; CHARGEN_CLAIMS=ignore pays beside it.`,
    });
  }
}

/** After a 429, or while it is not known whether a job exists, nothing more is sent in this turn. */
function endsTurn(run: OpenRun, sent: Job): boolean {
  const stage = run.state.jobs.find((job) => job.n === sent.n)?.stage;
  return stage === 'staged' || stage === 'uncertain' || stage === 'sending';
}

/** Undefined if the run goes on. */
async function sendJob(turn: Turn, run: OpenRun, job: Job): Promise<StepOutcome | undefined> {
  const { call, context } = turn;
  const { clock, pollInterval, store } = call.options;
  context.signal.throwIfAborted();
  const items = await wantedOf(run, job.keys);
  const claimed = await store.sending(items);
  if (claimed.held.size > 0) {
    // It was staged long ago, or by a process that is no more.
    await saveJob(context, run, job.n, { stage: 'abandoned', why: 'another machine claimed its items' });
    return undefined;
  }
  const end = whileUnclaimed(call, claimed, Math.max(job.keys.length, mayAskFor(turn)));
  if (end !== undefined) {
    await store.notSent(items);
    return end;
  }
  const outcome = await submitJob(context, run, job);
  if (outcome.kind !== 'submitted' && outcome.kind !== 'uncertain') await store.notSent(items);
  call.watched.set(run.state.runId, unsettledKeys(run.state.jobs));
  switch (outcome.kind) {
    case 'submitted':
      call.delays = 0;
      call.waitedFor = undefined;
      return undefined;
    case 'stale':
    case 'uncertain':
      return undefined;
    case 'delayed': {
      const backOff = Math.min(pollInterval * 2 ** call.delays, pollInterval * 20);
      const retryInMs = Math.max(outcome.retryAfter ?? 0, Math.round(backOff * (1 + Math.random() / 4)));
      call.delays += 1;
      call.delayedUntil = clock.now() + retryInMs;
      const { runId } = run.state;
      call.waitedFor = `Google has no room: ${outcome.message}`;
      context.listener({ kind: 'job-delayed', runId, n: job.n, message: outcome.message, retryInMs });
      return undefined;
    }
    case 'rejected':
      call.noteFailures(run);
      return undefined;
    case 'not-allowed':
      return stopWith(stopOfError(outcome.error));
  }
}

function waitForPoll(turn: Turn, open: readonly RunJob[]): StepOutcome {
  return { kind: 'wait', ms: pollMs(turn, open) };
}

function pollMs({ call, context }: Turn, open: readonly RunJob[]): number {
  const { clock, pollInterval } = call.options;
  const delays = open.map(({ run, job }) => pollDelay(pollInterval, ageOfJob(context, run, job)));
  const delayed = call.delayedUntil - clock.now();
  return Math.min(...delays, delayed > 0 ? delayed : Number.POSITIVE_INFINITY, pollInterval * 10);
}
