import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  EntityTexts,
  locateInWorkspace,
  type Diagnostic,
  type Entity,
  type LoadedEntity,
  type LocatedDiagnostic,
  type Scene,
  type World,
} from '../content/index.js';
import {
  FileDigests,
  FoundPictures,
  type KeptPrompts,
  metLimits,
  Planner,
  sceneName,
  type ChargenSettings,
  type MetLimit,
  type Places,
  type PlannedScene,
  type Selection,
} from '../plan/index.js';
import { withCost, type PlannedItem } from '../pipeline/plan-item.js';
import { scenesWithoutStyle } from '../prompt/index.js';
import { describeAtGoogle, readJobHistory, type JobAtGoogle } from '../report/job-times.js';
import { ResultStore } from '../store/index.js';
import { SYSTEM_CLOCK, type Clock } from '../util/clock.js';
import { collectGarbage } from '../util/collect-garbage.js';
import { LookedFiles } from '../util/looked-files.js';
import { paidAnswers, sumCosts } from './cost-history.js';
import { compact } from '../content/compact.js';
import { compareDiagnostics } from './compare-diagnostics.js';
import {
  findingsOf,
  judgeScenes,
  type EntityFindings,
  type JudgedScenes,
  type ListedScene,
  type SceneFindings,
} from './entity-findings.js';
import type { KeptFindings } from './kept-findings.js';
import { neededScenes, type NeededScenes } from './needed-scenes.js';
import { PlanSums, type PlanTotals } from './plan-sums.js';

export type { HeldPicture, PlanTotals } from './plan-sums.js';

/**
 * What may be left unfreed while a world is planned: with it, the plan of 30,000 scenes had a peak of 314 MB in place of
 * 460, and that of 1,758 scenes took the same processor time as without.
 */
const MAY_GROW_BYTES = 96 * 1024 ** 2;

export interface WorldPlanOptions {
  readonly workspaceRoot: string;
  readonly world: World;
  readonly settings: ChargenSettings;
  readonly places: Places;
  /** Which entities are asked for; all of them by default. */
  readonly chosen?: (loaded: LoadedEntity) => boolean;
  /** What is planned, with the scenes that it waits for: exactly what a run for it makes. All scenes by default. */
  readonly selection?: Selection | undefined;
  /** How many takes each scene that is to be made is asked for, in place of what the files state. */
  readonly takes?: number | undefined;
  /** Called for each scene that is not planned because it was not selected; it is in no total. Not judged without this. */
  readonly onOther?: (planned: PlannedScene) => void;
  /** Prices and the ends of models have dates. The system's clock by default. */
  readonly clock?: Clock;
  /** Takes compiled prompts from there, and keeps new ones there. By default all are compiled. */
  readonly prompts?: KeptPrompts | undefined;
}

export interface JudgedScene extends ListedScene {
  readonly planned: PlannedScene;
}

/** An entity with its scenes judged, sorted by their ids. */
export interface EntityPlan<S extends ListedScene = JudgedScene> {
  readonly loaded: LoadedEntity;
  /** It could not be read. */
  readonly isBroken: boolean;
  readonly scenes: readonly S[];
  /** Further takes of these scenes that a run asks for, or that Google works on. */
  readonly takes: readonly S[];
}

export interface WorldPlan {
  readonly totals: PlanTotals;
  readonly diagnostics: readonly LocatedDiagnostic[];
}

/**
 * Judges every scene of the chosen entities and hands them on entity by entity, sorted, so that memory does not
 * grow with the world. Calls nothing and needs no state folder; the same world gives the same answers in the
 * same order.
 */
export async function planWorld(
  options: WorldPlanOptions,
  onEntity: (plan: EntityPlan) => void | Promise<void> = () => undefined,
): Promise<WorldPlan> {
  const planning = await Planning.begin(options, undefined);
  return planning.run(async (loaded) => {
    const texts = new EntityTexts(options.workspaceRoot, loaded);
    const judged = await planning.judge(loaded);
    const findings = await findingsOf(planning, loaded, judged, texts);
    const planned = new Map<ListedScene, PlannedScene>();
    for (const [index, one] of findings.scenes.entries()) {
      const all = [judged.scenes[index], ...(judged.takes[index] ?? [])];
      for (const [n, found] of [one, ...one.takes].entries()) {
        const ofScene = all[n];
        if (ofScene !== undefined) planned.set(found, ofScene);
      }
    }
    const { scenes, takes } = planning.addUp(findings);
    const withPlanned = ([found, item]: readonly [ListedScene, PlannedItem]): JudgedScene[] => {
      const ofScene = planned.get(found);
      return ofScene === undefined ? [] : [{ ...listed([found, item]), planned: ofScene }];
    };
    await onEntity({
      loaded,
      isBroken: findings.isBroken,
      scenes: scenes.flatMap(withPlanned),
      takes: takes.flatMap(withPlanned),
    });
    return findings.diagnostics;
  });
}

