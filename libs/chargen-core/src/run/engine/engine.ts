import { randomBytes } from 'node:crypto';
import { GeminiError, passesByWaiting, type GeminiDoor } from '../../gemini/index.js';
import { splitJobs, type ChargenSettings } from '../../plan/index.js';
import type { ClaimHolder, ResultStore } from '../../store/index.js';
import type { Clock } from '../../util/clock.js';
import { removeTemporaryFiles } from '../../util/temporary-files.js';
import { overBudget } from '../submit/budget.js';
import { deleteUploads } from '../submit/clean-uploads.js';
import type { TextReader } from '../collect/text-reader.js';
import { saveJob, saveRun, type OpenRun, type RunContext } from '../context.js';
import type { RunListener } from '../events.js';
import { isAskedAgain } from '../failure-policy.js';
import { ForeignJobs } from '../waiting/foreign-jobs.js';
import { LockTimeout, WorkspaceLock, type LockHolder } from '../journal/lock.js';
import { ageOfJob, pollDelay, pollJob } from '../collect/poll-job.js';
import { finishRun, openRuns, reconcile, takeOverKey } from '../waiting/remote-jobs.js';
import { newRunId, RunDirectories, RunStateError } from '../journal/run-directory.js';
import { RunLog } from '../journal/run-log.js';
import { enter, isUnderWay } from '../journal/run-owner.js';
import {
  isOpen,
  isSettled,
  STATE_VERSION,
  type ItemFailure,
  type Job,
  type RunKind,
  type RunOwner,
} from '../journal/run-state.js';
import { stopOfError, type StopReason } from '../stop.js';
import { stageJob, submitJob } from '../submit/submit-job.js';
import { SubmitRoom } from '../submit/submit-room.js';
import { UploadLedger } from '../submit/uploads.js';
import type { WayToPay } from '../way-to-pay.js';
import type { Work, WorkItem } from '../work.js';

/** A process that plans, uploads or downloads is waited for at least so long, whatever the budget says. */
const LOCK_PATIENCE_MS = 10 * 60_000;

/** How many poll intervals Google may be out of reach while jobs are open there: an hour at the default. */
const TROUBLE_INTERVALS = 120;

export interface EngineOptions {
  readonly workspaceRoot: string;
  /** Absolute: `.chargen/batch`. */
  readonly batchFolder: string;
  readonly kind: RunKind;
  readonly settings: ChargenSettings;
  readonly store: ResultStore;
  /** Opened only when something is to be asked; rejects with words for people where there is no key. */
  readonly openDoor: () => Promise<GeminiDoor>;
  /** Plans anew from what lies on the disk and in the store. */
  readonly plan: () => Promise<Work>;
  /** Called whenever new results lie in the store. */
  readonly onCollected: () => Promise<void>;
  /**
   * How many answers of each job (`batches/…`) lie in the world already, as recipes and the like tell. A job of
   * another machine that has no more to give is then not downloaded. Left out: every unknown job is.
   */
  readonly delivered?: () => Promise<ReadonlyMap<string, number>>;
  readonly listener: RunListener;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly pollInterval: number;
  readonly settleMs: number;
  /** First pause of a repeated read, in milliseconds. */
  readonly retryPause: number;
  /** Milliseconds to wait for Google in all; infinity for no limit. */
  readonly waitMs: number;
  readonly submit: boolean;
  readonly pay: WayToPay;
  readonly maxCost: number | undefined;
  readonly readText: TextReader;
}

export interface EngineOutcome {
  /** Items that were asked for in vain, by key; not those that the model refused. */
  readonly failures: ReadonlyMap<string, ItemFailure>;
  /** Keys that Google works on. */
  readonly inFlight: ReadonlySet<string>;
  /** Why a key is not asked for while others are: each is in a synchronous request whose answer was lost. */
  readonly held: ReadonlyMap<string, StopReason>;
  readonly stop: StopReason | undefined;
  /** The run that this call submitted, if it did. */
  readonly runId: string | undefined;
  /** Every run that this call made, went on with, or took over. */
  readonly runIds: readonly string[];
}

