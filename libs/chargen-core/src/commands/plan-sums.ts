import {
  addCosts,
  NO_COST,
  roundMicro,
  type CostEstimate,
  type MetLimit,
  type CountedScene,
} from '../plan/index.js';
import type { ScenesWithoutStyle } from '../prompt/index.js';
import { describeAtGoogle, type JobAtGoogle } from '../report/job-times.js';
import { PendingCauses, type CauseGroup } from '../report/pending-causes.js';

export interface PlanTotals {
  readonly entities: number;
  /** Entities whose file has an error that stops all of it. */
  readonly brokenEntities: number;
  /** Scenes that errors in their own fields keep from being read; not among `scenes`. */
  readonly unreadScenes: number;
  readonly scenes: number;
  readonly pending: number;
  readonly done: number;
  readonly reused: number;
  readonly refused: number;
  /** Scenes whose answer is kept and holds nothing usable: words, a damaged picture, nothing. */
  readonly unusable: number;
  readonly waits: number;
  /** Further takes of pending and waiting scenes, which are made with them; not among `scenes`. */
  readonly takes: number;
  readonly blocked: number;
  readonly locked: number;
  readonly edited: number;
  /** Scenes that Google works on: not among the pending ones, and asked for by no run. */
  readonly inFlight: number;
  /** Jobs that work on them, and jobs of other machines, whose scenes are not known here. */
  readonly atGoogle: readonly (Omit<JobAtGoogle, 'keys' | 'hasEnded'> & {
    readonly scenes: number;
    /** `at Google since 14:02, job running, 28 scenes` */
    readonly text: string;
  })[];
  /** Requests that would be sent: scenes with equal keys share one. */
  readonly requests: number;
  /** US dollars at batch price: the sum of the items, without those of unknown price. */
  readonly estimatedUsd: number;
  /** The range that it may come to, and how many requests have no known price. */
  readonly cost: CostEstimate;
  /** Why what is pending or waits is to be made: scenes and costs add up to those of the plan. */
  readonly causes: readonly CauseGroup[];
  /** Scenes that look already made by pictures from before chargen, and what making them would cost. */
  readonly adoptable: { readonly scenes: number; readonly cost: CostEstimate };
  /** Scenes that state no style in a world that has none; null if that is no fault. */
  readonly withoutStyle: ScenesWithoutStyle | null;
  /** Finished pictures that this version would ask for in other words, and what making them again would cost. */
  readonly askedOtherwise: { readonly scenes: number; readonly cost: CostEstimate };
  /** Finished pictures that are not made again, since what they were made with is missing. */
  readonly held: readonly HeldPicture[];
  /** Scenes to be made that were not selected, but that a selected one shows. */
  readonly along: readonly string[];
  /** Published limits of the tier that a run is likely to meet, each with what to do. */
  readonly limits: readonly MetLimit[];
}

export interface HeldPicture {
  /** `chapter/storm/leaving` */
  readonly scene: string;
  /** Names of the references that are missing. */
  readonly missing: readonly string[];
}

/** What one scene adds to the cost of a plan. */
export interface SceneCost {
  readonly estimate: CostEstimate;
  /** The scene that pays for the same request; undefined if none does. */
  readonly sharedWith: string | undefined;
}