export interface ItemPlanOptions extends WorldPlanOptions {
  /** Takes what was found out before from there, and keeps what is new there. By default all is found out anew. */
  readonly kept?: KeptFindings | undefined;
  /** Further diagnostics of an entity, made from its content alone; these are kept too. */
  readonly hintsOf?: (loaded: LoadedEntity, texts: EntityTexts) => readonly LocatedDiagnostic[];
}

/** The same without the scenes as they were planned, so that what is as it was before need not be planned. */
export async function planItems(
  options: ItemPlanOptions,
  onEntity: (plan: EntityPlan<ListedScene>) => void | Promise<void> = () => undefined,
): Promise<WorldPlan> {
  const { workspaceRoot, selection, takes: asked, hintsOf } = options;
  const isUsual = selection === undefined && asked === undefined;
  const kept = isUsual ? options.kept?.open(options) : undefined;
  const looked = kept && new LookedFiles(workspaceRoot);
  const planning = await Planning.begin(options, looked, kept?.withoutStyle);
  const plan = await planning.run(async (loaded) => {
    const texts = new EntityTexts(workspaceRoot, loaded);
    let findings = await kept?.find('plan', loaded, planning.found);
    if (findings === undefined) {
      looked?.begin();
      findings = await findingsOf(planning, loaded, await planning.judge(loaded), texts);
      const files = looked?.end();
      await kept?.note('plan', loaded, findings, texts.areAsRead ? files : undefined, planning.found);
    }
    const { scenes, takes } = planning.addUp(findings);
    await onEntity({
      loaded,
      isBroken: findings.isBroken,
      scenes: scenes.map(listed),
      takes: takes.map(listed),
    });
    if (hintsOf === undefined) return findings.diagnostics;
    const make = () => ({ hints: hintsOf(loaded, texts), isSure: texts.areAsRead });
    return [...findings.diagnostics, ...(kept?.hints(loaded, make) ?? make().hints)];
  });
  kept?.keep();
  return plan;
}

function listed([{ id, stem, words }, item]: readonly [ListedScene, PlannedItem]): ListedScene {
  return { id, item, stem, words };
}

/** One plan of a world, as it is made. */
class Planning {
  readonly found: FoundPictures;
  readonly #store: ResultStore;
  readonly #sums: PlanSums;
  #needed: NeededScenes | undefined;

  private constructor(
    readonly options: WorldPlanOptions,
    readonly digests: FileDigests,
    atGoogle: readonly JobAtGoogle[],
    withoutStyle: Parameters<typeof scenesWithoutStyle>[1],
  ) {
    const { world, places } = options;
    this.found = new FoundPictures(world, places, digests);
    this.#store = new ResultStore(join(this.#stateFolder, 'store'), undefined, digests.looked);
    this.#sums = new PlanSums(atGoogle, scenesWithoutStyle(world, withoutStyle));
  }

  static async begin(
    options: WorldPlanOptions,
    looked: LookedFiles | undefined,
    withoutStyle?: Parameters<typeof scenesWithoutStyle>[1],
  ): Promise<Planning> {
    const { workspaceRoot, places } = options;
    const stateFolder = join(workspaceRoot, places.stateDir);
    const digests = await FileDigests.open(workspaceRoot, join(stateFolder, 'digests.json'), looked);
    const { atGoogle } = await readJobHistory(join(stateFolder, 'batch'));
    const planning = new Planning(options, digests, atGoogle, withoutStyle);
    planning.#needed = await neededScenes(options, () => planning.#newPlanner());
    return planning;
  }

  get workspaceRoot(): string {
    return this.options.workspaceRoot;
  }

  get world(): World {
    return this.options.world;
  }

  get places(): Places {
    return this.options.places;
  }

