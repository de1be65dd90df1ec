import type { Diagnostic, Entity, LoadedEntity, Scene } from '../content/index.js';
import {
  FoundPictures,
  Planner,
  sceneName,
  scenePaths,
  scenesShownIn,
  spareTakes,
  takeOf,
  withoutTake,
  type Places,
  type PlannedScene,
  type PlannerOptions,
} from '../plan/index.js';
import { compilePrompt } from '../prompt/index.js';
import { asContentKey } from '../recipe/index.js';
import type { NotLaid } from '../record/lay-file.js';
import {
  hasCopy,
  isRefusalLaid,
  layPicture,
  layRefusal,
  removeCopy,
  type RecordContext,
} from '../record/lay-picture.js';
import { indexAnswer, isAskedNoted, noteAsked } from '../record/note-asked.js';
import { whyNotLayable } from '../record/picture-folder.js';
import { readJobHistory } from '../report/job-times.js';
import { notLaidOutcome } from '../report/not-laid.js';
import type { SceneOutcome } from '../report/outcome.js';
import { refusalAdvice, type EngineOutcome, type TextReader, type Work } from '../run/index.js';
import { unreachable } from '../util/unreachable.js';
import { deliveredByJob } from './delivered.js';
import type {
  Failure,
  ItemFacts,
  ItemKind,
  LayOutcome,
  PlanRound,
  Standing,
  Subject,
  Tracked,
} from './item-kind.js';
import type { GenerateOptions } from './options.js';
import { editedAdvice, pictureOutcome } from './picture-outcome.js';
import { pictureWork } from './picture-work.js';
import { batchFolderOf, type Tools } from './tools.js';

interface SceneSubject extends Subject {
  readonly entity: Entity;
  /** The scene itself, also for another take of it. */
  readonly scene: Scene;
  readonly take: number;
}

const READS_NO_TEXT: TextReader = () => ({ kind: 'rejected', why: 'a picture was asked for' });

/** A run sends the text; where each piece of it was written would be kept for every scene until the end. */
const TEXT_ALONE: PlannerOptions['prompts'] = {
  compile: (world, entity, scene, references, useTraits) => {
    const { text } = compilePrompt(world, entity, scene, references, useTraits);
    return { text, sections: [], pictures: [], leftOut: [] };
  },
};

/** Scenes whose pictures are to be made. */
export class Pictures implements ItemKind<PlannedScene> {
  readonly target = 'generate';
  readonly readText = READS_NO_TEXT;
  readonly readPastText = READS_NO_TEXT;
  readonly subjects: readonly SceneSubject[];
  readonly #byName: ReadonlyMap<string, SceneSubject>;
  readonly #options: GenerateOptions;
  readonly #tools: Tools;
  readonly #record: RecordContext;
  readonly #found: FoundPictures;
  #flying: Promise<ReadonlySet<string>> | undefined;
  /** Scenes that selected ones waited for at some time of this run, and these themselves. */
  readonly #needed = new Set<string>();

  /** `found` is the same one for all that a call plans: the world is looked through once. */
  constructor(
    options: GenerateOptions,
    tools: Tools,
    found = new FoundPictures(options.world, options.places, tools.digests),
  ) {
    const { workspaceRoot, places } = options;
    this.#options = options;
    this.#tools = tools;
    this.#record = { workspaceRoot, places, ...tools };
    this.#found = found;
    this.subjects = tools.chosen.flatMap((loaded) => scenesOf(loaded, options));
    this.#byName = new Map(this.subjects.map((one) => [one.name, one]));
  }

