import type { Entity, LoadedEntity, Scene } from '../content/index.js';
import type { GeminiDoor } from '../gemini/index.js';
import {
  estimateCost,
  FULL_PRICE,
  modelTerms,
  NO_COST,
  scenePaths,
  sceneName,
  Selection,
  type CostEstimate,
  type PlannedScene,
} from '../plan/index.js';
import { describeKept, findKeptVersions, foldersWrittenIn, settleLeftovers } from '../record/leftovers.js';
import { writeRecord } from '../record/write-record.js';
import { countOutcomes, entityVerdict, type RunReport, type SceneOutcome } from '../report/outcome.js';
import {
  describeStop,
  refusalAdvice,
  RunDirectories,
  sumOfPayments,
  wordsOfNx,
  type EngineOutcome,
  type StopReason,
} from '../run/index.js';
import { costByRun } from '../report/run-cost.js';
import type { Store } from '../store/index.js';
import type { Clock } from '../util/clock.js';
import { unreachable } from '../util/unreachable.js';
import type { Failure, Tracked } from './item-kind.js';
import { ItemRun } from './item-run.js';
import type { GenerateOptions } from './options.js';
import { Pictures } from './pictures.js';
import { describeState } from './plan-item.js';
import { digestsOf, type SceneContext } from './plan-scene.js';
import { batchFolderOf } from './tools.js';

/** As a run that Nx starts, by default: after the settling time a list that lacks a job is accepted as complete. */
const CONTROL = {
  pollInterval: 30_000,
  settleMs: 60_000,
  retryPause: 1_000,
  waitMs: Number.POSITIVE_INFINITY,
  submit: true,
};

