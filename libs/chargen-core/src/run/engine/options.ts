import type { GeminiDoor } from '../../gemini/index.js';
import type { ChargenSettings } from '../../plan/index.js';
import type { Store } from '../../store/index.js';
import type { Clock } from '../../util/clock.js';
import type { TextReader } from '../collect/text-reader.js';
import type { SharedStoreTrouble } from '../describe-sharing.js';
import type { RunListener } from '../events.js';
import type { Payment } from '../journal/payments.js';
import type { ItemFailure, RunKind } from '../journal/run-state.js';
import type { StopReason } from '../stop.js';
import type { WayToPay } from '../way-to-pay.js';
import type { Work } from '../work.js';

export interface EngineOptions {
  readonly workspaceRoot: string;
  /** Absolute: `.chargen/batch`. */
  readonly batchFolder: string;
  readonly kind: RunKind;
  /** What Nx calls the target, if an option of the plugin renamed it. */
  readonly nxTarget?: string | undefined;
  readonly settings: ChargenSettings;
  /** What is to be made, as the names of a `Selection`; empty for the whole world. Read when the run is resumed. */
  readonly selection: readonly string[];
  /** How many takes of each scene are to be made; undefined if the files decide. Read when the run is resumed. */
  readonly takes?: number | undefined;
  readonly store: Store;
  /** Opened only when something is to be asked; rejects with words for people if there is no key. */
  readonly openDoor: () => Promise<GeminiDoor>;
  /** Plans anew from what is on the disk and in the store. */
  readonly plan: () => Promise<Work>;
  /** Called whenever new results are in the store. */
  readonly onCollected: () => Promise<void>;
  /**
   * How many answers of each job (`batches/…`) are in the world already, counted from recipes and similar files. A
   * job of another machine that has no more answers is then not downloaded. Left out: every unknown job is.
   */
  readonly delivered?: () => Promise<ReadonlyMap<string, number>>;
  readonly listener: RunListener;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly pollInterval: number;
  /** How long the list of jobs is read again before a job whose create was lost is believed not to exist. */
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
  /** As it was given, for the commands in what is reported. */
  readonly nxTarget?: string | undefined;
  /** Items that could not be made, by key; not those that the model refused. */
  readonly failures: ReadonlyMap<string, ItemFailure>;
  /** Why a key is not asked for while others are: each is in a synchronous request whose answer was lost. */
  readonly held: ReadonlyMap<string, StopReason>;
  readonly stop: StopReason | undefined;
  /** What could not be shared with other machines; empty if all was, or there is no shared store. */
  readonly sharing: SharedStoreTrouble;
  /** What the answers that this call collected cost, also if another call or machine had asked for them. */
  readonly paid: readonly Payment[];
  /** The run that this call submitted, if it did. */
  readonly runId: string | undefined;
  /** Every run that this call made, went on with, or took over. */
  readonly runIds: readonly string[];
}
