import { join } from 'node:path';
import type { LoadedEntity, World } from '../content/index.js';
import {
  FileDigests,
  FoundPictures,
  NO_RECIPE,
  PICTURE_EXTENSIONS,
  Planner,
  scenePaths,
  scenesWithTakes,
  type ChargenSettings,
  type Places,
  type ScenePaths,
} from '../plan/index.js';
import { readRecipe } from '../recipe/index.js';
import { ResultStore } from '../store/index.js';
import { editedAdvice } from '../pipeline/picture-outcome.js';
import { foldersWrittenIn, settleLeftovers, type KeptVersion } from '../record/leftovers.js';
import { keepEdited } from '../record/keep-edited.js';
import { namesIn } from '../util/names-in.js';

export interface EditedPicture {
  /** `character/cidrella-vexweld/workshop-tinkering` */
  readonly scene: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly why: string;
  /** Where its bytes were kept, relative to the workspace; undefined for a recipe that cannot be read. */
  readonly kept: string | undefined;
}

export interface GuardOptions {
  readonly workspaceRoot: string;
  readonly world: World;
  readonly settings: ChargenSettings;
  readonly places: Places;
  /** The entities to look at; all of them if it is left out. */
  readonly only?: ReadonlySet<LoadedEntity>;
  /** Called for each version of a file that is there under a name of its own, for a person to compare. */
  readonly onKept?: (version: KeptVersion) => void;
  /** Called for each entity whose pictures are those of their recipes, even if something else is asked for by now. */
  readonly onAsRecorded?: (loaded: LoadedEntity) => void;
}

/**
 * Finds pictures that are no longer those of their recipe and keeps their bytes, before Nx may restore an
 * older picture over them. Reads sizes and times first; bytes only if these differ from what was seen last.
 */
export async function findEditedPictures(options: GuardOptions): Promise<EditedPicture[]> {
  const { workspaceRoot, world, settings, places } = options;
  const looked = world.entities.filter((loaded) => options.only?.has(loaded) !== false);
  const kept = await settleLeftovers(workspaceRoot, foldersWrittenIn(world, looked, places));
  for (const version of kept) options.onKept?.(version);
  const digests = await FileDigests.open(workspaceRoot, join(workspaceRoot, places.stateDir, 'digests.json'));
  const store = new ResultStore(join(workspaceRoot, places.stateDir, 'store'));
  const found = new FoundPictures(world, places, digests);
  const planner = new Planner({ world, settings, places, store, digests, found });
  const edited: EditedPicture[] = [];
  for (const loaded of looked) {
    const { entity } = loaded;
    if (entity === undefined) continue;
    let asRecorded = true;
    const present = await pictureStems(join(workspaceRoot, entity.root, places.imagesDir));
    for (const scene of await scenesWithTakes(workspaceRoot, entity, places)) {
      if (scene.locked || (!scene.isSpare && !present.has(scene.id))) continue;
      if (await isAsRecorded(workspaceRoot, scenePaths(entity, scene, places), digests)) continue;
      asRecorded = false;
      const planned = await planner.plan(entity, scene);
      // What stops a scene need not be in the hash of its task: Nx may restore over its picture all the same.
      const found = await planner.edited(planned);
      if (found === undefined) continue;
      const isPicture = found.path !== scenePaths(entity, scene, places).recipe;
      const kept = isPicture ? await keepEdited(workspaceRoot, places, found.path) : undefined;
      edited.push({ scene: planned.name, path: found.path, why: found.why, kept });
    }
    if (asRecorded) options.onAsRecorded?.(loaded);
  }
  await digests.save();
  return edited;
}

/** The usual case, judged without compiling a prompt: this runs before every run of our targets. */
async function isAsRecorded(
  workspaceRoot: string,
  paths: ScenePaths,
  digests: FileDigests,
): Promise<boolean> {
  const recipe = await readRecipe(join(workspaceRoot, paths.recipe));
  if (recipe.kind !== 'present') return false;
  const facts = await digests.find(paths.picture(recipe.value.picture.extension));
  return facts.kind === 'picture' && facts.sha256 === recipe.value.picture.sha256;
}

async function pictureStems(folder: string): Promise<Set<string>> {
  return new Set(
    (await namesIn(folder)).flatMap((name) => {
      const extension = PICTURE_EXTENSIONS.find((one) => name.endsWith(`.${one}`));
      return extension === undefined ? [] : [name.slice(0, -extension.length - 1)];
    }),
  );
}

/** The most names of pictures in the guard's message. */
const SHOWN = 10;

/** The guard's message when it stops a run. */
export function describeEdited(edited: readonly EditedPicture[]): string {
  const list = edited.slice(0, SHOWN).map((one) => `${one.path}: ${one.why}.\n${editedAdvice(one.scene)}`);
  const more = edited.length - SHOWN;
  return [
    edited.length === 1
      ? 'A picture was changed by hand. Nothing was run, so that it is not replaced:'
      : `${edited.length} pictures were changed by hand. Nothing was run, so that they are not replaced:`,
    ...list,
    ...(more > 0 ? [`and ${more} more; see all of them with: npx chargen status`] : []),
    ...(edited.some(({ why }) => why === NO_RECIPE)
      ? ['If pictures are from before chargen, count them as done with: npx chargen adopt --dry-run']
      : []),
  ].join('\n');
}
