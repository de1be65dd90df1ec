import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  locateInWorkspace,
  similarFileAdvice,
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
import { describeAtGoogle, readJobHistory, type JobAtGoogle } from '../report/job-times.js';
import { ResultStore } from '../store/index.js';
import { SYSTEM_CLOCK, type Clock } from '../util/clock.js';
import { paidAnswers, sumCosts } from './cost-history.js';
import { compareDiagnostics } from './compare-diagnostics.js';
import { neededScenes, type NeededScenes } from './needed-scenes.js';
import { looksMade } from './looks-made.js';
import { scenesWithoutStyle } from '../prompt/index.js';
import { PlanSums, type PlanTotals } from './plan-sums.js';
import { planDiagnostics, type PlannedDiagnostics } from './plan-diagnostics.js';
import { plannedItem, type PlannedItem } from '../pipeline/plan-item.js';

export type { HeldPicture, PlanTotals } from './plan-sums.js';

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

export interface JudgedScene {
  readonly planned: PlannedScene;
  readonly item: PlannedItem;
}

/** An entity with its scenes judged, sorted by their ids. */
export interface EntityPlan {
  readonly loaded: LoadedEntity;
  readonly scenes: readonly JudgedScene[];
  /** Further takes of these scenes that a run asks for, or that Google works on. */
  readonly takes: readonly JudgedScene[];
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
  const { workspaceRoot, world, places, chosen = () => true } = options;
  const store = new ResultStore(join(workspaceRoot, places.stateDir, 'store'));
  const stateFolder = join(workspaceRoot, places.stateDir);
  const digests = await FileDigests.open(workspaceRoot, join(stateFolder, 'digests.json'));
  const foundPictures = new FoundPictures(world, places, digests);
  const { atGoogle } = await readJobHistory(join(stateFolder, 'batch'));
  const sums = new PlanSums(atGoogle, scenesWithoutStyle(world));
  const reported: PlannedDiagnostics[] = [];
  // A planner an entity: it remembers all it judged, which for a whole world would be every prompt.
  const newPlanner = (): Planner => new Planner({ ...options, store, digests, found: foundPictures });
  const needed = await neededScenes(options, newPlanner);
  const touched = new Set(
    world.entities.filter((loaded) => chosen(loaded) && (needed === undefined || needed.touches(loaded))),
  );
  for (const loaded of touched) {
    sums.entities += 1;
    const { entity } = loaded;
    if (entity === undefined) {
      sums.brokenEntities += 1;
      await onEntity({ loaded, scenes: [], takes: [] });
      continue;
    }
    sums.unreadScenes += entity.unread?.length ?? 0;
    const planner = newPlanner();
    const wanted = wantedScenes(entity, needed);
    const judged = await Promise.all(wanted.map((scene) => planner.plan(entity, scene)));
    const made = await looksMade(workspaceRoot, loaded, judged);
    const scenes: JudgedScene[] = [];
    const takes: JudgedScene[] = [];
    for (const planned of judged) {
      const { estimate, sharedWith } = sums.add(planned, needed?.comesAlong(planned.name) ?? false);
      if (made.has(planned.scene.id) && sums.flightOf(planned) === undefined) sums.addAdoptable(estimate);
      const item = inFlight(
        await plannedItem(planned, digests, estimate, sharedWith),
        sums.flightOf(planned),
      );
      scenes.push({ planned, item });
      const { errors, others } = diagnosticsOf(planned);
      if (errors.length + others.length > 0) reported.push({ errors, others });
      for (const spare of await planner.spares(entity, planned.scene)) {
        const flight = sums.flightOf(spare);
        if (spare.isUnasked === true && flight === undefined) continue;
        const cost = sums.addTake(spare, planned);
        const itemOfTake = await plannedItem(spare, digests, cost.estimate, cost.sharedWith);
        takes.push({ planned: spare, item: inFlight(itemOfTake, flight) });
      }
    }
    await onEntity({ loaded, scenes, takes });
  }
  await judgeOthers(options, needed, newPlanner);
  await saveQuietly(digests, stateFolder, options.prompts);
  const found = planDiagnostics(world, (loaded) => touched.has(loaded), reported, diskOf(workspaceRoot));
  return {
    totals: sums.totals(await limitsOf(options, sums)),
    diagnostics: locateInWorkspace(workspaceRoot, found).sort(compareDiagnostics),
  };
}

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

/** What diagnostics ask of the disk; whether a path exists is asked once. */
function diskOf(workspaceRoot: string): Parameters<typeof planDiagnostics>[3] {
  const known = new Map<string, boolean>();
  const exists = (path: string): boolean => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const isThere = existsSync(join(workspaceRoot, path));
    known.set(path, isThere);
    return isThere;
  };
  const advices = new Map<string, string>();
  const advice = (paths: readonly string[]): string => {
    const wanted = paths.join('\0');
    const known = advices.get(wanted) ?? similarFileAdvice(workspaceRoot, paths);
    advices.set(wanted, known);
    return known;
  };
  return { exists, advice };
}

/** Google works on it: a scene of its own state, that costs nothing more. */
function inFlight(item: PlannedItem, job: JobAtGoogle | undefined): PlannedItem {
  if (job === undefined) return item;
  return { ...item, state: 'in-flight', reason: describeAtGoogle(job, job.keys.length, Date.now()) };
}

function diagnosticsOf(planned: PlannedScene): PlannedDiagnostics {
  const errors = planned.state.kind === 'blocked' ? planned.state.diagnostics : [];
  return { errors, others: planned.diagnostics };
}

/** A read-only workspace, or one that chargen never worked in, is planned all the same. */
async function saveQuietly(
  digests: FileDigests,
  stateFolder: string,
  prompts: KeptPrompts | undefined,
): Promise<void> {
  prompts?.keep();
  if (!existsSync(stateFolder)) return;
  try {
    await digests.save();
  } catch {
    // Digests save time and nothing else.
  }
}

/** Whether something among the diagnostics keeps a picture from being made. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === 'error');
}
