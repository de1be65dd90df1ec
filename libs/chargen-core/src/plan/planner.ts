import { DEFAULT_MAX_REFERENCES, judgeModel, modelFacts, type ModelTerms } from '../catalogue/index.js';
import {
  resolveReferences,
  type Diagnostic,
  type Entity,
  type ResolvedReference,
  type Scene,
} from '../content/index.js';
import { compilePrompt, selectReferences } from '../prompt/index.js';
import { contentKey, readRecipe } from '../recipe/index.js';
import { SYSTEM_CLOCK } from '../util/clock.js';
import { unreachable } from '../util/unreachable.js';
import { askedFor } from './asked.js';
import { pathToRead, authorsPicture, type EditedState } from './authors-picture.js';
import { estimateCost } from './cost.js';
import { doneByAsked, finishedPicture } from './finished-picture.js';
import { scenePaths, sceneName } from './places.js';
import type { PlannerOptions } from './planner-options.js';
import { judgeReferenceFile } from './reference-file.js';
import { describeReferences, shownPicture, type ReferenceOutcome } from './reference-outcome.js';
import { sceneRequest } from './request.js';
import { retiredModelError, sceneErrors } from './scene-errors.js';
import type { PlannedScene, SceneState } from './scene-state.js';
import { modelTerms } from './settings.js';
import { asksForTake, spareTakes, takeOf } from './takes.js';
import { stateOfScene, waitingState, wordingOf, type SceneContext } from './state-of-scene.js';