/**
 * Brings everything that is wanted into the store, whatever was left by earlier runs, other machines and
 * crashes. What it knows is on the disk after every step, so it may be killed anywhere and called again.
 */
export async function runBatches(options: EngineOptions): Promise<EngineOutcome> {
  const call = await enter();
  try {
    return await new Engine(options, call.owner).run();
  } finally {
    call.leave();
  }
}

type StepOutcome =
  | { readonly kind: 'finished' }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Something was collected or taken over: plan again at once. */
  | { readonly kind: 'again' }
  | { readonly kind: 'stop'; readonly reason: StopReason };

/** Runs as one step sees them. */
interface Runs {
  /** Not over, of both kinds and of all keys. */
  readonly open: readonly OpenRun[];
  /** Those of this kind and key: they are polled, collected and ended here. */
  readonly mine: readonly OpenRun[];
  /** Of these, the ones that another living call will add jobs to. */
  readonly others: ReadonlySet<OpenRun>;
}

class Engine {
  readonly #options: EngineOptions;
  readonly #owner: RunOwner;
  readonly #lock: WorkspaceLock;
  readonly #runs: RunDirectories;
  readonly #log: RunLog;
  readonly #uploads: UploadLedger;
  readonly #foreign: ForeignJobs;
  readonly #deadline: number;
  readonly #failures = new Map<string, ItemFailure>();
  readonly #touched = new Set<string>();
  readonly #told = new Set<string>();
  #door: GeminiDoor | undefined;
  #runId: string | undefined;
  #inFlight = new Set<string>();
  #held: ReadonlyMap<string, StopReason> = new Map();
  /** Keys of jobs that were not settled when this call last looked, by run. */
  #watched = new Map<string, ReadonlySet<string>>();
  #hasCleaned = false;
  #delayedUntil = 0;
  #delays = 0;
  #troubleSince: number | undefined;
  /** What kept the last turn from submitting, in words; undefined once something was submitted. */
  #waitedFor: string | undefined;

  constructor(options: EngineOptions, owner: RunOwner) {
    const { batchFolder, clock } = options;
    this.#options = options;
    this.#owner = owner;
    this.#lock = new WorkspaceLock(`${batchFolder}/.lock`, clock);
    this.#runs = new RunDirectories(batchFolder);
    this.#log = new RunLog(this.#runs, clock, options.listener);
    this.#uploads = new UploadLedger(`${batchFolder}/uploads.json`, clock, this.#runs.scratch);
    this.#foreign = new ForeignJobs(options.delivered);
    this.#deadline = clock.now() + options.waitMs;
  }

  async run(): Promise<EngineOutcome> {
    const stop = await this.#withJobs(await this.#untilStopped());
    await this.#options.store.settle(new Set(this.#failures.keys()));
    return {
      failures: this.#failures,
      inFlight: this.#inFlight,
      held: this.#held,
      stop,
      runId: this.#runId,
      runIds: [...this.#touched],
    };
  }

  async #untilStopped(): Promise<StopReason | undefined> {
    const { clock, signal } = this.#options;
    for (;;) {
      let step: StepOutcome;
      try {
        step = await this.#lockedStep();
        this.#troubleSince = undefined;
      } catch (error) {
        step = await this.#afterError(error);
      }
      switch (step.kind) {
        case 'finished':
          return undefined;
        case 'stop':
          return step.reason;
        case 'again':
          continue;
        case 'wait': {
          const left = this.#deadline - clock.now();
          if (left <= 0) return { kind: 'wait-over' };
          await clock.sleep(Math.min(step.ms, left), signal);
          if (signal.aborted) return { kind: 'interrupted' };
        }
      }
    }
  }

  /** A stop says that something is at Google only if it is. */
  async #withJobs(stop: StopReason | undefined): Promise<StopReason | undefined> {
    switch (stop?.kind) {
      case 'wait-over':
      case 'interrupted':
      case 'billing':
      case 'quota':
        return { ...stop, jobs: await this.#countOpenJobs(), ...this.#whatFor(stop) };
      default:
        return stop;
    }
  }

