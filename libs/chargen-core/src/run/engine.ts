import { randomBytes } from 'node:crypto';
import { isTerminal, GeminiError, type GeminiDoor } from '../gemini/index.js';
import { queueLimit, splitJobs, type ChargenSettings } from '../plan/index.js';
import type { ResultStore } from '../store/index.js';
import type { Clock } from '../util/clock.js';
import type { TextReader } from './collect.js';
import { saveRun, type OpenRun, type RunContext } from './context.js';
import type { RunListener } from './events.js';
import { WorkspaceLock } from './lock.js';
import { deleteUploads, pollDelay, pollJob } from './poll.js';
import { adoptForeign, finishRun, foreignJobs, mayHoldResults, openRuns, reconcile } from './remote-jobs.js';
import { newRunId, RunDirectories, RunStateError } from './run-directory.js';
import { isOpen, isSettled, STATE_VERSION, type ItemFailure, type Job, type RunKind } from './run-state.js';
import type { StopReason } from './stop.js';
import { stageJob, submitJob } from './submit.js';
import { UploadLedger } from './uploads.js';
import type { Work, WorkItem } from './work.js';

/** How often one item is asked for in one run, where the failure was none of its own. */
const MAX_ATTEMPTS = 3;

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
  readonly maxCost: number | undefined;
  readonly readText: TextReader;
}

export interface EngineOutcome {
  /** Items that were asked for in vain, by key; not those that the model refused. */
  readonly failures: ReadonlyMap<string, ItemFailure>;
  /** Keys that Google works on. */
  readonly inFlight: ReadonlySet<string>;
  readonly stop: StopReason | undefined;
  /** The run that this call submitted, if it did. */
  readonly runId: string | undefined;
}

/**
 * Brings everything that is wanted into the store, whatever was left by earlier runs, other machines and
 * crashes. What it knows is on the disk after every step, so it may be killed anywhere and called again.
 */
export async function runBatches(options: EngineOptions): Promise<EngineOutcome> {
  return new Engine(options).run();
}

type StepOutcome =
  | { readonly kind: 'finished' }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Something was collected or taken over: plan again at once. */
  | { readonly kind: 'again' }
  | { readonly kind: 'stop'; readonly reason: StopReason };