/** Adds up the scenes of a plan, each request counted once. */
export class PlanSums {
  readonly #flight: ReadonlyMap<string, JobAtGoogle>;
  readonly #atGoogle: readonly JobAtGoogle[];
  readonly #flying = new Map<JobAtGoogle, number>();
  entities = 0;
  brokenEntities = 0;
  unreadScenes = 0;
  readonly #counts: Record<CountedScene['state']['kind'], number> = {
    pending: 0,
    done: 0,
    reused: 0,
    refused: 0,
    unusable: 0,
    waits: 0,
    blocked: 0,
    locked: 0,
    edited: 0,
  };
  readonly #payers = new Map<string, string>();
  #requests = 0;
  #cost: CostEstimate = NO_COST;
  readonly #tokens = new Map<string, number>();
  readonly #causes = new PendingCauses();
  readonly #adoptable = { scenes: 0, cost: NO_COST };
  readonly #askedOtherwise = new Map<string, CostEstimate>();
  readonly #held: HeldPicture[] = [];
  readonly #along: string[] = [];
  #askedOtherwiseScenes = 0;
  #takes = 0;
  #flyingTakes = 0;

  constructor(
    atGoogle: readonly JobAtGoogle[],
    readonly withoutStyle: ScenesWithoutStyle | undefined,
  ) {
    this.#atGoogle = atGoogle;
    this.#flight = new Map(atGoogle.flatMap((job) => job.keys.map((key) => [key, job])));
  }

  /** The job at Google that works on a scene. */
  flightOf({ state }: CountedScene): JobAtGoogle | undefined {
    return state.kind === 'pending' ? this.#flight.get(state.key) : undefined;
  }

  add(planned: CountedScene, comesAlong: boolean): SceneCost {
    const job = this.flightOf(planned);
    if (job !== undefined) {
      this.#flying.set(job, (this.#flying.get(job) ?? 0) + 1);
      return { estimate: NO_COST, sharedWith: undefined };
    }
    if (comesAlong) this.#along.push(planned.name);
    this.#counts[planned.state.kind] += 1;
    this.#addDone(planned);
    const cost = this.#costOf(planned);
    this.#causes.add({ planned, cost: cost.estimate });
    return cost;
  }

  /** Adds another take of a scene that a run asks for, or that Google works on. */
  addTake(take: CountedScene, scene: CountedScene): SceneCost {
    const job = this.flightOf(take);
    if (job !== undefined) {
      this.#flying.set(job, (this.#flying.get(job) ?? 0) + 1);
      this.#flyingTakes += 1;
      return { estimate: NO_COST, sharedWith: undefined };
    }
    const { kind } = take.state;
    if (kind === 'pending' || kind === 'waits') this.#takes += 1;
    const cost = this.#costOf(take);
    // Of a scene that has its picture, it is asked for by itself.
    const isOfScene = scene.state.kind === 'pending' || scene.state.kind === 'waits';
    this.#causes.addTake({ planned: isOfScene ? scene : take, cost: cost.estimate });
    return cost;
  }

  /** Counts a scene as one that looks already made; `cost` is what it adds to that of the plan. */
  addAdoptable(cost: CostEstimate): void {
    this.#adoptable.scenes += 1;
    this.#adoptable.cost = addCosts([this.#adoptable.cost, cost]);
  }

  /** Estimated input tokens of all requests, by model. */
  get tokens(): ReadonlyMap<string, number> {
    return this.#tokens;
  }

  get cost(): CostEstimate {
    return rounded(this.#cost);
  }

  totals(limits: readonly MetLimit[]): PlanTotals {
    const flying = [...this.#flying.values()].reduce((sum, count) => sum + count, 0);
    const inFlight = flying - this.#flyingTakes;
    const scenes = Object.values(this.#counts).reduce((sum, count) => sum + count, inFlight);
    const { cost } = this;
    return {
      entities: this.entities,
      brokenEntities: this.brokenEntities,
      unreadScenes: this.unreadScenes,
      scenes,
      ...this.#counts,
      takes: this.#takes,
      inFlight,
      atGoogle: this.#jobsAtGoogle(),
      requests: this.#requests,
      estimatedUsd: cost.expected,
      cost,
      causes: this.#causes.groups().map((group) => ({ ...group, cost: rounded(group.cost) })),
      adoptable: { ...this.#adoptable, cost: rounded(this.#adoptable.cost) },
      withoutStyle: this.withoutStyle ?? null,
      askedOtherwise: {
        scenes: this.#askedOtherwiseScenes,
        cost: rounded(addCosts(this.#askedOtherwise.values())),
      },
      held: this.#held,
      along: this.#along,
      limits,
    };
  }

  /** Jobs of these scenes, and those of which it is not known here what they make. */
  #jobsAtGoogle(): PlanTotals['atGoogle'] {
    return this.#atGoogle.flatMap((job) => {
      const scenes = this.#flying.get(job) ?? 0;
      if (scenes === 0 && (job.keys.length > 0 || job.kind !== 'generate')) return [];
      const { runId, kind, model, batch, state, since, isForeign, isMoved } = job;
      const text = describeAtGoogle(job, scenes, Date.now());
      return [{ runId, kind, model, batch, state, since, isForeign, isMoved, scenes, text }];
    });
  }

  #addDone({ state, cost, key, name }: CountedScene): void {
    if (state.kind !== 'done') return;
    if (state.by.kind === 'held') this.#held.push({ scene: name, missing: state.by.missing });
    if (state.by.kind !== 'asked') return;
    this.#askedOtherwiseScenes += 1;
    if (key !== undefined) this.#askedOtherwise.set(key, cost);
  }

  #costOf(planned: CountedScene): SceneCost {
    const { state, hasRequest, name } = planned;
    if (state.kind === 'waits') return this.#pay(planned);
    if (state.kind !== 'pending' || !hasRequest) return { estimate: NO_COST, sharedWith: undefined };
    const payer = this.#payers.get(state.key);
    if (payer !== undefined) return { estimate: NO_COST, sharedWith: payer };
    this.#payers.set(state.key, name);
    return this.#pay(planned);
  }

  #pay({ cost, model, tokens }: CountedScene): SceneCost {
    this.#requests += 1;
    this.#cost = addCosts([this.#cost, cost]);
    this.#tokens.set(model, (this.#tokens.get(model) ?? 0) + tokens);
    return { estimate: cost, sharedWith: undefined };
  }
}

function rounded({ low, expected, high, unknown }: CostEstimate): CostEstimate {
  return { low: roundMicro(low), expected: roundMicro(expected), high: roundMicro(high), unknown };
}
