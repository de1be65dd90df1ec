import { locateInWorkspace, type LoadedEntity } from '../content/index.js';
import { entityVerdict, isSettledWithout, type EntityOutcome, type SceneOutcome } from '../report/outcome.js';
import type { EngineOutcome } from '../run/index.js';
import type { CanonCheck } from './canon-check.js';
import type { ItemKind, Tracked } from './item-kind.js';
import type { GenerateOptions } from './options.js';

/** Reports each entity once, as soon as nothing more will change for it. */
export class EntityReports<P> {
  readonly #reported = new Set<string>();
  readonly #outcomes: EntityOutcome[] = [];

  constructor(
    readonly kind: ItemKind<P>,
    readonly options: GenerateOptions,
    readonly chosen: readonly LoadedEntity[],
    readonly tracked: ReadonlyMap<string, Tracked<P>>,
  ) {}

  /** Those that were reported, in that order. */
  get all(): readonly EntityOutcome[] {
    return this.#outcomes;
  }

  isReported(loaded: LoadedEntity): boolean {
    return this.#reported.has(loaded.folder.root);
  }

  /** Reports entities of which is known without planning what became of them. */
  reportKnown(outcomes: Iterable<EntityOutcome>): void {
    for (const outcome of outcomes) this.#reportOne(outcome);
  }

  /** Reports entities that have nothing open any more. */
  reportSettled(): void {
    this.#report((tracked) => !tracked.some((one) => this.#isOpen(one)), undefined, undefined);
  }

  /** Reports all that are left, once the request is over. */
  reportRest(request: EngineOutcome, canon: CanonCheck | undefined): void {
    this.#report(() => true, request, canon);
  }

  #report(
    isDue: (tracked: readonly Tracked<P>[]) => boolean,
    request: EngineOutcome | undefined,
    canon: CanonCheck | undefined,
  ): void {
    const ofEntity = new Map<LoadedEntity, Tracked<P>[]>();
    for (const one of this.tracked.values()) {
      const { loaded } = one.subject;
      ofEntity.set(loaded, [...(ofEntity.get(loaded) ?? []), one]);
    }
    for (const loaded of this.chosen) {
      if (this.#reported.has(loaded.folder.root)) continue;
      const tracked = ofEntity.get(loaded) ?? [];
      if (!isDue(tracked)) continue;
      this.#reportOne(this.#entityOutcome(loaded, tracked, request, canon));
    }
  }

  #reportOne(outcome: EntityOutcome): void {
    this.#reported.add(outcome.root);
    this.#outcomes.push(outcome);
    this.options.onEntity(outcome);
  }

  #isOpen({ planned, failure }: Tracked<P>): boolean {
    return failure === undefined && this.kind.facts(planned).standing === 'open';
  }

  #entityOutcome(
    loaded: LoadedEntity,
    tracked: readonly Tracked<P>[],
    request: EngineOutcome | undefined,
    canon: CanonCheck | undefined,
  ): EntityOutcome {
    const { workspaceRoot, settings } = this.options;
    const leftOut = tracked.filter((one) => this.#isLeftOut(one));
    const asked = tracked.filter((one) => !leftOut.includes(one));
    const scenes = asked.flatMap((one): SceneOutcome[] => {
      const outcome = this.kind.outcome(one, request);
      if (outcome === undefined) return [];
      const verdict = canon?.verdicts.get(one.subject.name);
      return [verdict === undefined ? outcome : { ...outcome, canon: verdict }];
    });
    const planned = asked.map((one) => one.planned);
    const diagnostics = locateInWorkspace(workspaceRoot, this.kind.diagnostics(loaded, planned));
    const verdict = entityVerdict(scenes, diagnostics, settings.failOnRefusal);
    // An entity whose pictures are still being judged must not be in Nx's cache before the judgement is.
    const isToBeJudged = tracked.some((one) => canon?.open.has(one.subject.name) === true);
    // Nor one of which something is left to be made that was not selected; a refusal settles a scene.
    const isPart = leftOut.some((one) => {
      const outcome = this.kind.outcome(one, undefined)?.outcome;
      return settings.failOnRefusal || outcome === undefined || !isSettledWithout(outcome);
    });
    return {
      root: loaded.folder.root,
      file: loaded.folder.file,
      id: loaded.id,
      scenes,
      diagnostics,
      verdict: (isToBeJudged || isPart) && verdict === 'done' ? 'unfinished' : verdict,
    };
  }

  /** Not settled, and none of this run's business: the selection does not have it. */
  #isLeftOut({ planned, failure, subject }: Tracked<P>): boolean {
    if (this.kind.asks(subject.name)) return false;
    const { standing } = this.kind.facts(planned);
    return failure !== undefined || standing === 'open' || standing === 'stopped';
  }
}