class Engine {
  readonly #options: EngineOptions;
  readonly #lock: WorkspaceLock;
  readonly #runs: RunDirectories;
  readonly #uploads: UploadLedger;
  readonly #deadline: number;
  readonly #failures = new Map<string, ItemFailure>();
  #door: GeminiDoor | undefined;
  #runId: string | undefined;
  #inFlight = new Set<string>();
  #foreignLooked = false;
  #told = new Set<string>();
  #delayedUntil = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#lock = new WorkspaceLock(`${options.batchFolder}/.lock`, options.clock);
    this.#runs = new RunDirectories(options.batchFolder);
    this.#uploads = new UploadLedger(`${options.batchFolder}/uploads.json`, options.clock);
    this.#deadline = options.clock.now() + options.waitMs;
  }

  async run(): Promise<EngineOutcome> {
    const { clock, signal, listener } = this.#options;
    let stop: StopReason | undefined;
    for (;;) {
      let step: StepOutcome;
      try {
        step = await this.#lock.hold(
          this.#options.kind,
          signal,
          (holder) => {
            listener({
              kind: 'waiting',
              message: `Another process (pid ${String(holder.pid)} on ${holder.host}, ${holder.what} since ${holder.since}) is at work in this workspace; waiting for it.`,
            });
          },
          () => this.#step(),
        );
      } catch (error) {
        step = { kind: 'stop', reason: this.#reasonOf(error) };
      }
      if (step.kind === 'finished') break;
      if (step.kind === 'stop') {
        stop = step.reason;
        break;
      }
      if (step.kind === 'again') continue;
      const left = this.#deadline - clock.now();
      if (left <= 0) {
        stop = { kind: 'wait-over' };
        break;
      }
      await clock.sleep(Math.min(step.ms, left), signal);
      if (signal.aborted) {
        stop = { kind: 'interrupted' };
        break;
      }
    }
    return { failures: this.#failures, inFlight: this.#inFlight, stop, runId: this.#runId };
  }

  #reasonOf(error: unknown): StopReason {
    if (this.#options.signal.aborted) return { kind: 'interrupted' };
    if (error instanceof RunStateError) throw error;
    if (error instanceof GeminiError) {
      if (error.info.kind === 'invalid-key') {
        return { kind: 'no-key', message: `Google does not take the API key: ${error.info.message}` };
      }
      return { kind: 'service', message: error.info.message };
    }
    throw error;
  }

  /** One turn with the lock held: settle, collect, plan, submit. */
  async #step(): Promise<StepOutcome> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const unfinished = await this.#openRunsWithoutDoor();
    const planned = await this.#options.plan();
    const wanted = planned.items.filter((item) => !this.#isHopeless(item));
    if (wanted.length === 0 && unfinished === 0) return { kind: 'finished' };
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
    const runs = await openRuns(context);
    this.#tellResumed(runs);
    const foreignKey = runs.find(
      (run) => run.state.keyFingerprint !== door.keyFingerprint && run.state.jobs.some(isOpen),
    );
    const mine = runs.filter((run) => run.state.keyFingerprint === door.keyFingerprint);
    const unsure = await reconcile(context, mine);
    const collected = await this.#pollAll(context, mine);
    await this.#dropStale(context, mine, wanted);
    // This call's own run stays open while it may still add a job: its uploads serve the next wave.
    await this.#finishRuns(context, mine, wanted.length > 0 ? this.#runId : undefined);
    if (collected) {
      await this.#options.onCollected();
      return { kind: 'again' };
    }
    this.#inFlight = new Set(runs.flatMap((run) => run.state.jobs.filter(isOpen).flatMap((job) => job.keys)));
    if (wanted.length === 0) return { kind: 'finished' };
    if (foreignKey !== undefined) {
      const { runId, keyFingerprint } = foreignKey.state;
      return { kind: 'stop', reason: { kind: 'other-key', runId, fingerprint: keyFingerprint } };
    }
    const lost = unsure.find(({ job }) => job.stage === 'uncertain');
    if (lost !== undefined) {
      const { displayName, why } = lost.job;
      const { runId } = lost.run.state;
      return {
        kind: 'stop',
        reason: { kind: 'uncertain', runId, displayName, why: why ?? 'the answer was lost' },
      };
    }
    if (unsure.length > 0) return { kind: 'wait', ms: Math.max(10, this.#options.settleMs / 4) };
    return this.#submitWanted(context, mine, wanted, planned);
  }

  async #submitWanted(
    context: RunContext,
    runs: readonly OpenRun[],
    wanted: readonly WorkItem[],
    planned: Work,
  ): Promise<StepOutcome> {
    const fresh = wanted.filter((item) => !this.#inFlight.has(item.key));
    const open = runs.flatMap((run) => run.state.jobs.filter(isOpen).map((job) => ({ run, job })));
    if (open.some(({ job }) => job.foreign)) {
      // Its items are not known here: submitting beside it might pay for them a second time.
      this.#tellOnce('foreign', {
        kind: 'waiting',
        message:
          'Another machine has a job of this workspace at Google. It is waited for before anything is submitted.',
      });
      return { kind: 'wait', ms: this.#pollMs(open) };
    }
    if (fresh.length === 0) return { kind: 'wait', ms: this.#pollMs(open) };
    if (!this.#options.submit) {
      return open.length > 0
        ? { kind: 'wait', ms: this.#pollMs(open) }
        : { kind: 'stop', reason: { kind: 'not-submitting' } };
    }
    if (context.settings.tier === 'free') return { kind: 'stop', reason: { kind: 'no-batch' } };
    const overBudget = this.#overBudget(planned, runs);
    if (overBudget !== undefined) return { kind: 'stop', reason: overBudget };
    if (!this.#foreignLooked) {
      const found = await this.#lookForForeign(context, fresh);
      if (found) return { kind: 'again' };
      this.#foreignLooked = true;
    }
    if (this.#delayedUntil > this.#options.clock.now()) return { kind: 'wait', ms: this.#pollMs(open) };
    return this.#submitFresh(
      context,
      runs,
      fresh,
      open.map(({ job }) => job),
      planned,
    );
  }

  async #submitFresh(
    context: RunContext,
    runs: readonly OpenRun[],
    fresh: readonly WorkItem[],
    open: readonly Job[],
    planned: Work,
  ): Promise<StepOutcome> {
    const { settings } = context;
    let room = settings.maxOpenJobs - open.length;
    const staged = runs.flatMap((run) =>
      run.state.jobs.filter((job) => job.stage === 'staged').map((job) => ({ run, job })),
    );
    const stagedKeys = new Set(staged.flatMap(({ job }) => job.keys));
    const queue: (() => Promise<StepOutcome | undefined>)[] = staged.map(
      ({ run, job }) =>
        () =>
          this.#send(context, run, job),
    );
    const rest = fresh.filter((item) => !stagedKeys.has(item.key));
    for (const items of splitJobs(rest, settings.maxItemsPerJob, settings.tier)) {
      queue.push(async () => {
        const run = await this.#ownRun(context, planned);
        const job = await stageJob(context, run, items, (key) => this.#failures.get(key)?.attempts ?? 0);
        this.#noteFailures(run);
        return job === undefined ? undefined : this.#send(context, run, job);
      });
    }
    const queued = new Map<string, number>();
    for (const job of open) queued.set(job.model, (queued.get(job.model) ?? 0) + job.tokens);
    let sent = 0;
    for (const send of queue) {
      if (room <= 0) break;
      if (this.#queueIsFull(context, queued, fresh)) break;
      context.signal.throwIfAborted();
      const stop = await send();
      if (stop !== undefined) return stop;
      if (this.#delayedUntil > this.#options.clock.now()) break;
      room -= 1;
      sent += 1;
    }
    return sent > 0 ? { kind: 'again' } : { kind: 'wait', ms: this.#pollMs([]) };
  }

  #queueIsFull(
    context: RunContext,
    queued: ReadonlyMap<string, number>,
    fresh: readonly WorkItem[],
  ): boolean {
    const model = fresh[0]?.request.model ?? '';
    return (queued.get(model) ?? 0) >= queueLimit(model, context.settings.tier);
  }

  /** Undefined where the run goes on. */
  async #send(context: RunContext, run: OpenRun, job: Job): Promise<StepOutcome | undefined> {
    const outcome = await submitJob(context, run, job);
    switch (outcome.kind) {
      case 'submitted':
      case 'empty':
        return undefined;
      case 'delayed':
        this.#delayedUntil = this.#options.clock.now() + outcome.retryInMs;
        return undefined;
      case 'rejected':
        if (outcome.error.kind === 'invalid-key') {
          return { kind: 'stop', reason: { kind: 'no-key', message: outcome.error.message } };
        }
        this.#noteFailures(run);
        return undefined;
      case 'uncertain':
        return {
          kind: 'stop',
          reason: {
            kind: 'uncertain',
            runId: run.state.runId,
            displayName: job.displayName,
            why: outcome.why,
          },
        };
    }
  }

  async #ownRun(context: RunContext, planned: Work): Promise<OpenRun> {
    if (this.#runId !== undefined) {
      const directory = this.#runs.directory(this.#runId);
      const state = await directory.readState();
      if (state !== undefined) return { directory, state };
    }
    const { clock, kind, settings, listener } = this.#options;
    const runId = newRunId(clock.now(), randomBytes(3).toString('hex'));
    this.#runId = runId;
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
        jobs: [],
        failures: [],
      },
    };
    await saveRun(context, run, run.state);
    listener({
      kind: 'run-planned',
      runId,
      items: planned.items.length + planned.waiting,
      entities: planned.entities,
      estimate: planned.estimate,
    });
    return run;
  }

  #overBudget(planned: Work, runs: readonly OpenRun[]): StopReason | undefined {
    const cap = this.#options.maxCost;
    if (cap === undefined) return undefined;
    // What this call has submitted already counts; waves that cannot be planned yet are in the estimate.
    const own = runs.find((run) => run.state.runId === this.#runId)?.state.jobs ?? [];
    const spent = own.filter((job) => job.stage !== 'abandoned' && job.stage !== 'rejected');
    const inFlight = spent.reduce((total, job) => total + job.costHigh, 0);
    const estimated = planned.estimate.high + inFlight;
    return estimated > cap ? { kind: 'over-budget', estimated, cap } : undefined;
  }

  async #lookForForeign(context: RunContext, fresh: readonly WorkItem[]): Promise<boolean> {
    if (fresh.length === 0) return false;
    for (const batch of await foreignJobs(context)) {
      if (!mayHoldResults(batch)) continue;
      // Open ones must be waited for; ended ones are taken one by one, and planned again after each.
      const run = await adoptForeign(context, batch);
      if (run !== undefined && isTerminal(batch.state)) return true;
      if (run !== undefined) continue;
    }
    return (await openRuns(context)).some((run) => run.state.jobs.some((job) => job.foreign && isOpen(job)));
  }

  async #pollAll(context: RunContext, runs: readonly OpenRun[]): Promise<boolean> {
    let collected = false;
    for (const run of runs) {
      for (const job of run.state.jobs) {
        if (job.stage !== 'submitted') continue;
        context.signal.throwIfAborted();
        if (!this.#isPollDue(context, run, job)) continue;
        if (await pollJob(context, run, job)) {
          collected = true;
          this.#noteFailures(run);
        }
      }
    }
    return collected;
  }

  /** Another process that waits for the same job may have asked a moment ago. */
  #isPollDue(context: RunContext, run: OpenRun, job: Job): boolean {
    const remote = job.remote;
    if (remote === undefined) return true;
    const sinceCreate = context.clock.now() - Date.parse(remote.createdAt ?? run.state.createdAt);
    const since = context.clock.now() - remote.polledAt;
    return since >= pollDelay(context.pollInterval, Number.isNaN(sinceCreate) ? 0 : sinceCreate) * 0.9;
  }

  /** Jobs that were never sent: kept where all they hold is still wanted, else dropped. Nothing was paid. */
  async #dropStale(
    context: RunContext,
    runs: readonly OpenRun[],
    wanted: readonly WorkItem[],
  ): Promise<void> {
    const keys = new Set<string>(wanted.map((item) => item.key));
    for (const run of runs) {
      const jobs = run.state.jobs.map((job) => {
        const usable = job.stage === 'staged' && job.keys.every((key) => keys.has(key));
        const stale = job.stage === 'planned' || (job.stage === 'staged' && !usable);
        return stale ? { ...job, stage: 'abandoned' as const, why: 'it was never sent' } : job;
      });
      if (jobs.some((job, index) => job !== run.state.jobs[index]))
        await saveRun(context, run, { ...run.state, jobs });
    }
  }

  async #finishRuns(
    context: RunContext,
    runs: readonly OpenRun[],
    except: string | undefined,
  ): Promise<void> {
    for (const run of runs) {
      if (run.state.runId === except) continue;
      if (run.state.jobs.every(isSettled) && (await finishRun(context, run)))
        await deleteUploads(context, run);
    }
  }

  #noteFailures(run: OpenRun): void {
    for (const failure of run.state.failures) this.#failures.set(failure.key, failure);
  }

  /** Asked for often enough in this run, or in a way that cannot succeed. */
  #isHopeless(item: WorkItem): boolean {
    const failure = this.#failures.get(item.key);
    if (failure === undefined) return false;
    switch (failure.class) {
      case 'transient':
      case 'missing-answer':
      case 'expired':
      case 'unreadable-answer':
        return failure.attempts >= MAX_ATTEMPTS;
      case 'invalid-request':
      case 'job-rejected':
      case 'job-failed':
      case 'cancelled':
      case 'upload-rejected':
        return true;
    }
  }

  #pollMs(open: readonly { readonly run: OpenRun; readonly job: Job }[]): number {
    const { clock, pollInterval } = this.#options;
    const delays = open.map(({ run, job }) =>
      pollDelay(
        pollInterval,
        Math.max(0, clock.now() - Date.parse(job.remote?.createdAt ?? run.state.createdAt)),
      ),
    );
    const delayed = this.#delayedUntil - clock.now();
    return Math.min(...delays, delayed > 0 ? delayed : Number.POSITIVE_INFINITY, pollInterval * 10);
  }

  async #openRunsWithoutDoor(): Promise<number> {
    let count = 0;
    for (const id of await this.#runs.list()) {
      const state = await this.#runs.directory(id).readState();
      if (state !== undefined && state.phase !== 'completed' && state.phase !== 'failed') count += 1;
    }
    return count;
  }

  #tellResumed(runs: readonly OpenRun[]): void {
    for (const run of runs) {
      if (run.state.runId === this.#runId) continue;
      this.#tellOnce(run.state.runId, {
        kind: 'run-resumed',
        runId: run.state.runId,
        phase: run.state.phase,
        openJobs: run.state.jobs.filter(isOpen).length,
      });
    }
  }

  #tellOnce(id: string, event: Parameters<RunListener>[0]): void {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.#options.listener(event);
  }

  #context(door: GeminiDoor): RunContext {
    const {
      workspaceRoot,
      kind,
      settings,
      store,
      clock,
      listener,
      signal,
      pollInterval,
      settleMs,
      retryPause,
      readText,
    } = this.#options;
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
      listener,
      signal,
      pollInterval,
      settleMs,
      readText,
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