  round(all: ReadonlyMap<string, Tracked<PlannedScene>>): PlanRound<PlannedScene> {
    const planner = new Planner({
      ...this.#options,
      ...this.#tools,
      found: this.#found,
      prompts: TEXT_ALONE,
    });
    return {
      plan: (name) => {
        const subject = this.#byName.get(name);
        if (subject === undefined) throw new Error(`${name} is not a scene of this run.`);
        const { entity, scene, take, of } = subject;
        if (of === undefined) return planner.plan(entity, scene);
        // Its scene may have its picture by now; what was asked for with it still is.
        const isMade = all.get(of)?.origin === 'open';
        return planner.spare(entity, scene, take, isMade).then((planned) => this.#unlessFlying(planned));
      },
      work: (tracked): Promise<Work> =>
        pictureWork(
          tracked,
          planner,
          (name) => this.#isSelected(name),
          (name) => this.#needed.add(name),
        ),
    };
  }

  /** A take that Google works on was asked for by an earlier call, although its scene may ask for something else by now. */
  async #unlessFlying(planned: PlannedScene): Promise<PlannedScene> {
    const { isUnasked, ...asked } = planned;
    if (isUnasked !== true || planned.state.kind !== 'pending') return planned;
    this.#flying ??= readJobHistory(batchFolderOf(this.#options)).then(
      ({ atGoogle }) => new Set(atGoogle.flatMap(({ keys }) => keys)),
    );
    return (await this.#flying).has(planned.state.key) ? asked : planned;
  }

  asks(name: string): boolean {
    return this.#isSelected(name) || this.#needed.has(withoutTake(name));
  }