/**
 * Judges scenes by their keys. It calls nothing and writes nothing: the same world and store give the same plan.
 * A scene is judged once per planner; after new results came, a new planner sees them.
 */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #terms: ModelTerms;
  readonly #planned = new Map<string, Promise<PlannedScene>>();

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#terms = modelTerms(options.settings, (options.clock ?? SYSTEM_CLOCK).now());
    options.digests.lookAgain();
  }

  plan(entity: Entity, scene: Scene): Promise<PlannedScene> {
    const name = sceneName(entity, scene);
    const present = this.#planned.get(name);
    if (present !== undefined) return present;
    const planned = this.#judge(entity, scene);
    this.#planned.set(name, planned);
    return planned;
  }

  /** The takes of a scene that it does not name. They are asked for with it. */
  spares(entity: Entity, scene: Scene): Promise<PlannedScene[]> {
    const numbers = spareTakes(entity, scene, this.#options);
    return Promise.all(numbers.map((take) => this.spare(entity, scene, take)));
  }

  /** One of them. `isMade`: this run has asked for the scene, whose picture may have come meanwhile. */
  async spare(entity: Entity, scene: Scene, take: number, isMade = false): Promise<PlannedScene> {
    const { state } = await this.plan(entity, scene);
    const isOpen = isMade || state.kind === 'pending' || state.kind === 'waits';
    const planned = await this.plan(entity, takeOf(scene, take));
    const isAsked = asksForTake(entity, scene, take, isOpen, this.#options);
    return isAsked ? planned : { ...planned, isUnasked: true };
  }

  /** An author's picture in the place of a scene's, also if something else stops the scene. */
  async edited(planned: PlannedScene): Promise<EditedState | undefined> {
    const { state, entity, scene } = planned;
    if (state.kind === 'edited') return state;
    return state.kind === 'blocked' ? authorsPicture(this.#options, entity, scene) : undefined;
  }

  async #judge(entity: Entity, scene: Scene): Promise<PlannedScene> {
    const without = await this.#adoptedWithout(entity, scene);
    if (without.length > 0) {
      const adopted = await this.planWithout(entity, scene, without);
      // As soon as its author asks for something else it is a scene like all others.
      if (adopted.state.kind === 'done') return adopted;
    }
    return this.planWithout(entity, scene, []);
  }

  /** Judges a scene as if it did not show some others, named as by `sceneName`; not remembered. */
  async planWithout(entity: Entity, scene: Scene, without: readonly string[]): Promise<PlannedScene> {
    const name = sceneName(entity, scene);
    const { world, settings } = this.#options;
    const model = scene.model ?? settings.generationModel;
    const maxReferences = modelFacts(model, settings.models)?.maxReferences ?? DEFAULT_MAX_REFERENCES;
    const resolved = resolveReferences(world, entity, scene);
    const errors = sceneErrors(world, entity, scene, judgeModel(model, this.#terms));
    // A scene in a circle would wait for itself, and a locked one needs nothing.
    const isJudged = errors.length === 0 && !scene.locked;
    const outcomes = isJudged
      ? await this.#referenceOutcomes(scene, resolved, without)
      : new Map<ResolvedReference, ReferenceOutcome>();
    const found = this.#referenceDiagnostics(outcomes);
    errors.push(...found.filter((one) => one.severity === 'error'));
    const warnings = found.filter((one) => one.severity === 'warning');
    const usable = resolved.filter((reference) => {
      const kind = outcomes.get(reference)?.kind;
      return kind !== 'error' && kind !== 'without';
    });
    const selection = selectReferences(usable, maxReferences);
    const { sent: pictures } = selection;
    const prompt =
      this.#options.prompts?.compile(world, entity, scene, pictures, settings.useTraits) ??
      compilePrompt(world, entity, scene, pictures, settings.useTraits);
    const asked = askedFor(world, settings, entity, scene);
    const cost = estimateCost(sceneRequest(scene, model, prompt.text, []), this.#terms);
    const base = { entity, scene, name, model, prompt, asked, cost };
    const unkeyed = { request: undefined, key: undefined, files: [] };
    if (scene.locked) {
      return { ...base, ...unkeyed, state: { kind: 'locked' }, references: [], diagnostics: [] };
    }
    const references = describeReferences(resolved, selection.leftOut, outcomes);
    const context = { entity, scene, asked, outcomes };
    if (errors.length > 0) {
      // A reference that went away is no reason to stop a picture that was made with it.
      const held = isJudged ? await this.#finished(context) : undefined;
      const state: SceneState = held ?? { kind: 'blocked', diagnostics: errors };
      return { ...base, ...unkeyed, state, references, diagnostics: warnings };
    }
    const sent = selection.sent.flatMap(({ reference }) => outcomes.get(reference) ?? []);
    const files = sent.flatMap((one) => (one.kind === 'file' ? [one.file] : []));
    const waitsOn = sent.flatMap((one) => (one.kind === 'waits' ? [one.on] : []));
    if (waitsOn.length > 0) {
      const edited = await authorsPicture(this.#options, entity, scene);
      const state = edited ?? (await waitingState(this.#options, context, waitsOn));
      const asks = this.#unlessRetired(scene, model, state);
      return { ...base, ...unkeyed, state: asks, references, diagnostics: warnings };
    }
    const request = sceneRequest(scene, model, prompt.text, files);
    const key = contentKey(request);
    const state = this.#unlessRetired(scene, model, await stateOfScene(this.#options, context, key));
    return {
      ...base,
      cost: estimateCost(request, this.#terms),
      request,
      key,
      files,
      state,
      references,
      diagnostics: warnings,
    };
  }

  /** A model that came to its end stops what is still to be made, and nothing that is made or paid for. */
  #unlessRetired(scene: Scene, model: string, state: SceneState): SceneState {
    if (state.kind !== 'pending' && state.kind !== 'waits') return state;
    const error = retiredModelError(scene, model, this.#terms);
    return error === undefined ? state : { kind: 'blocked', diagnostics: [error] };
  }

  /** Its finished picture, if that is what people asked for, even if the present key differs. */
  async #finished(context: SceneContext): Promise<SceneState | undefined> {
    const { entity, scene } = context;
    const recipe = await readRecipe(
      pathToRead(this.#options, scenePaths(entity, scene, this.#options.places).recipe),
    );
    const finished = await finishedPicture(this.#options, entity, scene, recipe);
    return (
      finished &&
      doneByAsked(finished, wordingOf(this.#options.world, scene), context.asked, context.outcomes)
    );
  }

  /** Found out before the selection: what cannot be sent must not be counted in "Image 1 shows …". */
  async #referenceOutcomes(
    scene: Scene,
    resolved: readonly ResolvedReference[],
    without: readonly string[],
  ): Promise<Map<ResolvedReference, ReferenceOutcome>> {
    const outcomes = new Map<ResolvedReference, ReferenceOutcome>();
    for (const reference of resolved) {
      const isWithout =
        reference.kind === 'scene' && without.includes(sceneName(reference.entity, reference.scene));
      outcomes.set(reference, isWithout ? { kind: 'without' } : await this.#bytesOf(scene, reference));
    }
    return outcomes;
  }

  /** An error for each required reference that cannot be sent, a warning for each other one. */
  #referenceDiagnostics(outcomes: ReadonlyMap<ResolvedReference, ReferenceOutcome>): Diagnostic[] {
    return [...outcomes].flatMap(([reference, outcome]) => {
      if (outcome.kind !== 'error') return [];
      const blocks = reference.required || this.#options.settings.danglingReferences === 'block';
      return [{ ...outcome.diagnostic, severity: blocks ? 'error' : 'warning' }];
    });
  }

  /** Scenes that an adopted picture was adopted without. Only a scene that shows others can have been. */
  async #adoptedWithout(entity: Entity, scene: Scene): Promise<readonly string[]> {
    const { world, places } = this.#options;
    if (!resolveReferences(world, entity, scene).some((one) => one.kind === 'scene')) return [];
    const recipe = await readRecipe(pathToRead(this.#options, scenePaths(entity, scene, places).recipe));
    return recipe.kind === 'present' ? (recipe.value.without ?? []) : [];
  }

  async #bytesOf(scene: Scene, reference: ResolvedReference): Promise<ReferenceOutcome> {
    switch (reference.kind) {
      case 'dangling':
        return { kind: 'error', diagnostic: reference.diagnostic };
      case 'file':
        return judgeReferenceFile(this.#options.digests, scene, reference);
      case 'scene':
        return shownPicture(
          this.#options,
          scene,
          reference,
          await this.plan(reference.entity, reference.scene),
        );
      default:
        return unreachable(reference);
    }
  }
}
