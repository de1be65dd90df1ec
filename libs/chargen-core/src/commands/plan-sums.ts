import {
  addCosts,
  estimateCost,
  NO_COST,
  roundMicro,
  sceneRequest,
  type CostEstimate,
  type PlannedScene,
} from '../plan/index.js';
import { PendingCauses } from '../report/pending-causes.js';
import type { HeldPicture, PlanTotals } from './plan-world.js';

/** What one scene adds to the cost of a plan. */
export interface SceneCost {
  readonly estimate: CostEstimate;
  /** The scene that pays for the same request; undefined if none does. */
  readonly sharedWith: string | undefined;
}

/** Adds up the scenes of a plan, each request counted once. */
export class PlanSums {
  entities = 0;
  brokenEntities = 0;
  unreadScenes = 0;
  readonly #counts: Record<PlannedScene['state']['kind'], number> = {
    pending: 0,
    done: 0,
    reused: 0,
    refused: 0,
    waits: 0,
    blocked: 0,
    locked: 0,
    edited: 0,
  };
  readonly #payers = new Map<string, string>();
  readonly #costs: CostEstimate[] = [];
  readonly #causes = new PendingCauses();
  readonly #askedOtherwise = new Map<string, CostEstimate>();
  readonly #held: HeldPicture[] = [];
  readonly #along: string[] = [];
  #askedOtherwiseScenes = 0;

  add(planned: PlannedScene, comesAlong: boolean): SceneCost {
    if (comesAlong) this.#along.push(planned.name);
    this.#counts[planned.state.kind] += 1;
    this.#addDone(planned);
    const cost = this.#costOf(planned);
    this.#causes.add({ planned, cost: cost.estimate });
    return cost;
  }

  totals(): PlanTotals {
    const scenes = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    const cost = sumOf(this.#costs);
    return {
      entities: this.entities,
      brokenEntities: this.brokenEntities,
      unreadScenes: this.unreadScenes,
      scenes,
      ...this.#counts,
      requests: this.#costs.length,
      estimatedUsd: cost.expected,
      cost,
      causes: this.#causes.groups().map((group) => ({ ...group, cost: sumOf([group.cost]) })),
      askedOtherwise: { scenes: this.#askedOtherwiseScenes, cost: sumOf(this.#askedOtherwise.values()) },
      held: this.#held,
      along: this.#along,
    };
  }

  #addDone({ state, request, key, name }: PlannedScene): void {
    if (state.kind !== 'done') return;
    if (state.by.kind === 'held') this.#held.push({ scene: name, missing: state.by.missing });
    if (state.by.kind !== 'asked') return;
    this.#askedOtherwiseScenes += 1;
    if (request !== undefined && key !== undefined) this.#askedOtherwise.set(key, estimateCost(request));
  }

  #costOf(planned: PlannedScene): SceneCost {
    const { state, request, name } = planned;
    if (state.kind === 'waits') {
      return this.#pay(estimateCost(sceneRequest(planned.scene, planned.model, planned.prompt.text, [])));
    }
    if (state.kind !== 'pending' || request === undefined)
      return { estimate: NO_COST, sharedWith: undefined };
    const payer = this.#payers.get(state.key);
    if (payer !== undefined) return { estimate: NO_COST, sharedWith: payer };
    this.#payers.set(state.key, name);
    return this.#pay(estimateCost(request));
  }

  #pay(estimate: CostEstimate): SceneCost {
    this.#costs.push(estimate);
    return { estimate, sharedWith: undefined };
  }
}

function sumOf(costs: Iterable<CostEstimate>): CostEstimate {
  const { low, expected, high, unknown } = addCosts(costs);
  return { low: roundMicro(low), expected: roundMicro(expected), high: roundMicro(high), unknown };
}
