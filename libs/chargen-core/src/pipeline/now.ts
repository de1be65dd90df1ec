import { join } from 'node:path';
import type { Entity, Scene } from '../content/index.js';
import type { GeminiDoor } from '../gemini/index.js';
import {
  estimateCost,
  expectedOutputBytes,
  FULL_PRICE,
  FoundPictures,
  inputTokens,
  NO_COST,
  Planner,
  type CostEstimate,
  type PlannedScene,
} from '../plan/index.js';
import { COMPILER_VERSION } from '../prompt/compiler-version.js';
import { itemName, noPictureOf } from '../recipe/index.js';
import type { NotLaid } from '../record/lay-file.js';
import { layPicture, layRefusal, type RecordContext } from '../record/lay-picture.js';
import { whyNotLayable } from '../record/picture-folder.js';
import { writeRecord } from '../record/write-record.js';
import { notLaidOutcome } from '../report/not-laid.js';
import { countOutcomes, entityVerdict, type Outcome, type RunReport } from '../report/outcome.js';
import {
  describeStop,
  PastAnswers,
  refusalAdvice,
  RunDirectories,
  runEngine,
  wordsOfNx,
  type EngineOutcome,
  type RunEvent,
  type StopReason,
  type TextReader,
  type Work,
} from '../run/index.js';
import type { GeneratedResult, RefusedResult, ResultStore } from '../store/index.js';
import type { Clock } from '../util/clock.js';
import { unreachable } from '../util/unreachable.js';
import { deliveredByJob } from './delivered.js';
import { describeState } from './plan-item.js';
import { digestsOf, type SceneContext } from './plan-scene.js';

/** As long as a run that Nx starts, by default: from here on a list that lacks a job is believed. */
const SETTLE_MS = 60_000;
const POLL_INTERVAL_MS = 30_000;
const RETRY_PAUSE_MS = 1_000;

const READS_NO_TEXT: TextReader = () => ({ kind: 'rejected', why: 'a picture was asked for' });

export interface NowOptions extends SceneContext {
  readonly store: ResultStore;
  readonly openDoor: () => Promise<GeminiDoor>;
  /** US dollars; undefined for no limit. */
  readonly maxCost: number | undefined;
  /** Asked before anything is sent, with what it will cost. */
  readonly confirm: (cost: CostEstimate) => Promise<boolean>;
  readonly onWait: (message: string) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export type NowOutcome =
  /** Nothing was asked: the scene has its picture. */
  | { readonly kind: 'done'; readonly path: string }
  | { readonly kind: 'reused'; readonly path: string; readonly warnings: readonly string[] }
  | {
      readonly kind: 'generated';
      readonly path: string;
      readonly runId: string;
      readonly costUsd: number | null;
      readonly drafts: number;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly message: string;
      readonly advice: string;
      readonly costUsd: number | null;
    }
  /** Google answered with something that is no answer. */
  | { readonly kind: 'failed'; readonly message: string }
  /** It is in the store; in its folder an author's file stays, or the folder is not there any more. */
  | {
      readonly kind: 'not-laid';
      readonly class: 'edited' | 'moved';
      readonly message: string;
      readonly advice: string;
      /** Null also if nothing was paid now. */
      readonly costUsd: number | null;
    }
  /** It cannot be asked for now, and why. */
  | {
      readonly kind: 'not-now';
      readonly state: PlannedScene['state']['kind'] | 'in-flight' | 'lfs-pointer' | 'not-writable';
      readonly why: string;
    }
  /** Something outside stopped it; `message` has the next step as a command. */
  | { readonly kind: 'stopped'; readonly stop: StopReason; readonly message: string }
  | { readonly kind: 'over-budget'; readonly cost: CostEstimate; readonly cap: number }
  | { readonly kind: 'declined' };

/**
 * Makes one picture at once, by one synchronous request at full price. Its key, its place in the store and its
 * recipe are those of a batch, so that no run pays for it again.
 */
export async function generateNow(options: NowOptions, entity: Entity, scene: Scene): Promise<NowOutcome> {
  return new Now(options, entity, scene, await digestsOf(options)).run();
}

/** What lies in the folder since this call, and the result that it is. */
interface Laid {
  readonly result: GeneratedResult;
  readonly path: string;
  readonly warnings: readonly string[];
}

class Now {
  readonly #options: NowOptions;
  readonly #entity: Entity;
  readonly #scene: Scene;
  readonly #record: RecordContext;
  readonly #found: FoundPictures;
  readonly #past: PastAnswers;
  readonly #batchFolder: string;
  readonly #startedAt: number;
  #laid: Laid | undefined;
  #refused: RefusedResult | undefined;
  #notLaid: { readonly result: GeneratedResult; readonly laid: NotLaid } | undefined;
  #obstacle: NowOutcome | undefined;
  #estimate: CostEstimate = NO_COST;

