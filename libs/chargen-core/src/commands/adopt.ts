import { join } from 'node:path';
import {
  adoptableScenes,
  imagePath,
  RECIPE_SUFFIX,
  withoutExtension,
  type DoubtfulPicture,
  type Entity,
  type LoadedEntity,
  type Scene,
  type World,
} from '../content/index.js';
import {
  FoundPictures,
  Planner,
  sceneName,
  scenePaths,
  type FileDigests,
  type PlannedScene,
} from '../plan/index.js';
import { foldersWrittenIn, settleLeftovers } from '../record/leftovers.js';
import { writeRecord } from '../record/write-record.js';
import { layAdopted, pictureOf, type Chosen } from './lay-adopted.js';
import { picturesIn } from './looks-made.js';
import { digestsOf, storeOf, type SceneContext } from '../pipeline/plan-scene.js';
import { exists } from '../util/exists.js';

export type AdoptedScene = {
  /** `character/finn/rooftop` */
  readonly scene: string;
  /** The picture that belongs to it, relative to the workspace. */
  readonly from: string;
  /** What ties it to the scene: an inventory, its name, or a person. */
  readonly how: 'inventory' | 'name' | 'person';
  /** Older pictures of the scene, left where they are. */
  readonly older: readonly string[];
} &
  /** `without`: scenes that it shows and that have no picture yet; it is done for as long as it asks for the same. */
  (
    | { readonly kind: 'adopt'; readonly to: string; readonly without: readonly string[] }
    /** It has a picture, or is locked. */
    | { readonly kind: 'settled'; readonly state: 'done' | 'locked' | 'edited' | 'reused' }
    /** Because of an error it is not known which request the picture answers. */
    | { readonly kind: 'not-yet'; readonly why: string }
    | { readonly kind: 'unusable'; readonly why: string }
  );

/** A picture that no scene names; a person has to decide what it shows. */
export interface LeftPicture {
  /** Relative to the workspace. */
  readonly picture: string;
  /** The scene whose name is nearest, `character/finn/rooftop`; undefined if the entity has no scene. */
  readonly nearest: string | undefined;
}

export interface AdoptionPlan {
  readonly scenes: readonly AdoptedScene[];
  readonly doubtful: readonly (DoubtfulPicture & { readonly entity: string })[];
  readonly left: readonly LeftPicture[];
  /** Files that were left as they are; the record is written by `chargen record`. */
  readonly notRecorded: readonly { readonly file: string; readonly why: string }[];
}

/**
 * Ties pictures from before chargen to the scenes that they were made for, so that these count as done. With
 * `apply`, a copy is laid under the scene's name with a recipe of the present request beside it, and the record
 * is written; the picture itself stays where it is. Scenes that show others come after them; one that shows a
 * scene without any picture is adopted without it: if that picture is made later, the adopted one must not be paid for
 * because of it.
 */
export async function adoptPictures(
  context: SceneContext,
  chosen: readonly LoadedEntity[],
  apply: boolean,
): Promise<AdoptionPlan> {
  if (apply)
    await settleLeftovers(context.workspaceRoot, foldersWrittenIn(context.world, chosen, context.places));
  const { candidates, doubtful, left } = await findCandidates(context, chosen);
  const scenes = await adoptAll(context, candidates, apply);
  return { scenes, doubtful, left, notRecorded: apply ? await writeRecords(context, chosen) : [] };
}

/** Ties one picture, of any name, to a scene because a person asks for it; see `adoptPictures`. */
export async function adoptAs(
  context: SceneContext,
  entity: Entity,
  scene: Scene,
  from: string,
  apply: boolean,
): Promise<Pick<AdoptionPlan, 'scenes' | 'notRecorded'>> {
  const { workspaceRoot, world, places } = context;
  const chosen = world.entities.filter((one) => one.entity === entity);
  if (apply) await settleLeftovers(workspaceRoot, foldersWrittenIn(world, chosen, places));
  const scenes = await adoptAll(context, [{ entity, scene, from, how: 'person', older: [] }], apply);
  return { scenes, notRecorded: apply ? await writeRecords(context, chosen) : [] };
}