export interface NowOptions extends SceneContext {
  readonly store: Store;
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
      /** As of `Outcome`. */
      readonly kind: 'refused' | 'unusable';
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

/** What the loop made of the scene. */
interface Result {
  readonly tracked: Tracked<PlannedScene>;
  /** Undefined if nothing had to be asked for. */
  readonly request: EngineOutcome | undefined;
}

/**
 * Makes one picture at once, by one synchronous request at full price: the loop of every run, with one scene and the
 * other way to pay. Its key, its place in the store and its recipe are those of a batch, so that no run pays for it
 * again.
 */
export async function generateNow(options: NowOptions, entity: Entity, scene: Scene): Promise<NowOutcome> {
  const { workspaceRoot, world, settings, places, store, clock } = options;
  const loaded = world.find(entity.type, entity.slug);
  if (loaded === undefined) throw new Error(`${entity.file} is not a file of this world.`);
  const startedAt = clock.now();
  const folders = foldersWrittenIn(world, [loaded], places);
  await settleLeftovers(workspaceRoot, folders);
  const call = generateOptions(options, entity, scene);
  const tools = { store, digests: await digestsOf(options), chosen: [loaded] };
  const kind = new Pictures(call, tools);
  const items = new ItemRun(kind, { ...call, ...tools });
  await items.prepare();
  const { planned, failure } = trackedScene(items, entity, scene);
  // What it shows is made by a batch: only this picture is paid for at full price.
  const isOpen = planned.state.kind === 'pending' && failure === undefined;
  const request = isOpen ? await items.request(() => Promise.resolve()) : undefined;
  const result: Result = { tracked: trackedScene(items, entity, scene), request };
  const outcome = await outcomeOf(options, result);
  if (outcome.kind === 'generated' || outcome.kind === 'reused') {
    await writeRecord(workspaceRoot, entity, { prompts: settings.recordPrompts });
  }
  for (const one of await findKeptVersions(workspaceRoot, folders)) options.onWait(describeKept(one));
  if (request?.runId !== undefined) {
    const entry = kind.outcome(result.tracked, request);
    // Only another take of a scene may have none.
    if (entry === undefined) return outcome;
    await writeNowReport(options, loaded, entry, { request, startedAt, estimate: costOf(options, planned) });
  }
  return outcome;
}

/** A run of one scene, which waits as long as its answer takes. */
function generateOptions(options: NowOptions, entity: Entity, scene: Scene): GenerateOptions {
  const { workspaceRoot, world, settings, places, openDoor, maxCost, confirm, onWait, signal, clock } =
    options;
  return {
    workspaceRoot,
    world,
    settings,
    places,
    openDoor,
    signal,
    clock,
    roots: [entity.root],
    selection: new Selection([sceneName(entity, scene)]),
    // One picture is meant, also of a scene that would be asked for several takes.
    takes: 1,
    control: { ...CONTROL, maxCost },
    pay: { kind: 'synchronous', confirm },
    listener: (event) => {
      if (event.kind === 'warning' || event.kind === 'waiting') onWait(event.message);
    },
    onEntity: () => undefined,
    onPlan: () => undefined,
  };
}

function trackedScene(items: ItemRun<PlannedScene>, entity: Entity, scene: Scene): Tracked<PlannedScene> {
  const tracked = items.tracked.get(sceneName(entity, scene));
  if (tracked === undefined) throw new Error(`${scene.id} is not a scene of ${entity.file}.`);
  return tracked;
}

function costOf({ settings, clock }: NowOptions, { request }: PlannedScene): CostEstimate {
  if (request === undefined) return NO_COST;
  return estimateCost(request, modelTerms(settings, clock.now()), FULL_PRICE);
}

async function outcomeOf(options: NowOptions, { tracked, request }: Result): Promise<NowOutcome> {
  const { planned, failure } = tracked;
  const { state } = planned;
  if (failure !== undefined) return failed(options, planned, failure, request);
  switch (state.kind) {
    case 'done':
      return made(options, tracked, state.recipe, request);
    case 'refused':
    case 'unusable': {
      const stored = await options.store.find(state.key);
      // A refusal that was there before is a state of the scene; one that came now is the answer.
      if (stored?.kind !== 'refused' || stored.provenance.run !== request?.runId) break;
      const { reason, message, provenance } = stored;
      const advice = refusalAdvice(reason);
      return { kind: state.kind, reason, message, advice, costUsd: provenance.costUsd };
    }
    case 'pending':
      return notMade(options, planned, state.key, request);
    case 'reused':
    case 'locked':
    case 'waits':
    case 'blocked':
    case 'edited':
      break;
    default:
      return unreachable(state);
  }
  return { kind: 'not-now', state: state.kind, why: describeState(planned) };
}

function made(
  { places }: NowOptions,
  { origin, planned, warnings }: Tracked<PlannedScene>,
  recipe: Extract<PlannedScene['state'], { kind: 'done' }>['recipe'],
  request: EngineOutcome | undefined,
): NowOutcome {
  const path = scenePaths(planned.entity, planned.scene, places).picture(recipe.picture.extension);
  if (origin === 'settled') return { kind: 'done', path };
  const { run, costUsd } = recipe.provenance;
  if (run !== request?.runId) return { kind: 'reused', path, warnings };
  return { kind: 'generated', path, runId: run, costUsd, drafts: recipe.drafts, warnings };
}

/** What stopped it in this call, even if the plan would allow it. */
async function failed(
  { store }: NowOptions,
  { state, key }: PlannedScene,
  { class: failureClass, message, advice }: Failure,
  request: EngineOutcome | undefined,
): Promise<NowOutcome> {
  if (failureClass === 'edited' || failureClass === 'moved') {
    const stored = key === undefined ? undefined : await store.find(key);
    const isPaidNow = stored !== undefined && stored.provenance.run === request?.runId;
    const costUsd = isPaidNow ? stored.provenance.costUsd : null;
    return { kind: 'not-laid', class: failureClass, message, advice, costUsd };
  }
  if (failureClass === 'lfs-pointer') {
    return { kind: 'not-now', state: 'lfs-pointer', why: asClause(`${message} ${advice}`) };
  }
  if (state.kind === 'pending') return { kind: 'not-now', state: 'not-writable', why: asClause(message) };
  return { kind: 'failed', message: `${message} ${advice}` };
}

function asClause(sentences: string): string {
  return sentences.replace(/\.$/, '');
}

function notMade(
  options: NowOptions,
  planned: PlannedScene,
  key: string,
  request: EngineOutcome | undefined,
): NowOutcome {
  const failure = request?.failures.get(key);
  if (failure !== undefined) return { kind: 'failed', message: `${failure.message} ${failure.advice}` };
  const stop = request?.stop;
  if (stop === undefined) return { kind: 'failed', message: 'No answer came. Run the same command again.' };
  switch (stop.kind) {
    case 'in-flight':
      return { kind: 'not-now', state: 'in-flight', why: stop.message };
    case 'declined':
      return { kind: 'declined' };
    case 'over-budget':
      return { kind: 'over-budget', cost: costOf(options, planned), cap: stop.cap };
    default: {
      const words = { ...wordsOfNx('generate'), again: `npx chargen now ${planned.name}` };
      return { kind: 'stopped', stop, message: describeStop(stop, 'generate', words) };
    }
  }
}

interface Ended {
  readonly request: EngineOutcome;
  readonly startedAt: number;
  readonly estimate: CostEstimate;
}

/** The report of the run that the request was, beside its journal. */
async function writeNowReport(
  options: NowOptions,
  { folder, id }: LoadedEntity,
  entry: SceneOutcome,
  { request, startedAt, estimate }: Ended,
): Promise<void> {
  const { clock, places, settings } = options;
  const { runId = '', stop } = request;
  const verdict = entityVerdict([entry], [], settings.failOnRefusal);
  const report: RunReport = {
    v: 1,
    target: 'generate',
    mode: places.mode,
    runId,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: clock.now() - startedAt,
    totals: countOutcomes([entry]),
    entities: [{ root: folder.root, file: folder.file, id, scenes: [entry], diagnostics: [], verdict }],
    estimate,
    costUsd: sumOfPayments(request.paid),
    costByRun: costByRun(request.paid),
    stop,
    stopMessage: stop === undefined ? undefined : describeStop(stop, 'generate'),
  };
  const directory = new RunDirectories(batchFolderOf(options)).directory(runId);
  await directory.write(directory.reportPath, `${JSON.stringify(report, undefined, 2)}\n`);
}