  get #stateFolder(): string {
    return join(this.workspaceRoot, this.places.stateDir);
  }

  /** A planner an entity: it remembers all it judged, which for a whole world would be every prompt. */
  #newPlanner(): Planner {
    return new Planner({ ...this.options, store: this.#store, digests: this.digests, found: this.found });
  }

  /** `each` hands an entity on, and gives its diagnostics. */
  async run(each: (loaded: LoadedEntity) => Promise<readonly LocatedDiagnostic[]>): Promise<WorldPlan> {
    const { chosen = () => true, prompts } = this.options;
    const diagnostics = [...locateInWorkspace(this.workspaceRoot, this.world.styleDiagnostics)];
    for (const loaded of this.world.entities) {
      if (!chosen(loaded) || this.#needed?.touches(loaded) === false) continue;
      this.#sums.entities += 1;
      // A line that was cut out of a file would keep all of the file in memory.
      diagnostics.push(...compact(await each(loaded)));
      // What was looked at stays in memory until the turn ends.
      await setImmediate();
      collectGarbage(MAY_GROW_BYTES);
    }
    await judgeOthers(this.options, this.#needed, () => this.#newPlanner());
    prompts?.keep();
    // A workspace that chargen never worked in gets no state folder by a plan.
    if (existsSync(this.#stateFolder)) await this.digests.save();
    return {
      totals: this.#sums.totals(await limitsOf(this.options, this.#sums)),
      diagnostics: diagnostics.sort(compareDiagnostics),
    };
  }

  async judge({ entity }: LoadedEntity): Promise<JudgedScenes> {
    if (entity === undefined) return { scenes: [], takes: [] };
    return judgeScenes(this.#newPlanner(), entity, wantedScenes(entity, this.#needed));
  }

  /** The items of an entity, with what they cost beside those of the entities before. */
  addUp({ isBroken, unreadScenes, scenes: found }: EntityFindings): Record<'scenes' | 'takes', ItemOf[]> {
    const sums = this.#sums;
    sums.brokenEntities += isBroken ? 1 : 0;
    sums.unreadScenes += unreadScenes;
    const scenes: ItemOf[] = [];
    const takes: ItemOf[] = [];
    for (const scene of found) {
      const { counted, item } = scene;
      const { estimate, sharedWith } = sums.add(counted, this.#needed?.comesAlong(counted.name) ?? false);
      const flight = sums.flightOf(counted);
      if (scene.looksMade && flight === undefined) sums.addAdoptable(estimate);
      scenes.push([scene, inFlight(withCost(item, estimate, sharedWith), flight)]);
      for (const take of scene.takes) {
        const ofTake = sums.flightOf(take.counted);
        if (take.isUnasked && ofTake === undefined) continue;
        const cost = sums.addTake(take.counted, counted);
        takes.push([take, inFlight(withCost(take.item, cost.estimate, cost.sharedWith), ofTake)]);
      }
    }
    return { scenes, takes };
  }
}

type ItemOf = readonly [found: SceneFindings, item: PlannedItem];

/** Sorted by their ids. */
function wantedScenes(entity: Entity, needed: NeededScenes | undefined): Scene[] {
  const wanted = entity.scenes.filter((scene) => needed?.has(sceneName(entity, scene)) ?? true);
  return wanted.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

async function judgeOthers(
  { world, onOther }: WorldPlanOptions,
  needed: NeededScenes | undefined,
  newPlanner: () => Planner,
): Promise<void> {
  if (onOther === undefined || needed === undefined) return;
  for (const { entity } of world.entities) {
    if (entity === undefined) continue;
    const planner = newPlanner();
    for (const scene of entity.scenes) {
      if (!needed.has(sceneName(entity, scene))) onOther(await planner.plan(entity, scene));
    }
  }
}

/** A run that costs less is not likely to be the one that meets a limit, and what was paid need not be read for it. */
const WORTH_READING_USD = 1;

async function limitsOf(options: WorldPlanOptions, { cost, tokens }: PlanSums): Promise<MetLimit[]> {
  const { settings, world, clock = SYSTEM_CLOCK } = options;
  const month = new Date(clock.now()).toISOString().slice(0, 7);
  const paid = cost.expected < WORTH_READING_USD ? [] : await paidAnswers(options, world.entities);
  const paidThisMonth = sumCosts(paid).byMonth.find(({ name }) => name === month)?.costUsd ?? 0;
  return metLimits({ settings, cost, paidThisMonth, tokens });
}

/** Google works on it: a scene of its own state, that costs nothing more. */
function inFlight(item: PlannedItem, job: JobAtGoogle | undefined): PlannedItem {
  if (job === undefined) return item;
  return { ...item, state: 'in-flight', reason: describeAtGoogle(job, job.keys.length, Date.now()) };
}

/** Whether something among the diagnostics keeps a picture from being made. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === 'error');
}
