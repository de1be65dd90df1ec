import { posix } from 'node:path';
import { judgeModel } from '../catalogue/index.js';
import {
  resolveReferences,
  type Diagnostic,
  type Entity,
  type ResolvedReference,
  type Scene,
  type World,
} from '../content/index.js';
import { compilePrompt, selectReferences, type LeftOutReference } from '../prompt/index.js';
import {
  contentKey,
  readRecipe,
  readRefusal,
  type ContentKey,
  type Recipe,
  type SidecarOutcome,
} from '../recipe/index.js';
import { StoreError, type ResultStore } from '../store/index.js';
import { unreachable } from '../util/unreachable.js';
import type { FileDigests, FileFacts } from './file-digests.js';
import type { FoundPictures } from './found-pictures.js';
import { PICTURE_EXTENSIONS, scenePaths, sceneName, type Places } from './places.js';
import { sceneRequest, type RequestFile } from './request.js';
import { sceneCycle } from './scene-cycles.js';
import type { PlannedReference, PlannedScene, SceneState } from './scene-state.js';
import type { ChargenSettings } from './settings.js';
import { judgeReferenceFile } from './reference-file.js';

/** References a model is given where the catalogue does not know the model. */
const DEFAULT_MAX_REFERENCES = 14;

export interface PlannerOptions {
  readonly world: World;
  readonly settings: ChargenSettings;
  readonly places: Places;
  readonly store: ResultStore;
  readonly digests: FileDigests;
  /** What was paid for and lies under another name: the same one for all planners of a call, since it looks once. */
  readonly found: FoundPictures;
}

/** What became of a reference that is to be sent. */
type ReferenceOutcome =
  | { readonly kind: 'file'; readonly file: RequestFile }
  | { readonly kind: 'waits'; readonly on: string }
  /** Its scene is judged as it was adopted: without it. */
  | { readonly kind: 'without' }
  | { readonly kind: 'error'; readonly diagnostic: Diagnostic };

type EditedState = Extract<SceneState, { kind: 'edited' }>;

/** The picture of a scene as it lies in its folder. */
type PresentPicture =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      readonly path: string;
      readonly facts: Extract<FileFacts, { kind: 'picture' }>;
    };

