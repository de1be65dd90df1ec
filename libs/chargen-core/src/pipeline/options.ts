import type { World } from '../content/index.js';
import type { GeminiDoor } from '../gemini/index.js';
import type { ChargenSettings, Places, Selection } from '../plan/index.js';
import type { EntityOutcome, GeneratePlan } from '../report/outcome.js';
import type { RunListener, WayToPay } from '../run/index.js';
import type { Clock } from '../util/clock.js';
import type { KeptJudgements } from './kept-judgements.js';
import type { RunControl } from './run-control.js';

/** What a run of either kind is given. */
export interface GenerateOptions {
  readonly workspaceRoot: string;
  readonly world: World;
  /** Folders of the entities that were asked for, relative to the workspace. */
  readonly roots: readonly string[];
  /** The scenes to make, with what they wait for; undefined for all of the entities that were asked for. */
  readonly selection?: Selection | undefined;
  /**
   * What a person named, if the entities that were asked for are more: those that are shown come along. It limits
   * nothing; the plan marks what is outside of it. By default the selection.
   */
  readonly named?: Selection | undefined;
  /**
   * What was kept of entities in which nothing is to be done. Without it each scene is planned, whatever earlier runs
   * found.
   */
  readonly kept?: KeptJudgements | undefined;
  /** What Nx calls the target, if an option of the plugin renamed it: commands in messages name it so. */
  readonly nxTarget?: string | undefined;
  /** How many takes each scene that is to be made is asked for, in place of what the files state. */
  readonly takes?: number | undefined;
  readonly settings: ChargenSettings;
  readonly places: Places;
  readonly control: RunControl;
  /** Batch jobs by default. */
  readonly pay?: WayToPay;
  /** Rejects with a message for people if there is no API key. Called only when something is to be paid for. */
  readonly openDoor: () => Promise<GeminiDoor>;
  readonly listener: RunListener;
  /** Called once for each entity, as soon as nothing more will change for it. */
  readonly onEntity: (outcome: EntityOutcome) => void;
  /** Called once, when it is known what is to be done and before anything is. */
  readonly onPlan: (plan: GeneratePlan) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}