  #isSelected(name: string): boolean {
    return this.#options.selection?.hasName(name) ?? true;
  }

  facts(planned: PlannedScene): ItemFacts {
    const { state, key, asked } = planned;
    return {
      // An answer to another version's words has the key that it was paid for.
      key: 'key' in state ? state.key : key,
      asked: asked.digest,
      standing: standingOf(planned),
      shows: [
        ...(state.kind === 'waits' ? state.on : scenesShownIn(planned)),
        // Whether a take is asked for depends on how its scene stands.
        ...(planned.scene.isSpare ? [withoutTake(planned.name)] : []),
      ],
      pointers: pointersOf(planned, this.#options.places),
    };
  }

  /** Nothing is paid for that could not be laid, unless another picture shows it: then it is kept in the store. */
  async obstacle(planned: PlannedScene): Promise<Failure | undefined> {
    const why = await whyNotLayable(this.#record, planned);
    if (why === undefined) return undefined;
    if (why.kind === 'moved') return notLaidOutcome(why, 'picture');
    const advice = 'Remove the cause, then run the same command again; nothing is paid for twice.';
    return { kind: 'failed', class: 'not-written', message: why.message, advice };
  }

  /** Whether nothing is to be made of a scene, and `lay` would leave every file of it as it is. */
  async isLaid(planned: PlannedScene): Promise<boolean> {
    const { state } = planned;
    switch (state.kind) {
      case 'locked':
        return true;
      case 'done':
        return isAskedNoted(planned) && !hasCopy(this.#record, planned);
      case 'refused':
      case 'unusable': {
        const stored = await this.#tools.store.find(state.key);
        if (stored?.kind !== 'refused') return true;
        return isRefusalLaid(this.#record, planned, stored, refusalAdvice(stored.reason));
      }
      default:
        return false;
    }
  }

  async lay(planned: PlannedScene): Promise<LayOutcome<PlannedScene>> {
    const { state } = planned;
    if (state.kind === 'done') await removeCopy(this.#record, planned);
    if (state.kind === 'reused') {
      const laid = await layPicture(this.#record, planned, state.result, state.from);
      if (laid.kind !== 'laid') return this.#notLaid(planned, laid);
      await removeCopy(this.#record, planned);
      const { recipe, warnings } = laid;
      const key = asContentKey(recipe.key);
      // An answer of another version of the tool is laid under the key that it was paid for.
      const by = { kind: key === planned.key ? 'key' : 'asked' } as const;
      const done = { kind: 'done', key, recipe, pointer: false, by } as const;
      await indexAnswer(this.#tools.store, planned, key);
      return { kind: 'laid', planned: { ...planned, state: done }, warnings };
    }
    if (state.kind === 'done') await noteAsked(this.#record, planned);
    if (state.kind === 'refused' || state.kind === 'unusable') {
      const stored = await this.#tools.store.find(state.key);
      if (stored?.kind === 'refused') {
        const laid = await layRefusal(this.#record, planned, stored, refusalAdvice(stored.reason));
        if (laid.kind !== 'laid') return this.#notLaid(planned, laid);
        await indexAnswer(this.#tools.store, planned, state.key);
      }
    }
    return { kind: 'nothing-to-lay' };
  }

  #notLaid(planned: PlannedScene, laid: NotLaid): LayOutcome<PlannedScene> {
    return { kind: 'failed', failure: notLaidOutcome(laid, 'picture', editedAdvice(planned.name)) };
  }

  async isIntact({ state, entity, scene }: PlannedScene): Promise<boolean> {
    if (state.kind !== 'done' || state.pointer) return true;
    const { extension, sha256 } = state.recipe.picture;
    const path = scenePaths(entity, scene, this.#options.places).picture(extension);
    const facts = await this.#tools.digests.findNow(path);
    return facts.kind === 'picture' && facts.sha256 === sha256;
  }

  outcome(tracked: Tracked<PlannedScene>, request: EngineOutcome | undefined): SceneOutcome | undefined {
    const { planned, origin, failure } = tracked;
    // A take is reported if something became of it.
    const { standing } = this.facts(planned);
    const isQuiet = standing === 'absent' || (standing === 'settled' && origin === 'settled');
    if (planned.scene.isSpare && failure === undefined && isQuiet) return undefined;
    return pictureOutcome(tracked, request, this.#options.places);
  }

  diagnostics(loaded: LoadedEntity, planned: readonly PlannedScene[]): readonly Diagnostic[] {
    const blocked = planned.flatMap(({ state, isUnasked }) =>
      state.kind === 'blocked' && isUnasked !== true ? state.diagnostics : [],
    );
    // Those of a take are those of its scene.
    const notes = planned.flatMap((one) => (one.scene.isSpare ? [] : one.diagnostics));
    const { styleDiagnostics } = this.#options.world;
    return [...new Set([...styleDiagnostics, ...loaded.diagnostics, ...blocked, ...notes])];
  }

  delivered(): Promise<ReadonlyMap<string, number>> {
    const { workspaceRoot, world, places } = this.#options;
    return deliveredByJob(workspaceRoot, world, places);
  }
}

/** Each scene, and after it the takes of it that it does not name. */
function scenesOf(loaded: LoadedEntity, options: GenerateOptions): SceneSubject[] {
  const { entity } = loaded;
  if (entity === undefined) return [];
  return entity.scenes.flatMap((scene) => {
    const of = sceneName(entity, scene);
    const common = { loaded, entity, scene };
    return [
      { name: of, ...common, take: scene.take },
      ...spareTakes(entity, scene, options).map((take) => ({
        name: sceneName(entity, takeOf(scene, take)),
        ...common,
        take,
        of,
      })),
    ];
  });
}

function standingOf({ state, isUnasked }: PlannedScene): Standing {
  const isThere = state.kind === 'done' || state.kind === 'reused' || state.kind === 'edited';
  if (isUnasked === true && !isThere) return 'absent';
  switch (state.kind) {
    case 'locked':
    case 'done':
      return 'settled';
    case 'reused':
      return 'stored';
    case 'pending':
    case 'waits':
      return 'open';
    case 'refused':
    case 'unusable':
    case 'blocked':
    case 'edited':
      return 'stopped';
    default:
      return unreachable(state);
  }
}

function pointersOf({ state, entity, scene, files }: PlannedScene, places: Places): readonly string[] {
  if (state.kind === 'done' && state.pointer) {
    return [scenePaths(entity, scene, places).picture(state.recipe.picture.extension)];
  }
  if (state.kind !== 'pending') return [];
  return files.flatMap((file) => (file.pointer && file.path !== undefined ? [file.path] : []));
}