/**
 * Judges scenes by their keys. It calls nothing and writes nothing: the same world and store give the same plan.
 * A scene is judged once per planner; after new results came, a new planner sees them.
 */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #planned = new Map<string, Promise<PlannedScene>>();

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  plan(entity: Entity, scene: Scene): Promise<PlannedScene> {
    const name = sceneName(entity, scene);
    const present = this.#planned.get(name);
    if (present !== undefined) return present;
    const planned = this.#judge(entity, scene);
    this.#planned.set(name, planned);
    return planned;
  }

  /** An author's picture in the place of a scene's, also where something else stops the scene. */
  async edited(planned: PlannedScene): Promise<EditedState | undefined> {
    const { state, entity, scene } = planned;
    if (state.kind === 'edited') return state;
    return state.kind === 'blocked' ? this.#authorsPicture(entity, scene) : undefined;
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
    const verdict = judgeModel(model);
    const maxReferences = verdict.kind === 'living' ? verdict.model.maxReferences : DEFAULT_MAX_REFERENCES;
    const resolved = resolveReferences(world, entity, scene);
    const errors = [
      ...this.#authorErrors(entity, scene),
      ...this.#settingErrors(scene, model),
      ...this.#cycleError(entity, scene),
    ];
    const warnings: Diagnostic[] = [];
    const blocks = (reference: ResolvedReference): boolean =>
      reference.required || settings.danglingReferences === 'block';
    // Looked at before the selection: what cannot be sent must not be counted in "Image 1 shows …".
    const outcomes = new Map<ResolvedReference, ReferenceOutcome>();
    // A scene in a circle would wait for itself, and a locked one needs nothing.
    if (errors.length === 0 && !scene.locked) {
      for (const reference of resolved) {
        const isWithout =
          reference.kind === 'scene' && without.includes(sceneName(reference.entity, reference.scene));
        outcomes.set(reference, isWithout ? { kind: 'without' } : await this.#bytesOf(scene, reference));
      }
    }
    for (const [reference, outcome] of outcomes) {
      if (outcome.kind !== 'error') continue;
      if (blocks(reference)) errors.push({ ...outcome.diagnostic, severity: 'error' });
      else warnings.push({ ...outcome.diagnostic, severity: 'warning' });
    }
    const usable = resolved.filter((reference) => {
      const kind = outcomes.get(reference)?.kind;
      return kind !== 'error' && kind !== 'without';
    });
    const selection = selectReferences(usable, maxReferences);
    const prompt = compilePrompt(world, entity, scene, selection.sent, undefined, settings.useTraits);
    const base = { entity, scene, name, model, prompt };
    const unkeyed = { request: undefined, key: undefined, files: [] };
    if (scene.locked) {
      return { ...base, ...unkeyed, state: { kind: 'locked' }, references: [], diagnostics: [] };
    }
    const references = describeReferences(resolved, selection.leftOut, outcomes);
    if (errors.length > 0) {
      const state: SceneState = { kind: 'blocked', diagnostics: errors };
      return { ...base, ...unkeyed, state, references, diagnostics: warnings };
    }
    const sent = selection.sent.flatMap(({ reference }) => outcomes.get(reference) ?? []);
    const files = sent.flatMap((one) => (one.kind === 'file' ? [one.file] : []));
    const waitsOn = sent.flatMap((one) => (one.kind === 'waits' ? [one.on] : []));
    if (waitsOn.length > 0) {
      const edited = await this.#authorsPicture(entity, scene);
      const state: SceneState = edited ?? { kind: 'waits', on: waitsOn };
      return { ...base, ...unkeyed, state, references, diagnostics: warnings };
    }
    const request = sceneRequest(scene, model, prompt.text, files);
    const key = contentKey(request);
    const state = await this.#stateUnlessDamaged(entity, scene, key);
    return { ...base, request, key, files, state, references, diagnostics: warnings };
  }

  /** Scenes that an adopted picture was adopted without. Only a scene that shows others can have been. */
  async #adoptedWithout(entity: Entity, scene: Scene): Promise<readonly string[]> {
    const { world, places } = this.#options;
    if (!resolveReferences(world, entity, scene).some((one) => one.kind === 'scene')) return [];
    const recipe = await readRecipe(this.#absolute(scenePaths(entity, scene, places).recipe));
    return recipe.kind === 'present' ? (recipe.value.without ?? []) : [];
  }

  /** What the reader found wrong within the scene: it is not made of the half that could be read. */
  #authorErrors(entity: Entity, scene: Scene): Diagnostic[] {
    const told = this.#options.world.find(entity.type, entity.slug)?.diagnostics ?? [];
    return told.filter(
      ({ severity, file, at }) =>
        severity === 'error' &&
        file === scene.file &&
        at !== undefined &&
        scene.at.every((step, n) => at[n] === step),
    );
  }

  #settingErrors(scene: Scene, model: string): Diagnostic[] {
    const tell = (code: string, message: string, field: string): Diagnostic => ({
      severity: 'error',
      code,
      message,
      file: scene.file,
      at: [...scene.at, field],
      scene: scene.id,
    });
    const verdict = judgeModel(model);
    if (verdict.kind === 'retired') {
      const since = verdict.model.since === undefined ? '' : ` since ${verdict.model.since}`;
      const where = scene.model === undefined ? 'the plugin option generationModel in nx.json' : 'this scene';
      return [
        tell(
          'retired-model',
          `Google has retired the model "${model}"${since}. Write "${verdict.model.successor}" in ${where} instead.`,
          'model',
        ),
      ];
    }
    if (verdict.kind === 'unlisted') return [];
    const { model: known } = verdict;
    if (known.task !== 'generate') {
      return [
        tell(
          'wrong-model',
          `The model "${model}" makes no pictures; use one such as gemini-3-pro-image.`,
          'model',
        ),
      ];
    }
    const errors: Diagnostic[] = [];
    if (!known.aspectRatios.includes(scene.aspectRatio)) {
      const message = `The model "${model}" does not paint ${scene.aspectRatio}; it takes ${known.aspectRatios.join(', ')}.`;
      errors.push(tell('ratio-not-supported', message, 'aspect_ratio'));
    }
    if (!known.imageSizes.includes(scene.imageSize)) {
      const message = `The model "${model}" does not paint in ${scene.imageSize}; it takes ${known.imageSizes.join(', ')}.`;
      errors.push(tell('size-not-supported', message, 'image_size'));
    }
    return errors;
  }

  #cycleError(entity: Entity, scene: Scene): Diagnostic[] {
    const cycle = sceneCycle(this.#options.world, entity, scene);
    if (cycle === undefined) return [];
    return [
      {
        severity: 'error',
        code: 'scene-cycle',
        message: `This scene needs its own picture first: ${cycle.join(' -> ')}. Take one of these references away.`,
        file: scene.file,
        at: [...scene.at, 'references'],
        scene: scene.id,
      },
    ];
  }

  async #bytesOf(scene: Scene, reference: ResolvedReference): Promise<ReferenceOutcome> {
    switch (reference.kind) {
      case 'dangling':
        return { kind: 'error', diagnostic: reference.diagnostic };
      case 'file':
        return judgeReferenceFile(this.#options.digests, scene, reference);
      case 'scene':
        return this.#sceneBytes(scene, reference);
      default:
        return unreachable(reference);
    }
  }

  async #sceneBytes(
    scene: Scene,
    reference: Extract<ResolvedReference, { kind: 'scene' }>,
  ): Promise<ReferenceOutcome> {
    const shown = await this.plan(reference.entity, reference.scene);
    const { name, role } = reference;
    const unavailable = (why: string): ReferenceOutcome => ({
      kind: 'error',
      diagnostic: {
        severity: 'error',
        code: 'reference-not-available',
        message: `The picture of ${shown.name} cannot be used: ${why}`,
        file: scene.file,
        at: reference.written.at,
        scene: scene.id,
      },
    });
    switch (shown.state.kind) {
      case 'done': {
        const { picture } = shown.state.recipe;
        const path = posix.join(
          posix.dirname(scenePaths(shown.entity, shown.scene, this.#options.places).stem),
          picture.file,
        );
        return {
          kind: 'file',
          file: {
            name,
            role,
            sha256: picture.sha256,
            mimeType: picture.mimeType,
            extension: picture.extension,
            path,
            pointer: shown.state.pointer,
          },
        };
      }
      case 'reused': {
        const { result, from } = shown.state;
        const { picture } = result;
        return {
          kind: 'file',
          file: {
            name,
            role,
            sha256: picture.sha256,
            mimeType: picture.mimeType,
            extension: picture.extension,
            path: from,
            pointer: false,
          },
        };
      }
      case 'pending':
      case 'waits':
        return { kind: 'waits', on: shown.name };
      case 'locked':
      case 'edited': {
        // An author's picture stands for the scene as long as the author keeps it.
        const present = await this.#present(shown.entity, shown.scene);
        if (present.kind === 'absent') return unavailable('the scene is locked and has no picture.');
        const { verdict, sha256 } = present.facts;
        if (verdict.kind !== 'whole') return unavailable('its file is not a whole picture.');
        return {
          kind: 'file',
          file: {
            name,
            role,
            sha256,
            mimeType: verdict.mimeType,
            extension: verdict.extension,
            path: present.path,
            pointer: false,
          },
        };
      }
      case 'refused':
        return unavailable(`the model refused it (${shown.state.reason}). Change its prompt first.`);
      case 'blocked':
        return unavailable('it has an error of its own. Mend that first.');
      default:
        return unreachable(shown.state);
    }
  }

  async #present(entity: Entity, scene: Scene): Promise<PresentPicture> {
    const paths = scenePaths(entity, scene, this.#options.places);
    for (const extension of PICTURE_EXTENSIONS) {
      const path = paths.picture(extension);
      const facts = await this.#options.digests.find(path);
      if (facts.kind === 'picture') return { kind: 'present', path, facts };
    }
    return { kind: 'absent' };
  }

  /** An author's picture in the place of the scene's, judged without the key. */
  async #authorsPicture(entity: Entity, scene: Scene): Promise<EditedState | undefined> {
    const { recipe } = scenePaths(entity, scene, this.#options.places);
    return this.#editedWhatever(entity, scene, await readRecipe(this.#absolute(recipe)));
  }

  async #editedWhatever(
    entity: Entity,
    scene: Scene,
    recipe: SidecarOutcome<Recipe>,
  ): Promise<EditedState | undefined> {
    const paths = scenePaths(entity, scene, this.#options.places);
    if (recipe.kind === 'broken') {
      return { kind: 'edited', path: paths.recipe, why: `its recipe cannot be read (${recipe.why})` };
    }
    if (recipe.kind === 'present') {
      const path = paths.picture(recipe.value.picture.extension);
      const facts = await this.#options.digests.find(path);
      if (facts.kind === 'picture' && isEdited(facts, recipe.value.picture.sha256)) {
        return { kind: 'edited', path, why: 'its bytes are no longer those that the recipe names' };
      }
      if (facts.kind === 'picture') return undefined;
    }
    const present = await this.#present(entity, scene);
    if (present.kind === 'absent' || present.facts.verdict.kind === 'empty') return undefined;
    return { kind: 'edited', path: present.path, why: 'there is no recipe that made it' };
  }

  /** A damaged result stands for something that was paid for: its scene stops, and no other one with it. */
  async #stateUnlessDamaged(entity: Entity, scene: Scene, key: ContentKey): Promise<SceneState> {
    try {
      const state = await this.#stateOf(entity, scene, key);
      const asks = state.kind === 'pending' || state.kind === 'reused';
      return (asks ? await this.#inTheWay(entity, scene) : undefined) ?? state;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const diagnostic: Diagnostic = {
        severity: 'error',
        code: 'store-damaged',
        message: error.message,
        file: scene.file,
        at: scene.at,
        scene: scene.id,
      };
      return { kind: 'blocked', diagnostics: [diagnostic] };
    }
  }

  /** What would keep the picture from being laid there once it is paid for. */
  async #inTheWay(entity: Entity, scene: Scene): Promise<SceneState | undefined> {
    const paths = scenePaths(entity, scene, this.#options.places);
    for (const extension of PICTURE_EXTENSIONS) {
      const path = paths.picture(extension);
      const facts = await this.#options.digests.find(path);
      if (facts.kind !== 'unreadable') continue;
      const diagnostic: Diagnostic = {
        severity: 'error',
        code: 'unreadable-picture',
        message: `${path} stands in the way of this picture, and it cannot be read: ${facts.why}. Move it away.`,
        file: scene.file,
        at: scene.at,
        scene: scene.id,
      };
      return { kind: 'blocked', diagnostics: [diagnostic] };
    }
    return undefined;
  }

  async #stateOf(entity: Entity, scene: Scene, key: ContentKey): Promise<SceneState> {
    const paths = scenePaths(entity, scene, this.#options.places);
    const recipe = await readRecipe(this.#absolute(paths.recipe));
    // The usual case first, with one file read: most scenes of a world are done.
    if (recipe.kind === 'present' && recipe.value.key === key) {
      const { picture } = recipe.value;
      const facts = await this.#options.digests.find(paths.picture(picture.extension));
      if (facts.kind === 'picture') {
        const pointer = facts.verdict.kind === 'lfs-pointer' && facts.verdict.oid === picture.sha256;
        if (pointer || facts.sha256 === picture.sha256)
          return { kind: 'done', key, recipe: recipe.value, pointer };
      }
    }
    const stored = await this.#options.store.find(key);
    const edited = await this.#editedWhatever(entity, scene, recipe);
    if (edited !== undefined) {
      // A crash between the picture and its recipe leaves bytes that only the tool can have written.
      const own = stored?.kind === 'generated' ? stored.picture : undefined;
      const facts =
        own === undefined ? undefined : await this.#options.digests.find(paths.picture(own.extension));
      const isOwn = stored?.kind === 'generated' && facts?.kind === 'picture' && facts.sha256 === own?.sha256;
      return isOwn ? { kind: 'reused', key, result: stored, from: undefined } : edited;
    }
    if (stored?.kind === 'generated') return { kind: 'reused', key, result: stored, from: undefined };
    if (stored?.kind === 'refused')
      return { kind: 'refused', key, reason: stored.reason, message: stored.message };
    const refusal = await readRefusal(this.#absolute(paths.refusal));
    if (refusal.kind === 'present' && refusal.value.key === key) {
      return { kind: 'refused', key, reason: refusal.value.reason, message: refusal.value.message };
    }
    return (await this.#foundElsewhere(scene, key)) ?? { kind: 'pending', key, why: whyPending(recipe, key) };
  }

  /** The picture of a scene that had another name when it was paid for. */
  async #foundElsewhere(scene: Scene, key: ContentKey): Promise<SceneState | undefined> {
    const found = await this.#options.found.find(key);
    if (found === undefined) return undefined;
    const { path, result } = found;
    if (!found.pointer) return { kind: 'reused', key, result, from: path };
    const diagnostic: Diagnostic = {
      severity: 'error',
      code: 'lfs-pointer',
      message:
        `Its picture was paid for and lies at ${path}, but only the Git LFS pointer is here. ` +
        `Fetch the picture with: git lfs pull --include="${path}"`,
      file: scene.file,
      at: scene.at,
      scene: scene.id,
    };
    return { kind: 'blocked', diagnostics: [diagnostic] };
  }

  #absolute(path: string): string {
    return posix.join(this.#options.world.workspaceRoot, path);
  }
}

function isEdited(facts: Extract<FileFacts, { kind: 'picture' }>, sha256: string): boolean {
  if (facts.sha256 === sha256) return false;
  // An emptied file holds nobody's work, and a pointer to the same bytes is the same picture.
  if (facts.verdict.kind === 'empty') return false;
  return !(facts.verdict.kind === 'lfs-pointer' && facts.verdict.oid === sha256);
}

function whyPending(recipe: SidecarOutcome<Recipe>, key: ContentKey): string {
  if (recipe.kind !== 'present') return 'it was never made';
  return recipe.value.key === key ? 'its picture is missing' : 'what it asks for has changed';
}

function describeReferences(
  resolved: readonly ResolvedReference[],
  leftOut: readonly LeftOutReference[],
  outcomes: ReadonlyMap<ResolvedReference, ReferenceOutcome>,
): PlannedReference[] {
  return resolved.map((reference) => {
    const left = leftOut.find((one) => one.reference === reference);
    if (left !== undefined) return { reference, state: 'left-out', file: undefined, why: left.why };
    const outcome = outcomes.get(reference);
    if (outcome === undefined)
      return { reference, state: 'left-out', file: undefined, why: 'the scene is not planned' };
    switch (outcome.kind) {
      case 'file':
        return { reference, state: 'resolved', file: outcome.file, why: undefined };
      case 'waits':
        return { reference, state: 'to-be-made', file: undefined, why: `waits for ${outcome.on}` };
      case 'without':
        return { reference, state: 'left-out', file: undefined, why: 'the picture was adopted without it' };
      case 'error':
        return { reference, state: 'dangling', file: undefined, why: outcome.diagnostic.message };
      default:
        return unreachable(outcome);
    }
  });
}