  #whatFor({ kind }: StopReason): { readonly waitedFor?: string } {
    return kind !== 'wait-over' || this.#waitedFor === undefined ? {} : { waitedFor: this.#waitedFor };
  }

  #lockedStep(): Promise<StepOutcome> {
    const { kind, signal, clock } = this.#options;
    const until = Math.max(this.#deadline, clock.now() + LOCK_PATIENCE_MS);
    const onWait = (holder: LockHolder, file: string): void => {
      this.#tellOnce(`lock ${holder.host} ${String(holder.pid)}`, {
        kind: 'waiting',
        message:
          `Another process (pid ${String(holder.pid)} on ${holder.host}, ${holder.what} since ${holder.since}) is at ` +
          `work in this workspace; waiting for it. If that machine is off, delete ${file}.`,
      });
    };
    return this.#lock.hold({ what: kind, signal, until, onWait }, () => this.#step());
  }

  /** Google out of reach is no reason to leave jobs alone that run there; anything else ends the call. */
  async #afterError(error: unknown): Promise<StepOutcome> {
    const { clock, pollInterval, signal } = this.#options;
    const stop = (reason: StopReason): StepOutcome => ({ kind: 'stop', reason });
    if (signal.aborted) return stop({ kind: 'interrupted' });
    if (error instanceof LockTimeout) return stop({ kind: 'wait-over' });
    if (error instanceof RunStateError || !(error instanceof GeminiError)) throw error;
    const { message, retryAfter } = error.info;
    const passes = passesByWaiting(error.info.kind);
    this.#troubleSince ??= clock.now();
    const lasted = clock.now() - this.#troubleSince;
    const jobs = await this.#countOpenJobs();
    // No room for an upload passes like no room for a job: only the time for waiting ends it.
    const isBusy = error.info.kind === 'quota';
    if (!passes || (!isBusy && (jobs === 0 || lasted > pollInterval * TROUBLE_INTERVALS))) {
      return stop(stopOfError(error.info));
    }
    const what = isBusy ? 'Google has no room now' : 'Google cannot be reached';
    this.#waitedFor = `${what}: ${message}`;
    const ms = Math.max(retryAfter ?? 0, pollDelay(pollInterval, lasted * 10));
    this.#log.tell({
      kind: 'waiting',
      runId: this.#runId,
      message: `${what} (${message})${jobs === 0 ? '' : '; its jobs go on'}. Looking again in ${String(Math.ceil(ms / 1000))} s.`,
    });
    return { kind: 'wait', ms };
  }

  /** Jobs of this kind that exist at Google, or may exist. */
  async #countOpenJobs(): Promise<number> {
    const runs = (await openRuns(this.#runs)).filter(({ state }) => state.kind === this.#options.kind);
    return runs.flatMap(({ state }) => state.jobs.filter(isOpen)).length;
  }

  /** One turn with the lock held: settle, collect, plan, submit. */
  async #step(): Promise<StepOutcome> {
    const { signal, kind } = this.#options;
    signal.throwIfAborted();
    await this.#cleanOnce();
    await this.#noteEndedElsewhere();
    const unfinished = (await openRuns(this.#runs)).filter((run) => run.state.kind === kind);
    const planned = await this.#options.plan();
    const wanted = planned.items.filter((item) => !this.#isHopeless(item));
    // Before a key is needed: what another machine paid for is not asked for again.
    if ((await this.#options.store.bring(wanted)) > 0) {
      await this.#options.onCollected();
      return { kind: 'again' };
    }
    if (wanted.length === 0 && unfinished.length === 0) return { kind: 'finished' };
    let door: GeminiDoor;
    try {
      door = this.#door ??= await this.#options.openDoor();
    } catch (error) {
      // Nothing is wanted: an old run may wait until somebody with a key comes.
      if (wanted.length === 0) return { kind: 'finished' };
      return { kind: 'stop', reason: { kind: 'no-key', message: messageOf(error) } };
    }
    const context = this.#context(door);
    this.#uploads.reload();
    const runs = await this.#sortRuns(door);
    this.#tellResumed(runs);
    this.#watched = new Map(runs.mine.map(({ state }) => [state.runId, openKeys(state.jobs)]));
    const unsure = await reconcile(context, runs.mine);
    const collected = await this.#pollAll(context, runs.mine);
    await this.#dropStale(context, runs, wanted);
    await this.#finishRuns(context, runs, wanted.length > 0);
    if (collected) {
      await this.#options.store.offer();
      await this.#options.onCollected();
      return { kind: 'again' };
    }
    this.#inFlight = inFlightKeys(runs);
    if (wanted.length === 0) return { kind: 'finished' };
    const [otherKey, ...more] = runs.open.filter(
      ({ state }) =>
        state.kind === kind && state.keyFingerprint !== door.keyFingerprint && state.jobs.some(isOpen),
    );
    if (otherKey !== undefined) {
      if (await takeOverKey(context, [otherKey, ...more])) return { kind: 'again' };
      const { runId, keyFingerprint } = otherKey.state;
      return { kind: 'stop', reason: { kind: 'other-key', runId, fingerprint: keyFingerprint } };
    }
    if (unsure.length > 0) return this.#whileUnsure(context, runs, unsure);
    return this.#submitWanted(context, runs, wanted, planned);
  }

  /** Nothing is submitted beside a job that may or may not exist. Those that do exist are still collected. */
  #whileUnsure(
    context: RunContext,
    runs: Runs,
    unsure: readonly { readonly run: OpenRun; readonly job: Job }[],
  ): StepOutcome {
    const sure = openJobs(runs.mine).filter(({ job }) => job.stage === 'submitted');
    const lost = unsure.find(({ job }) => job.stage === 'uncertain');
    if (lost !== undefined && sure.length === 0) {
      const { displayName, why = 'the answer was lost' } = lost.job;
      return { kind: 'stop', reason: { kind: 'uncertain', runId: lost.run.state.runId, displayName, why } };
    }
    for (const { run, job } of unsure) {
      this.#tellOnce(`unsure ${job.displayName}`, {
        kind: 'waiting',
        runId: run.state.runId,
        message: `It is not known whether Google made the job "${job.displayName}". The list of jobs is read again before anything is submitted.`,
      });
    }
    const soon = Math.max(10, context.settleMs / 4);
    return { kind: 'wait', ms: sure.length === 0 ? soon : Math.min(soon, this.#pollMs(context, sure)) };
  }

  async #submitWanted(
    context: RunContext,
    runs: Runs,
    wanted: readonly WorkItem[],
    planned: Work,
  ): Promise<StepOutcome> {
    const { clock, settings, maxCost, store } = this.#options;
    const fresh = wanted.filter((item) => !this.#inFlight.has(item.key));
    const open = openJobs(runs.mine);
    const wait = (): StepOutcome => ({ kind: 'wait', ms: this.#pollMs(context, open) });
    if (open.some(({ job }) => job.foreign)) {
      // Its items are not known here: submitting beside it might pay for them a second time.
      this.#foreign.waitsFor(context, open);
      this.#tellOnce('foreign', {
        kind: 'waiting',
        message:
          'Another machine has a job of this workspace at Google. It is waited for before anything is submitted.',
      });
      return wait();
    }
    if (fresh.length === 0 || this.#delayedUntil > clock.now()) return wait();
    // Each time before anything is submitted: another machine may have begun while this one waited.
    if (await this.#foreign.takeOver(context)) return { kind: 'again' };
    const courtesy = this.#foreign.courtesyMs(context);
    if (courtesy > 0) {
      this.#tellOnce('courtesy', {
        kind: 'waiting',
        message: `The machine that made the last job goes first; waiting ${String(Math.ceil(courtesy / 1000))} s for its next one.`,
      });
      return { kind: 'wait', ms: Math.min(courtesy, context.pollInterval) };
    }
    if (!this.#options.submit) {
      return open.length > 0 ? wait() : { kind: 'stop', reason: { kind: 'not-submitting' } };
    }
    if (settings.tier === 'free') return { kind: 'stop', reason: { kind: 'no-batch' } };
    const own = runs.mine.find((run) => run.state.runId === this.#runId);
    const over = await overBudget({ cap: maxCost, planned, own, store });
    if (over !== undefined) return { kind: 'stop', reason: over };
    return this.#submitFresh(context, runs, fresh, planned);
  }

  async #submitFresh(
    context: RunContext,
    runs: Runs,
    fresh: readonly WorkItem[],
    planned: Work,
  ): Promise<StepOutcome> {
    const { settings } = context;
    const open = openJobs(runs.open);
    const room = new SubmitRoom(
      settings,
      open.map(({ job }) => job),
    );
    const staged = runs.mine
      .filter((run) => !runs.others.has(run))
      .flatMap((run) => run.state.jobs.filter((job) => job.stage === 'staged').map((job) => ({ run, job })));
    const stagedKeys = new Set(staged.flatMap(({ job }) => job.keys));
    let hasMoved = false;
    for (const { run, job } of staged) {
      if (!room.take(job.model, job.tokens)) continue;
      const stop = await this.#send(context, run, job);
      if (stop !== undefined) return stop;
      hasMoved = true;
      if (this.#isHeld(run, job)) return { kind: 'again' };
    }
    const unstaged = fresh.filter((item) => !stagedKeys.has(item.key));
    const held = await this.#heldElsewhere(unstaged);
    const rest = unstaged.filter((item) => !held.has(item.key));
    for (const items of splitJobs(rest, settings.maxItemsPerJob, settings.tier)) {
      const tokens = items.reduce((total, item) => total + item.inputTokens, 0);
      if (!room.take(items[0]?.request.model ?? '', tokens)) continue;
      context.signal.throwIfAborted();
      const run = await this.#ownRun(context, planned);
      const job = await stageJob(context, run, items);
      this.#noteFailures(run);
      hasMoved = true;
      if (job === undefined) continue;
      const stop = await this.#send(context, run, job);
      if (stop !== undefined) return stop;
      if (this.#isHeld(run, job)) return { kind: 'again' };
    }
    if (hasMoved) return { kind: 'again' };
    const ms = this.#pollMs(context, open);
    return { kind: 'wait', ms: held.size > 0 ? Math.min(ms, context.pollInterval) : ms };
  }

  /** Keys that another machine claimed in the shared store: its results are waited for. */
  async #heldElsewhere(items: readonly WorkItem[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    const held = await this.#options.store.claim(items.map((item) => item.key));
    for (const { label, until } of held.values()) {
      this.#tellOnce(`claim ${label}`, {
        kind: 'waiting',
        message:
          `${label} is having some of these pictures made and is waited for. Its claim ends ` +
          `${new Date(until).toISOString()} at the latest; CHARGEN_CLAIMS=ignore pays beside it.`,
      });
    }
    return held;
  }

  /** After a 429, or while it is not known whether a job exists, nothing more is sent in this turn. */
  #isHeld(run: OpenRun, sent: Job): boolean {
    const stage = run.state.jobs.find((job) => job.n === sent.n)?.stage;
    return stage === 'staged' || stage === 'uncertain';
  }

  /** Undefined where the run goes on. */
  async #send(context: RunContext, run: OpenRun, job: Job): Promise<StepOutcome | undefined> {
    const { clock, pollInterval } = this.#options;
    context.signal.throwIfAborted();
    const held = await this.#options.store.sending(job.keys);
    if (held.size > 0) {
      // It was staged long ago, or by a process that is no more.
      await saveJob(context, run, job.n, { stage: 'abandoned', why: 'another machine claimed its items' });
      return undefined;
    }
    const outcome = await submitJob(context, run, job);
    if (outcome.kind !== 'submitted' && outcome.kind !== 'uncertain') this.#options.store.notSent(job.keys);
    this.#watched.set(run.state.runId, openKeys(run.state.jobs));
    switch (outcome.kind) {
      case 'submitted':
        this.#delays = 0;
        this.#waitedFor = undefined;
        return undefined;
      case 'stale':
      case 'uncertain':
        return undefined;
      case 'delayed': {
        const backOff = Math.min(pollInterval * 2 ** this.#delays, pollInterval * 20);
        const retryInMs = Math.max(outcome.retryAfter ?? 0, Math.round(backOff * (1 + Math.random() / 4)));
        this.#delays += 1;
        this.#delayedUntil = clock.now() + retryInMs;
        const { runId } = run.state;
        this.#waitedFor = `Google has no room: ${outcome.message}`;
        context.listener({ kind: 'job-delayed', runId, n: job.n, message: outcome.message, retryInMs });
        return undefined;
      }
      case 'rejected':
        this.#noteFailures(run);
        return undefined;
      case 'not-allowed': {
        return { kind: 'stop', reason: stopOfError(outcome.error) };
      }
    }
  }

  async #ownRun(context: RunContext, planned: Work): Promise<OpenRun> {
    if (this.#runId !== undefined) {
      const directory = this.#runs.directory(this.#runId);
      const state = await directory.readState();
      if (state !== undefined) return { directory, state };
    }
    const { clock, kind, settings } = this.#options;
    const runId = newRunId(clock.now(), randomBytes(3).toString('hex'));
    this.#runId = runId;
    this.#touched.add(runId);
    const now = new Date(clock.now()).toISOString();
    const run: OpenRun = {
      directory: this.#runs.directory(runId),
      state: {
        v: STATE_VERSION,
        runId,
        workspaceId: settings.workspaceId,
        kind,
        keyFingerprint: context.door.keyFingerprint,
        phase: 'planned',
        createdAt: now,
        updatedAt: now,
        owner: this.#owner,
        jobs: [],
        failures: [],
      },
    };
    await saveRun(context, run, run.state);
    context.listener({
      kind: 'run-planned',
      runId,
      items: planned.items.length + planned.waiting,
      entities: planned.entities,
      estimate: planned.estimate,
    });
    return run;
  }

  async #pollAll(context: RunContext, runs: readonly OpenRun[]): Promise<boolean> {
    let hasCollected = false;
    for (const run of runs) {
      for (const { n } of run.state.jobs) {
        // Read anew: polling one job replaces the state of its run.
        const job = run.state.jobs.find((one) => one.n === n);
        if (job?.stage !== 'submitted' || !this.#isPollDue(context, run, job)) continue;
        context.signal.throwIfAborted();
        if (await pollJob(context, run, job)) {
          hasCollected = true;
          this.#noteFailures(run);
        }
      }
    }
    return hasCollected;
  }

  /** Another process that waits for the same job may have asked a moment ago. */
  #isPollDue(context: RunContext, run: OpenRun, job: Job): boolean {
    if (job.remote === undefined) return true;
    const since = context.clock.now() - job.remote.polledAt;
    // A clock that was set back must not make a job wait for its future.
    return since < 0 || since >= pollDelay(context.pollInterval, ageOfJob(context, run, job)) * 0.9;
  }

  /** Jobs that were never sent: kept where all they hold is still wanted, else dropped. Nothing was paid. */
  async #dropStale(context: RunContext, runs: Runs, wanted: readonly WorkItem[]): Promise<void> {
    const keys = new Set<string>(wanted.map((item) => item.key));
    for (const run of runs.open) {
      if (run.state.kind !== this.#options.kind || runs.others.has(run)) continue;
      const sameKey = runs.mine.includes(run);
      const jobs = run.state.jobs.map((job) => {
        const isUsable = sameKey && job.stage === 'staged' && job.keys.every((key) => keys.has(key));
        const isStale = job.stage === 'planned' || (job.stage === 'staged' && !isUsable);
        return isStale ? { ...job, stage: 'abandoned' as const, why: 'it was never sent' } : job;
      });
      if (jobs.every((job, index) => job === run.state.jobs[index])) continue;
      await saveRun(context, run, { ...run.state, jobs });
    }
  }

  /** Runs end when nothing more is wanted: until then their uploads may serve the next job. */
  async #finishRuns(context: RunContext, runs: Runs, wantsMore: boolean): Promise<void> {
    for (const run of wantsMore ? [] : runs.open) {
      const { runId, kind, keyFingerprint, jobs } = run.state;
      if (kind !== this.#options.kind || runs.others.has(run) || !jobs.every(isSettled)) continue;
      // Before the phase: after a crash in between, the next call finds the run open and deletes the rest.
      if (keyFingerprint === context.door.keyFingerprint)
        await deleteUploads(context, run, runId !== this.#runId);
      await finishRun(context, run);
    }
  }

  /**
   * Another process, or `chargen cancel`, may have ended a job that this call waited for. What came to nothing there
   * came to nothing here as well: asked for again it might be paid for again, or against somebody's will.
   */
  async #noteEndedElsewhere(): Promise<void> {
    for (const [runId, keys] of this.#watched) {
      const state = await this.#runs.directory(runId).readState();
      const left = openKeys(state?.jobs ?? []);
      for (const failure of state?.failures ?? []) {
        if (keys.has(failure.key) && !left.has(failure.key)) this.#failures.set(failure.key, failure);
      }
    }
  }

  #noteFailures(run: OpenRun): void {
    for (const failure of run.state.failures) this.#failures.set(failure.key, failure);
  }

  #isHopeless(item: WorkItem): boolean {
    const failure = this.#failures.get(item.key);
    return failure !== undefined && !isAskedAgain(failure, this.#options.kind);
  }

  #pollMs(context: RunContext, open: readonly { readonly run: OpenRun; readonly job: Job }[]): number {
    const { clock, pollInterval } = this.#options;
    const delays = open.map(({ run, job }) => pollDelay(pollInterval, ageOfJob(context, run, job)));
    const delayed = this.#delayedUntil - clock.now();
    return Math.min(...delays, delayed > 0 ? delayed : Number.POSITIVE_INFINITY, pollInterval * 10);
  }

  async #sortRuns(door: GeminiDoor): Promise<Runs> {
    const open = await openRuns(this.#runs);
    const mine = open.filter(
      ({ state }) => state.kind === this.#options.kind && state.keyFingerprint === door.keyFingerprint,
    );
    const others = new Set<OpenRun>();
    for (const run of open) {
      if (run.state.runId !== this.#runId && (await isUnderWay(run.state.owner))) others.add(run);
    }
    return { open, mine, others };
  }

  async #cleanOnce(): Promise<void> {
    if (this.#hasCleaned) return;
    this.#hasCleaned = true;
    await removeTemporaryFiles([this.#runs.folder, this.#runs.scratch, this.#options.store.scratch]);
  }

  #tellResumed({ mine }: Runs): void {
    for (const { state } of mine) {
      if (state.runId === this.#runId) continue;
      this.#touched.add(state.runId);
      this.#tellOnce(state.runId, {
        kind: 'run-resumed',
        runId: state.runId,
        phase: state.phase,
        openJobs: state.jobs.filter(isOpen).length,
      });
    }
  }

  #tellOnce(id: string, event: Parameters<RunListener>[0]): void {
    if (event.kind === 'waiting') this.#waitedFor = event.message;
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.#log.tell(event);
  }

  #context(door: GeminiDoor): RunContext {
    const { workspaceRoot, kind, settings, store, clock, signal } = this.#options;
    const { pollInterval, settleMs, retryPause, readText } = this.#options;
    return {
      workspaceRoot,
      kind,
      settings,
      door,
      store,
      runs: this.#runs,
      uploads: this.#uploads,
      clock,
      pace: { minTimeout: retryPause, clock },
      listener: this.#log.tell,
      signal,
      pollInterval,
      settleMs,
      readText,
      attempts: (key) => this.#failures.get(key)?.attempts ?? 0,
    };
  }
}

/** Keys that some job may still bring. */
function openKeys(jobs: readonly Job[]): Set<string> {
  return new Set(jobs.filter((job) => !isSettled(job)).flatMap((job) => job.keys));
}

function openJobs(runs: readonly OpenRun[]): { readonly run: OpenRun; readonly job: Job }[] {
  return runs.flatMap((run) => run.state.jobs.filter(isOpen).map((job) => ({ run, job })));
}

/** What Google works on, and what another living call has staged and will send. */
function inFlightKeys({ open, others }: Runs): Set<string> {
  const keys = open.flatMap((run) =>
    run.state.jobs
      .filter((job) => isOpen(job) || (job.stage === 'staged' && others.has(run)))
      .flatMap((job) => job.keys),
  );
  return new Set(keys);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
