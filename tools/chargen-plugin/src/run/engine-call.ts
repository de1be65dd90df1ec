import {
  openDoorFromEnvironment,
  openGemini,
  runControl,
  Selection,
  selectionFrom,
  SYSTEM_CLOCK,
  takesFrom,
  type EntityOutcome,
  type GeminiDoor,
  type GenerateOptions,
  type GeneratePlan,
  type RunControl,
  type RunEvent,
  type RunReport,
  type World,
} from 'chargen-core';
import { readKeptWorld } from '../graph/read-world.js';
import { placesOf, type TaskOptions } from './executor-options.js';
import { keptFindings } from './kept-findings.js';

/** What a batch of tasks asks of the engine. */
export interface EngineCall {
  readonly workspaceRoot: string;
  readonly files: readonly string[];
  readonly roots: readonly string[];
  /** Of these, the folders that the command named; undefined if it named none one by one. */
  readonly named: readonly string[] | undefined;
  /** The name of the target in this workspace. */
  readonly nxTarget: string;
  readonly options: TaskOptions;
  readonly signal: AbortSignal;
  readonly onEntity: (outcome: EntityOutcome) => void;
  readonly onEvent: (event: RunEvent) => void;
  readonly onPlan: (plan: GeneratePlan) => void;
}

/** A preview answers at once, so nothing is waited for. */
const PREVIEW_CONTROL: RunControl = {
  pollInterval: 5,
  settleMs: 1000,
  retryPause: 5,
  waitMs: Number.POSITIVE_INFINITY,
  submit: true,
  maxCost: undefined,
};

/** One call of the engine for all tasks of a batch. Rejects only for unforeseen errors. */
export async function callEngine(
  call: EngineCall,
  target: RunReport['target'],
  work: (options: GenerateOptions) => Promise<RunReport>,
): Promise<RunReport> {
  const { options, workspaceRoot } = call;
  const places = placesOf(options);
  const world = readKeptWorld(workspaceRoot, call.files, options);
  const { settings } = options;
  const isPreview = places.mode === 'preview';
  const emulator = new PreviewEmulator();
  try {
    return await work({
      workspaceRoot,
      world,
      roots: call.roots,
      selection: selectionFrom(process.env),
      named: namedSelection(world, call.named),
      nxTarget: call.nxTarget,
      // What a person asks of a paid run concerns no preview.
      takes: isPreview ? undefined : takesFrom(process.env),
      settings,
      places,
      kept: isPreview ? undefined : keptFindings(workspaceRoot, options),
      control: isPreview ? PREVIEW_CONTROL : runControl(process.env, settings),
      openDoor: () =>
        isPreview ? emulator.open() : openDoorFromEnvironment(process.env, target, undefined, call.nxTarget),
      listener: call.onEvent,
      onEntity: call.onEntity,
      onPlan: call.onPlan,
      signal: call.signal,
      clock: SYSTEM_CLOCK,
    });
  } finally {
    await emulator.close();
  }
}

function namedSelection(world: World, roots: readonly string[] | undefined): Selection | undefined {
  if (roots === undefined) return undefined;
  const named = world.entities.filter(({ folder }) => roots.includes(folder.root));
  return new Selection(named.map(({ id }) => id));
}

/** The emulator in this process, started only if a preview has something to draw. */
class PreviewEmulator {
  #close: (() => Promise<void>) | undefined;

  async open(): Promise<GeminiDoor> {
    const { startEmulator } = await import('gemini-emulator');
    const emulator = await startEmulator({ port: 0 });
    this.#close = () => emulator.close();
    return openGemini({ apiKey: 'preview', baseUrl: emulator.url });
  }

  async close(): Promise<void> {
    await this.#close?.();
  }
}
