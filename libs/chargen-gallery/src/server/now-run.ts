import {
  addCosts,
  describeCost,
  describeEstimate,
  describeNoPicture,
  estimateCost,
  findScene,
  FULL_PRICE,
  generateNow,
  modelTerms,
  openDoorFromEnvironment,
  openStore,
  planWorld,
  plural,
  REAL_PLACES,
  runControl,
  Selection,
  SYSTEM_CLOCK,
  type CostEstimate,
  type NowOutcome,
  type SharedStoreSettings,
  type World,
} from 'chargen-core';
import { goneFromWorld } from '../changes/gone.js';
import type { GalleryWorkspace } from '../data/collect.js';
import type { NowPlan, RunStarted, RunStatus } from '../protocol.js';

export interface NowRunOptions {
  readonly workspace: GalleryWorkspace;
  readonly env: NodeJS.ProcessEnv;
  /** So that nothing is paid for that another machine has. */
  readonly remote: SharedStoreSettings | undefined;
  readonly world: () => Promise<World>;
  readonly onStatus: (status: RunStatus) => void;
  readonly onLine: (line: string) => void;
  /** A picture has come. */
  readonly onPictures: () => void;
}

interface Priced {
  readonly plan: NowPlan;
  /** Of each picture that can be made. */
  readonly costs: ReadonlyMap<string, CostEstimate>;
}

/** Makes pictures at once, one after the other, each by a request of its own at full price. */
export class NowRun {
  #stop: AbortController | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(readonly options: NowRunOptions) {}

  get isRunning(): boolean {
    return this.#stop !== undefined;
  }

  async plan(scenes: readonly string[]): Promise<NowPlan> {
    return (await this.#price(scenes)).plan;
  }

  /** For the price that a person has agreed to; nothing is sent if it is another by now. */
  async start(scenes: readonly string[], agreed: string): Promise<RunStarted> {
    const { plan, costs } = await this.#price(scenes);
    if (plan.cost !== agreed) {
      return {
        kind: 'refused',
        message: `The price is ${plan.cost} by now. Nothing was sent: look at it again.`,
      };
    }
    if (this.isRunning) return { kind: 'refused', message: 'A run is going on already.' };
    const stop = new AbortController();
    this.#stop = stop;
    this.#ended = this.#makeAll([...costs], stop.signal).finally(() => {
      this.#stop = undefined;
      this.options.onPictures();
    });
    return { kind: 'started' };
  }

  /** Sends nothing more. What is on its way is waited for: it is paid. */
  stop(): void {
    this.#stop?.abort();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#ended;
  }

  /** Asks nothing of Google, and writes nothing. */
  async #price(scenes: readonly string[]): Promise<Priced> {
    const { root, settings } = this.options.workspace;
    const selection = new Selection(scenes);
    const costs = new Map<string, CostEstimate>();
    const why = new Map<string, string>();
    const common = { workspaceRoot: root, world: await this.options.world(), settings, places: REAL_PLACES };
    const terms = modelTerms(settings, SYSTEM_CLOCK.now());
    await planWorld({ ...common, selection }, ({ scenes: planned }) => {
      for (const { planned: one, item } of planned) {
        if (!selection.hasName(one.name)) continue;
        if (item.state === 'pending' && one.request !== undefined) {
          costs.set(one.name, estimateCost(one.request, terms, FULL_PRICE));
        } else why.set(one.name, `cannot be made now: ${item.reason}`);
      }
    });
    const pictures = scenes.map((scene) => {
      const cost = costs.get(scene);
      const says =
        cost === undefined ? (why.get(scene) ?? 'is not in the world any more') : describeEstimate(cost);
      return { scene, says, isPossible: cost !== undefined };
    });
    return { plan: { kind: 'now-plan', pictures, cost: describeEstimate(addCosts(costs.values())) }, costs };
  }

  async #makeAll(scenes: readonly (readonly [string, CostEstimate])[], signal: AbortSignal): Promise<void> {
    const { onStatus, onLine, onPictures } = this.options;
    const command = `npx chargen now ${scenes.map(([name]) => name).join(', ')}`;
    const total = scenes.length;
    let [made, paid] = [0, 0];
    const problems: string[] = [];
    for (const [done, [name, cost]] of scenes.entries()) {
      if (signal.aborted) break;
      onStatus({ kind: 'running', command, phase: 'Making pictures now', done, total });
      const outcome = await this.#make(name, cost, signal).catch((error: unknown) => ({
        kind: 'failed' as const,
        message: error instanceof Error ? error.message : String(error),
      }));
      if (outcome.kind === 'generated') {
        made += 1;
        paid += outcome.costUsd ?? 0;
      }
      const line = `${name}: ${describe(outcome)}`;
      onLine(line);
      if (!isMade(outcome)) problems.push(line);
      onPictures();
    }
    const sum = `${plural(made, 'picture')} made now${paid === 0 ? '' : `, ${describeCost(paid)}`}.`;
    const summary = [sum, ...problems].join(' ');
    onStatus({ kind: 'ended', command, code: problems.length === 0 ? 0 : 1, summary });
  }

  async #make(name: string, agreed: CostEstimate, signal: AbortSignal): Promise<NowOutcome | Gone> {
    const { workspace, env, remote, onLine } = this.options;
    const { root: workspaceRoot, settings } = workspace;
    const world = await this.options.world();
    const found = findScene(world, name);
    if (found.kind === 'unknown') return { kind: 'failed', message: goneFromWorld(name).message };
    const store = openStore({
      workspaceRoot,
      places: REAL_PLACES,
      remote,
      clock: SYSTEM_CLOCK,
      listener: (event) => {
        if (event.kind === 'warning') onLine(event.message);
      },
    });
    const options = {
      workspaceRoot,
      world,
      settings,
      places: REAL_PLACES,
      store,
      openDoor: () => openDoorFromEnvironment(env, 'generate'),
      maxCost: runControl(env, settings).maxCost,
      // The author may have changed the scene since its price was agreed to.
      confirm: (cost: CostEstimate) =>
        Promise.resolve(cost.high <= agreed.high && cost.unknown <= agreed.unknown),
      onWait: onLine,
      signal,
      clock: SYSTEM_CLOCK,
    };
    return generateNow(options, found.entity, found.scene);
  }
}

interface Gone {
  readonly kind: 'failed';
  readonly message: string;
}

function isMade({ kind }: NowOutcome | Gone): boolean {
  return kind === 'generated' || kind === 'reused' || kind === 'done';
}

function describe(outcome: NowOutcome | Gone): string {
  switch (outcome.kind) {
    case 'done':
      return 'has its picture already.';
    case 'reused':
      return `${outcome.path} was in the store; nothing was paid.`;
    case 'generated':
      return `${outcome.path} (${describeCost(outcome.costUsd)})`;
    case 'refused':
    case 'unusable':
      return `${describeNoPicture(outcome.reason, outcome.message)}. ${outcome.advice}`;
    case 'failed':
    case 'stopped':
      return outcome.message;
    case 'not-laid':
      return `${outcome.message} ${outcome.advice}`;
    case 'not-now':
      return `cannot be made now (${outcome.state}): ${outcome.why}.`;
    case 'over-budget':
      return `may cost more than the cap of ${describeCost(outcome.cap)}. Nothing was sent.`;
    case 'declined':
      return 'costs more by now than was agreed to. Nothing was sent.';
  }
}
