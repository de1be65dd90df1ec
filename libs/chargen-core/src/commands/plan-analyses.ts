import {
  analysisTargets,
  AnalysisPlanner,
  loadAnswerSchema,
  type PlannedAnalysis,
} from '../analysis/index.js';
import type { LoadedEntity } from '../content/index.js';
import { addCosts, estimateCost, modelTerms, type CostEstimate } from '../plan/index.js';
import { digestsOf, storeOf, type SceneContext } from '../pipeline/plan-scene.js';
import { SYSTEM_CLOCK } from '../util/clock.js';

/** A picture that is described, or is to be, and what asking costs. */
export interface AnalysisItem {
  /** `character/finn/portrait` */
  readonly name: string;
  /** Relative to the workspace. */
  readonly path: string | null;
  readonly state: Exclude<PlannedAnalysis['state']['kind'], 'absent'>;
  readonly key: string | null;
  readonly model: string;
  readonly estimatedUsd: number | null;
}

export interface AnalysesPlan {
  readonly items: readonly AnalysisItem[];
  readonly cost: CostEstimate;
}

/** What `analyze` would ask for. Makes no call; rejects if the workspace's schema cannot be used. */
export async function planAnalyses(
  context: SceneContext,
  chosen: readonly LoadedEntity[],
): Promise<AnalysesPlan> {
  const { workspaceRoot, settings, places, world } = context;
  const planner = new AnalysisPlanner({
    workspaceRoot,
    world,
    settings,
    schema: await loadAnswerSchema(workspaceRoot, settings),
    places,
    store: storeOf(context),
    digests: await digestsOf(context),
  });
  const terms = modelTerms(settings, (context.clock ?? SYSTEM_CLOCK).now());
  const items: AnalysisItem[] = [];
  const costs = new Map<string, CostEstimate>();
  for (const loaded of chosen) {
    for (const target of analysisTargets(world, loaded, settings.analyzePictures, places)) {
      const { state, file, request } = await planner.plan(loaded, target);
      if (state.kind === 'absent') continue;
      const key = 'key' in state ? state.key : null;
      const asks = state.kind === 'pending' && request !== undefined && !costs.has(state.key);
      const cost = asks ? estimateCost(request, terms) : undefined;
      if (state.kind === 'pending' && cost !== undefined) costs.set(state.key, cost);
      items.push({
        name: target.name,
        path: file?.path ?? null,
        state: state.kind,
        key,
        model: settings.analysisModel,
        estimatedUsd: cost === undefined ? 0 : cost.unknown > 0 ? null : cost.expected,
      });
    }
  }
  return { items, cost: addCosts(costs.values()) };
}