  constructor(options: NowOptions, entity: Entity, scene: Scene, digests: RecordContext['digests']) {
    const { workspaceRoot, places, store, world, clock } = options;
    this.#options = options;
    this.#entity = entity;
    this.#scene = scene;
    this.#startedAt = clock.now();
    this.#batchFolder = join(workspaceRoot, places.stateDir, 'batch');
    this.#record = { workspaceRoot, places, store, digests };
    this.#found = new FoundPictures(world, places, digests);
    this.#past = new PastAnswers({
      batchFolder: this.#batchFolder,
      kind: 'generate',
      store,
      readText: READS_NO_TEXT,
      listener: this.#onEvent,
    });
  }

  async run(): Promise<NowOutcome> {
    const { workspaceRoot, world, places, settings, store } = this.#options;
    const { openDoor, signal, clock, maxCost, confirm } = this.#options;
    const engine = await runEngine({
      workspaceRoot,
      batchFolder: this.#batchFolder,
      kind: 'generate',
      settings,
      store,
      openDoor,
      plan: () => this.#work(),
      onCollected: async () => {
        await this.#lay();
      },
      delivered: () => deliveredByJob(workspaceRoot, world, places),
      listener: this.#onEvent,
      signal,
      clock,
      pollInterval: POLL_INTERVAL_MS,
      settleMs: SETTLE_MS,
      retryPause: RETRY_PAUSE_MS,
      waitMs: Number.POSITIVE_INFINITY,
      submit: true,
      pay: { kind: 'synchronous', confirm },
      maxCost,
      readText: READS_NO_TEXT,
    });
    const planned = await this.#lay();
    const outcome = this.#outcome(planned, engine);
    if (engine.runId !== undefined) await this.#writeReport(engine.runId, planned, outcome, engine.stop);
    return outcome;
  }

  readonly #onEvent = (event: RunEvent): void => {
    if (event.kind === 'warning' || event.kind === 'waiting') this.#options.onWait(event.message);
  };

  /** Plans the scene, and lays what the store has of it. */
  async #lay(): Promise<PlannedScene> {
    // A new one each time: a planner remembers what it has planned.
    const { digests } = this.#record;
    const planner = new Planner({ ...this.#options, digests, found: this.#found });
    const planned = await planner.plan(this.#entity, this.#scene);
    const { state } = planned;
    if (state.kind === 'reused') {
      const { result } = state;
      const laid = await layPicture(this.#record, planned, result, state.from);
      if (laid.kind !== 'laid') {
        this.#notLaid = { result, laid };
        return planned;
      }
      this.#laid = { result, path: laid.path, warnings: laid.warnings };
      const { workspaceRoot, settings } = this.#options;
      await writeRecord(workspaceRoot, this.#entity, { prompts: settings.recordPrompts });
      return this.#lay();
    }
    if (state.kind === 'refused') {
      const stored = await this.#options.store.find(state.key);
      if (stored?.kind === 'refused') {
        await layRefusal(this.#record, planned, stored, refusalAdvice(stored.reason));
        this.#refused = stored;
      }
    }
    return planned;
  }

  async #work(): Promise<Work> {
    const planned = await this.#lay();
    const { state, request, files, name } = planned;
    const nothing: Work = { items: [], waiting: 0, estimate: NO_COST, entities: 0 };
    if (state.kind !== 'pending' || request === undefined) return nothing;
    if ((await this.#past.bring([state.key])) > 0) return this.#work();
    this.#obstacle = await this.#obstacleOf(planned);
    if (this.#obstacle !== undefined) return nothing;
    this.#estimate = estimateCost(request, FULL_PRICE);
    const item = {
      key: state.key,
      name: itemName(name, state.key),
      request,
      files,
      asked: {
        digest: planned.asked.digest,
        compiler: COMPILER_VERSION,
        attempt: planned.scene.attempt ?? 1,
      },
      estimate: this.#estimate,
      inputTokens: inputTokens(request),
      outputBytes: expectedOutputBytes(request.request.generationConfig.imageConfig?.imageSize),
    };
    return { items: [item], waiting: 0, estimate: this.#estimate, entities: 1 };
  }

  /** Nothing is paid for that lacks a picture it shows, or could not be laid. */
  async #obstacleOf(planned: PlannedScene): Promise<NowOutcome | undefined> {
    const pointer = planned.files.find((file) => file.pointer);
    if (pointer !== undefined) {
      const why = `${pointer.path ?? pointer.name} is only a Git LFS pointer. Fetch it: git lfs pull --include="${pointer.path ?? ''}"`;
      return { kind: 'not-now', state: 'lfs-pointer', why };
    }
    const why = await whyNotLayable(this.#record, planned);
    if (why?.kind === 'moved') return notLaid(why, null);
    return why === undefined ? undefined : { kind: 'not-now', state: 'not-writable', why: why.message };
  }

  #outcome(planned: PlannedScene, engine: EngineOutcome): NowOutcome {
    const { state } = planned;
    switch (state.kind) {
      case 'done':
        return (
          this.#made(engine) ?? {
            kind: 'done',
            path: `${this.#entity.root}/images/${state.recipe.picture.file}`,
          }
        );
      case 'refused':
        return this.#refusal(planned, engine);
      case 'reused': {
        if (this.#notLaid === undefined)
          return { kind: 'not-now', state: 'reused', why: describeState(planned) };
        const { laid, result } = this.#notLaid;
        const { run, costUsd } = result.provenance;
        return notLaid(laid, run === engine.runId ? costUsd : null);
      }
      case 'locked':
      case 'waits':
      case 'blocked':
      case 'edited':
        return { kind: 'not-now', state: state.kind, why: describeState(planned) };
      case 'pending': {
        if (this.#obstacle !== undefined) return this.#obstacle;
        const failure = engine.failures.get(state.key);
        if (failure !== undefined) return { kind: 'failed', message: `${failure.message} ${failure.advice}` };
        return this.#stopped(
          engine.stop,
          `${planned.entity.type}/${planned.entity.slug}/${planned.scene.id}`,
        );
      }
      default:
        return unreachable(state);
    }
  }

  #made(engine: EngineOutcome): NowOutcome | undefined {
    if (this.#laid === undefined) return undefined;
    const { result, path, warnings } = this.#laid;
    const { run, costUsd } = result.provenance;
    if (run !== engine.runId) return { kind: 'reused', path, warnings };
    return { kind: 'generated', path, runId: run, costUsd, drafts: result.drafts, warnings };
  }

  /** A refusal that was there before is a state of the scene; one that came now is the answer. */
  #refusal(planned: PlannedScene, engine: EngineOutcome): NowOutcome {
    const refused = this.#refused;
    if (refused === undefined || refused.provenance.run !== engine.runId) {
      return { kind: 'not-now', state: 'refused', why: describeState(planned) };
    }
    const { reason, message, provenance } = refused;
    return { kind: 'refused', reason, message, advice: refusalAdvice(reason), costUsd: provenance.costUsd };
  }

  #stopped(stop: StopReason | undefined, name: string): NowOutcome {
    if (stop === undefined)
      return { kind: 'failed', message: 'Nothing came of it. Run the same command again.' };
    switch (stop.kind) {
      case 'in-flight':
        return { kind: 'not-now', state: 'in-flight', why: stop.message };
      case 'declined':
        return { kind: 'declined' };
      case 'over-budget':
        return { kind: 'over-budget', cost: this.#estimate, cap: stop.cap };
      default: {
        const again = `npx chargen now ${name}`;
        return {
          kind: 'stopped',
          stop,
          message: describeStop(stop, 'generate', { ...wordsOfNx('generate'), again }),
        };
      }
    }
  }

  async #writeReport(
    runId: string,
    planned: PlannedScene,
    outcome: NowOutcome,
    stop: StopReason | undefined,
  ): Promise<void> {
    const { clock, places, settings } = this.#options;
    const { entity, scene, name, key } = planned;
    const picture = 'path' in outcome ? outcome.path : undefined;
    const entry = { scene: name, title: scene.title, key, picture, outcome: reported(outcome) };
    const id = `${entity.type}/${entity.slug}`;
    const verdict = entityVerdict([entry], [], settings.failOnRefusal);
    const report: RunReport = {
      v: 1,
      target: 'generate',
      mode: places.mode,
      runId,
      startedAt: new Date(this.#startedAt).toISOString(),
      durationMs: clock.now() - this.#startedAt,
      totals: countOutcomes([entry]),
      entities: [{ root: entity.root, file: entity.file, id, scenes: [entry], diagnostics: [], verdict }],
      estimate: this.#estimate,
      costUsd: 'costUsd' in outcome ? outcome.costUsd : 0,
      stop,
      stopMessage: stop === undefined ? undefined : describeStop(stop, 'generate'),
    };
    const directory = new RunDirectories(this.#batchFolder).directory(runId);
    await directory.write(directory.reportPath, `${JSON.stringify(report, undefined, 2)}\n`);
  }
}

function notLaid(laid: NotLaid, costUsd: number | null): NowOutcome {
  const { message, advice } = notLaidOutcome(laid, 'picture');
  return { kind: 'not-laid', class: laid.kind === 'moved' ? 'moved' : 'edited', message, advice, costUsd };
}

/** In the words of reports. */
function reported(outcome: NowOutcome): Outcome {
  switch (outcome.kind) {
    case 'generated': {
      const { costUsd, runId: run, warnings } = outcome;
      return { kind: 'generated', costUsd, run, warnings };
    }
    case 'refused': {
      const { reason, message, advice } = outcome;
      return { kind: 'refused', class: noPictureOf(reason), reason, message, advice };
    }
    case 'failed':
      return {
        kind: 'failed',
        class: 'unreadable-answer',
        message: outcome.message,
        advice: 'Run the same command again, or let a batch make it.',
      };
    case 'not-laid':
      return { kind: 'failed', class: outcome.class, message: outcome.message, advice: outcome.advice };
    case 'reused':
      return { kind: 'reused', warnings: outcome.warnings };
    case 'done':
      return { kind: 'done' };
    case 'stopped':
      return { kind: 'pending', why: outcome.message, retryable: false };
    case 'not-now':
    case 'over-budget':
    case 'declined':
      return { kind: 'pending', why: outcome.kind, retryable: true };
    default:
      return unreachable(outcome);
  }
}