/** Sorted by scene. Each wave is planned and judged, then its pictures are laid, which the next one's requests need. */
async function adoptAll(
  context: SceneContext,
  candidates: readonly Candidate[],
  apply: boolean,
): Promise<AdoptedScene[]> {
  const digests = await digestsOf(context);
  const scenes = new Map<string, AdoptedScene>();
  const pictures = new FoundPictures(context.world, context.places, digests);
  const adopted = new Set<string>();
  const wave = async (mayLack: (missing: readonly string[]) => boolean): Promise<boolean> => {
    const planner = new Planner({ ...context, store: storeOf(context), digests, found: pictures });
    const already = adopted.size;
    const chosen: (Chosen & Pick<Candidate, 'how' | 'older'>)[] = [];
    for (const { entity, scene, from, how, older } of candidates) {
      const before = scenes.get(sceneName(entity, scene));
      if (before !== undefined && before.kind !== 'not-yet') continue;
      const planned = await planner.plan(entity, scene);
      const outcome = await judge(context, planned, from, digests, { adopted, mayLack, isApplied: apply });
      scenes.set(planned.name, { scene: planned.name, from, how, older, ...outcome });
      if (outcome.kind !== 'adopt') continue;
      const { to, without } = outcome;
      adopted.add(planned.name);
      if (!apply) continue;
      const asked = without.length === 0 ? planned : await planner.planWithout(entity, scene, without);
      chosen.push({ planned: asked, from, to, without, how, older });
    }
    for (const { one, why } of await layAdopted(context, chosen, digests)) {
      const { planned, from, how, older } = one;
      scenes.set(planned.name, { scene: planned.name, from, how, older, kind: 'unusable', why });
      adopted.delete(planned.name);
    }
    return adopted.size > already;
  };
  const never = (): boolean => false;
  // A scene that may still get a picture in the next wave is waited for.
  const noneIsNext = (missing: readonly string[]): boolean =>
    missing.every((one) => scenes.get(one)?.kind !== 'not-yet');
  while ((await wave(never)) || (await wave(noneIsNext)));
  return [...scenes.values()].sort((a, b) => (a.scene < b.scene ? -1 : 1));
}

/** A picture and the scene that it belongs to. */
interface Candidate extends Pick<AdoptedScene, 'from' | 'how' | 'older'> {
  readonly entity: Entity;
  readonly scene: Scene;
}

async function findCandidates(
  { workspaceRoot, world }: SceneContext,
  chosen: readonly LoadedEntity[],
): Promise<{ readonly candidates: readonly Candidate[] } & Pick<AdoptionPlan, 'doubtful' | 'left'>> {
  const candidates: Candidate[] = [];
  const doubtful: AdoptionPlan['doubtful'][number][] = [];
  const left: LeftPicture[] = [];
  const shown = shownFiles(world);
  for (const loaded of chosen) {
    const { entity } = loaded;
    if (entity === undefined) continue;
    const folder = join(workspaceRoot, imagePath(entity.root));
    const files = await picturesIn(folder);
    const adoption = adoptableScenes(entity, files, loaded.inventory);
    doubtful.push(...adoption.doubtful.map((one) => ({ ...one, entity: loaded.id })));
    for (const { scene: id, file, how, older } of adoption.adopt) {
      const scene = entity.scenes.find((one) => one.id === id);
      const from = imagePath(entity.root, file);
      if (scene !== undefined) candidates.push({ entity, scene, from, how, older });
    }
    for (const { file, nearest } of adoption.unmentioned) {
      const picture = imagePath(entity.root, file);
      const hasRecipe = await exists(join(folder, `${withoutExtension(file)}${RECIPE_SUFFIX}`));
      if (shown.has(picture) || hasRecipe) continue;
      left.push({ picture, nearest: nearest === undefined ? undefined : `${loaded.id}/${nearest}` });
    }
  }
  return { candidates, doubtful, left };
}

