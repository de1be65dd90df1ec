import type { GeminiDoor } from '../../gemini/index.js';
import { removeTemporaryFiles } from '../../util/temporary-files.js';
import type { OpenRun, RunContext } from '../context.js';
import { describeUnclaimed, type SharedStoreTrouble } from '../describe-sharing.js';
import type { RunEvent } from '../events.js';
import { isAskedAgain } from '../failure-policy.js';
import { WorkspaceLock } from '../journal/lock.js';
import type { Payment } from '../journal/payments.js';
import { RunDirectories } from '../journal/run-directory.js';
import { RunLog } from '../journal/run-log.js';
import { unsettledKeys, type ItemFailure, type RunOwner } from '../journal/run-state.js';
import type { StopReason } from '../stop.js';
import { UploadLedger } from '../submit/uploads.js';
import { ForeignJobs } from '../waiting/foreign-jobs.js';
import type { WorkItem } from '../work.js';
import type { EngineOptions } from './options.js';

/** What one call of the engine knows and has done so far, from turn to turn. */
export class Call {
  readonly lock: WorkspaceLock;
  readonly runs: RunDirectories;
  readonly log: RunLog;
  readonly foreign: ForeignJobs;
  /** Milliseconds since 1970 after which nothing more is waited for. */
  readonly deadline: number;
  readonly failures = new Map<string, ItemFailure>();
  /** The run in which a key failed. */
  readonly failedIn = new Map<string, OpenRun>();
  /** What the answers that this call collected cost. */
  readonly paid: Payment[] = [];
  /** Runs that this call made, went on with, or took over. */
  readonly touched = new Set<string>();
  /** The run that this call makes its jobs in, once it has one. */
  runId: string | undefined;
  inFlight: ReadonlySet<string> = new Set();
  held: ReadonlyMap<string, StopReason> = new Map();
  /** After a 429 nothing is sent before this time. */
  delayedUntil = 0;
  delays = 0;
  /** Since when Google cannot be used. */
  troubleSince: number | undefined;
  /** Since when the shared store cannot be used. */
  storeTroubleSince: number | undefined;
  /** Items that were, or may be, asked for without a claim in the shared store. */
  unclaimed: SharedStoreTrouble['unclaimed'];
  /** What kept the last turn from submitting, in words; undefined once something was submitted. */
  waitedFor: string | undefined;
  /** Keys of jobs that were not settled when this call last looked, by run. */
  readonly watched = new Map<string, ReadonlySet<string>>();
  /** Why a model takes no batch of this key, by its id; undefined for one that does, or may. Asked once. */
  readonly modelProblems = new Map<string, string | undefined>();
  readonly #uploads: UploadLedger;
  readonly #reported = new Set<string>();
  #door: GeminiDoor | undefined;
  #hasCleaned = false;

  constructor(
    readonly options: EngineOptions,
    readonly owner: RunOwner,
  ) {
    const { batchFolder, clock } = options;
    this.lock = new WorkspaceLock(`${batchFolder}/.lock`, clock);
    this.runs = new RunDirectories(batchFolder);
    this.log = new RunLog(this.runs, clock, options.listener);
    this.#uploads = new UploadLedger(`${batchFolder}/uploads.json`, clock, this.runs.scratch);
    this.foreign = new ForeignJobs(options.delivered);
    this.deadline = clock.now() + options.waitMs;
  }

  /** Rejects with words for people if there is no key. */
  async door(): Promise<GeminiDoor> {
    this.#door ??= await this.options.openDoor();
    return this.#door;
  }

  /** What the steps of this turn work with; another process may have changed the ledger of uploads since the last. */
  context(door: GeminiDoor): RunContext {
    const { workspaceRoot, kind, settings, store, clock, signal } = this.options;
    const { pollInterval, settleMs, retryPause, readText } = this.options;
    this.#uploads.reload();
    const onWait = (message: string): void => {
      this.log.report({ kind: 'waiting', runId: this.runId, message });
    };
    return {
      workspaceRoot,
      kind,
      settings,
      door,
      store,
      runs: this.runs,
      uploads: this.#uploads,
      clock,
      pace: { minTimeout: retryPause, clock, deadline: this.deadline, onWait },
      listener: this.log.report,
      reportOnce: (id, event) => {
        this.reportOnce(id, event);
      },
      signal,
      pollInterval,
      settleMs,
      deadline: this.deadline,
      readText,
      attempts: (key) => this.failures.get(key)?.attempts ?? 0,
      onPaid: (payments) => {
        this.paid.push(...payments);
      },
    };
  }

  reportOnce(id: string, event: RunEvent): void {
    if (event.kind === 'waiting') this.waitedFor = event.message;
    if (this.#reported.has(id)) return;
    this.#reported.add(id);
    this.log.report(event);
  }

  /** Files that a killed process was writing. */
  async cleanOnce(): Promise<void> {
    if (this.#hasCleaned) return;
    this.#hasCleaned = true;
    await removeTemporaryFiles([this.runs.folder, this.runs.scratch, this.options.store.scratch]);
  }

  isHopeless(item: WorkItem): boolean {
    const failure = this.failures.get(item.key);
    return failure !== undefined && !isAskedAgain(failure, this.options.kind);
  }

  noteFailures(run: OpenRun): void {
    for (const failure of run.state.failures) {
      this.failures.set(failure.key, failure);
      this.failedIn.set(failure.key, run);
    }
  }

  /** One warning for a call; another one only if it has to name a larger number. */
  noteUnclaimed(items: number, why: string): void {
    if (items <= (this.unclaimed?.items ?? 0)) return;
    this.unclaimed = { items, why };
    this.log.report({ kind: 'warning', message: describeUnclaimed(this.unclaimed) });
  }

  /**
   * Another process, or `chargen cancel`, may have ended a job that this call waited for. What came to nothing there
   * came to nothing here as well: asked for again it might be paid for again, or against a person's will.
   */
  async noteEndedElsewhere(): Promise<void> {
    for (const [runId, keys] of this.watched) {
      const state = await this.runs.directory(runId).readState();
      const left = unsettledKeys(state?.jobs ?? []);
      for (const failure of state?.failures ?? []) {
        if (keys.has(failure.key) && !left.has(failure.key)) this.failures.set(failure.key, failure);
      }
    }
  }
}