/** Pictures that a scene of the world shows by their path. */
function shownFiles({ entities }: World): ReadonlySet<string> {
  const scenes = entities.flatMap(({ entity }) => entity?.scenes ?? []);
  return new Set(
    scenes.flatMap(({ references }) => references.flatMap((one) => (one.kind === 'file' ? [one.path] : []))),
  );
}

/** Returns the files whose record could not be written, each with the reason. */
async function writeRecords(
  { workspaceRoot, settings }: SceneContext,
  chosen: readonly LoadedEntity[],
): Promise<AdoptionPlan['notRecorded']> {
  const notRecorded: AdoptionPlan['notRecorded'][number][] = [];
  for (const { entity } of chosen) {
    if (entity === undefined) continue;
    const outcome = await writeRecord(workspaceRoot, entity, { prompts: settings.recordPrompts });
    if (outcome.kind === 'refused') notRecorded.push({ file: entity.file, why: outcome.why });
  }
  return notRecorded;
}

type Outcome<T> = T extends unknown ? Omit<T, 'scene' | 'from' | 'how' | 'older'> : never;

interface Waiting {
  readonly adopted: ReadonlySet<string>;
  /** Whether adopted pictures are laid after the wave; if not, they are only reported. */
  readonly isApplied: boolean;
  /** Whether a scene is adopted although those that it shows have no picture. */
  readonly mayLack: (missing: readonly string[]) => boolean;
}

async function judge(
  { workspaceRoot, places }: SceneContext,
  planned: PlannedScene,
  from: string,
  digests: FileDigests,
  { adopted, mayLack, isApplied }: Waiting,
): Promise<Outcome<AdoptedScene>> {
  const { state } = planned;
  let without: readonly string[] = [];
  const paths = scenePaths(planned.entity, planned.scene, places);
  switch (state.kind) {
    case 'done':
    case 'locked':
    case 'reused':
      return { kind: 'settled', state: state.kind };
    case 'edited':
      // The picture itself may bear the scene's name: it is then "edited" only because it has no recipe. So is its copy,
      // if an adoption was killed before the recipe.
      if (state.path === from) break;
      if (await exists(join(workspaceRoot, paths.recipe))) return { kind: 'settled', state: 'edited' };
      if (!(await isSamePicture(digests, state.path, from))) return { kind: 'settled', state: 'edited' };
      break;
    case 'waits': {
      // What was laid in this wave is known to the planner of the next one, which then has its bytes.
      if (isApplied && state.on.some((one) => adopted.has(one))) {
        return { kind: 'not-yet', why: `it shows ${state.on.join(', ')}` };
      }
      // Without `apply` nothing is laid, so that what would be there is only known by name.
      const missing = state.on.filter((one) => !adopted.has(one));
      if (missing.length === 0) break;
      if (mayLack(missing)) {
        without = [...new Set(missing)].sort();
        break;
      }
      return { kind: 'not-yet', why: `it shows ${missing.join(', ')}, which has no picture yet` };
    }
    case 'blocked':
      return { kind: 'not-yet', why: state.diagnostics[0]?.message ?? 'it has an error' };
    case 'pending':
    case 'refused':
    case 'unusable':
      break;
  }
  const facts = await digests.find(from);
  const picture = pictureOf(facts, from);
  if (picture === undefined) return { kind: 'unusable', why: 'it is no whole picture' };
  return { kind: 'adopt', to: paths.picture(picture.extension), without };
}

async function isSamePicture(digests: FileDigests, one: string, other: string): Promise<boolean> {
  const [a, b] = [await digests.find(one), await digests.find(other)];
  return a.kind === 'picture' && b.kind === 'picture' && a.sha256 === b.sha256;
}
