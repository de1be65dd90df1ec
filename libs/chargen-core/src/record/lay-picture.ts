import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isAspectRatio, isImageSize } from '../catalogue/index.js';
import { parseLfsPointer, shapeMatches } from '../picture/index.js';
import {
  pathToRead,
  PICTURE_EXTENSIONS,
  scenePaths,
  withoutTake,
  writtenDigest,
  type FileDigests,
  type PlannedScene,
  type Places,
} from '../plan/index.js';
import { COMPILER_VERSION } from '../prompt/compiler-version.js';
import {
  asContentKey,
  canonicalRequestSchema,
  itemName,
  readRecipe,
  recipeSchema,
  refusalSchema,
  resultOf,
  type Recipe,
  type Refusal,
} from '../recipe/index.js';
import type { GeneratedResult, RefusedResult, Store } from '../store/index.js';
import { isMissing } from '../util/fs-error.js';
import { sha256Hex } from '../util/digest.js';
import { isSurelyAbsent } from '../util/stats-of.js';
import {
  bytesAt,
  layBytes,
  layJson,
  openEntityFolder,
  OWN,
  saysTheSame,
  type LaidFile,
  type LayContext,
  type NotLaid,
  type OwnVerdict,
} from './lay-file.js';

export interface RecordContext extends LayContext {
  readonly store: Store;
  readonly digests: FileDigests;
}

/** The part of a recipe that a refusal has as well. */
function commonOf(planned: PlannedScene, places: Places, result: GeneratedResult | RefusedResult) {
  return recipeHead(planned, places, requestOf(planned, result));
}

type RecipeHead = Pick<Recipe, 'v' | 'item' | 'key' | 'preview' | 'request' | 'asked' | 'references'>;

/** What a request was made of, and what people had asked for: the same in every recipe, however its picture came. */
export function recipeHead(
  planned: PlannedScene,
  places: Places,
  { key, request, compiler }: ReturnType<typeof requestOf>,
): RecipeHead {
  return {
    v: 1 as const,
    // Which take it is, its request states; the file may be that of the scene tomorrow.
    item: itemName(withoutTake(planned.name), key),
    key,
    ...(places.mode === 'preview' ? { preview: true as const } : {}),
    request,
    asked: { ...planned.asked, compiler },
    references: planned.references.flatMap(({ reference, file }) =>
      file === undefined
        ? []
        : [
            {
              name: reference.name,
              role: reference.role,
              // The place of a made picture differs between machines; only an authored file's place is a fact.
              ...(reference.kind === 'file' && file.path !== undefined ? { path: file.path } : {}),
              sha256: file.sha256,
              written: writtenDigest(reference.written),
            },
          ],
    ),
  };
}

/** What the answer was asked for with: by this version's words, or by those of the version that paid for it. */
function requestOf(planned: PlannedScene, result: GeneratedResult | RefusedResult) {
  const { key, request } = planned;
  const answered = result.key === key ? undefined : result.answered;
  if (answered !== undefined) {
    return {
      key: asContentKey(result.key),
      request: canonicalRequestSchema.parse(answered.request),
      compiler: answered.compiler,
    };
  }
  if (key === undefined || request === undefined) throw new Error(`The scene ${planned.name} has no key.`);
  return { key, request, compiler: COMPILER_VERSION };
}

/** What is not as it was asked for. The picture is kept and counted as paid: only a person can judge it. */
function shapeWarnings(planned: PlannedScene, picture: { width: number; height: number }): string[] {
  const asked = planned.request?.request.generationConfig.imageConfig;
  if (asked === undefined || !isAspectRatio(asked.aspectRatio)) return [];
  const size = asked.imageSize ?? '1K';
  if (!isImageSize(size)) return [];
  const match = shapeMatches(picture, asked.aspectRatio, size);
  const got = `${picture.width}x${picture.height}`;
  return [
    ...(match.ratio ? [] : [`Asked for the shape ${asked.aspectRatio}, the picture is ${got}.`]),
    ...(match.size ? [] : [`Asked for the size ${size}, the picture is ${got}.`]),
  ];
}

export type LaidPicture =
  | {
      readonly kind: 'laid';
      readonly path: string;
      readonly warnings: readonly string[];
      readonly recipe: Recipe;
    }
  | NotLaid;

/**
 * Lays a stored picture into its entity's folder, byte for byte, and its recipe beside it. The old picture goes
 * first (its bytes are in the store), then the recipe comes, then the picture: at no moment is a picture
 * there that is not its recipe's, which would be taken for an author's work if a crash is followed by the loss of
 * the store. `from` is where a picture is that the store does not have yet, relative to the workspace.
 *
 * All that an author puts there at any moment stays: only the recipe's own picture is removed, and only the one that
 * is laid, an emptied file or a Git LFS pointer to one of both is replaced.
 */
export async function layPicture(
  context: RecordContext,
  planned: PlannedScene,
  result: GeneratedResult,
  from?: string,
): Promise<LaidPicture> {
  const { workspaceRoot, places, store, digests } = context;
  if (from !== undefined) await keepFound(context, result, from);
  const paths = scenePaths(planned.entity, planned.scene, places);
  const { picture } = result;
  const path = paths.picture(picture.extension);
  const folder = await openEntityFolder(context, planned.entity, path);
  if (folder.kind !== 'laid') return folder;
  const bytes = await store.readPicture(picture);
  const before = await readRecipe(join(workspaceRoot, paths.recipe));
  if (before.kind === 'broken')
    return { kind: 'authors', path: paths.recipe, why: `its recipe cannot be read (${before.why})` };
  const old = before.kind === 'present' ? before.value : undefined;
  const isOwn = ownPictures([picture.sha256, ...(old === undefined ? [] : [old.picture.sha256])]);
  const there = await bytesAt(join(workspaceRoot, path));
  const verdict = there === undefined ? OWN : isOwn(there);
  if (verdict.kind === 'authors') return { ...verdict, path };
  const removed =
    old === undefined ? LAID : await removeOldPicture(context, planned, old, path, picture.sha256);
  if (removed.kind !== 'laid') return removed;
  const warnings = shapeWarnings(planned, picture);
  const recipe: Recipe = {
    ...commonOf(planned, places, result),
    picture: { ...picture, file: posix.basename(path) },
    provenance: result.provenance,
    drafts: result.drafts,
    warnings,
  };
  for (const lay of [
    () => layJson(context, paths.recipe, recipe, recipeSchema),
    () => layBytes(context, path, bytes, isOwn),
  ]) {
    const laid = await lay();
    if (laid.kind !== 'laid') return laid;
  }
  digests.forget(path);
  await removeEmptySiblings(context, planned, picture.extension);
  // A file of another form stays: it is not the tool's.
  await layJson(context, paths.refusal, undefined, refusalSchema);
  return { kind: 'laid', path, warnings, recipe };
}

const LAID = { kind: 'laid' } as const;

/** Whether bytes are those of one of these pictures, or stand for one. */
function ownPictures(digests: readonly string[]): (bytes: Buffer) => OwnVerdict {
  return (bytes) => {
    // An emptied file, as a full disk leaves it, holds no work.
    if (bytes.byteLength === 0) return OWN;
    const oid = parseLfsPointer(bytes)?.oid;
    return digests.includes(sha256Hex(bytes)) || (oid !== undefined && digests.includes(oid))
      ? OWN
      : { kind: 'authors', why: 'its bytes are no longer those that the recipe names' };
  };
}

/** The recipe's picture goes if it is another one than the one that comes, or has another name. */
async function removeOldPicture(
  context: RecordContext,
  planned: PlannedScene,
  recipe: Recipe,
  path: string,
  replacedBy: string,
): Promise<LaidFile> {
  await keepOldPicture(context, planned, recipe, replacedBy);
  const old = scenePaths(planned.entity, planned.scene, context.places).picture(recipe.picture.extension);
  if (old === path && recipe.picture.sha256 === replacedBy) return LAID;
  context.digests.forget(old);
  return layBytes(context, old, undefined, ownPictures([recipe.picture.sha256]));
}

/** Laying another picture over a found one has put it into the store. */
async function keepFound(context: RecordContext, result: GeneratedResult, from: string): Promise<void> {
  const { workspaceRoot, store } = context;
  const isKept = async (): Promise<boolean> => (await store.find(result.key))?.kind === 'generated';
  if (await isKept()) return;
  try {
    await store.keep(result, await readFile(join(workspaceRoot, from)));
  } catch (error) {
    // The scene whose picture lay there was laid meanwhile, which has put this one into the store.
    if (!(await isKept())) throw error;
  }
}

/** Whether something lies in the place from which `removeCopy` would remove it. */
export function hasCopy(context: RecordContext, { entity, scene }: PlannedScene): boolean {
  if (scene.isSpare) return false;
  const { recipe } = scenePaths(entity, { ...scene, isSpare: true }, context.places);
  return !isSurelyAbsent(pathToRead({ world: context, digests: context.digests }, recipe));
}

/**
 * Removes the copy of a scene's picture that lies among its other takes, from before the scene named it. Its bytes are
 * in the store first; those of an author stay.
 */
export async function removeCopy(context: RecordContext, { entity, scene }: PlannedScene): Promise<void> {
  if (scene.isSpare) return;
  const copy = { entity, scene: { ...scene, isSpare: true } as const };
  const paths = scenePaths(entity, copy.scene, context.places);
  const recipe = await readRecipe(join(context.workspaceRoot, paths.recipe));
  if (recipe.kind !== 'present') return;
  const { picture } = recipe.value;
  await keepOldPicture(context, copy, recipe.value, undefined);
  const path = paths.picture(picture.extension);
  context.digests.forget(path);
  const removed = await layBytes(context, path, undefined, ownPictures([picture.sha256]));
  if (removed.kind === 'laid') await layJson(context, paths.recipe, undefined, recipeSchema);
}

/** The picture that is about to be replaced was paid for, perhaps from another machine, whose store is not here. */
async function keepOldPicture(
  context: RecordContext,
  planned: Pick<PlannedScene, 'entity' | 'scene'>,
  recipe: Recipe,
  replacedBy: string | undefined,
): Promise<void> {
  if (recipe.picture.sha256 === replacedBy) return;
  const paths = scenePaths(planned.entity, planned.scene, context.places);
  try {
    const bytes = await readFile(join(context.workspaceRoot, paths.picture(recipe.picture.extension)));
    if (sha256Hex(bytes) !== recipe.picture.sha256) return;
    await context.store.keep(resultOf(recipe), bytes);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** A 0-byte file of another extension, as a full disk leaves it, would hide the picture from other tools. */
async function removeEmptySiblings(
  context: RecordContext,
  planned: PlannedScene,
  extension: string,
): Promise<void> {
  const paths = scenePaths(planned.entity, planned.scene, context.places);
  for (const other of PICTURE_EXTENSIONS) {
    if (other === extension) continue;
    const facts = await context.digests.find(paths.picture(other));
    if (facts.kind === 'picture' && facts.verdict.kind === 'empty') {
      await layBytes(context, paths.picture(other), undefined, ownPictures([]));
    }
  }
}

/** Writes down why there is no (new) picture, where teammates and the Nx cache find it. */
export async function layRefusal(
  context: RecordContext,
  planned: PlannedScene,
  result: RefusedResult,
  advice: string,
): Promise<LaidFile> {
  const paths = scenePaths(planned.entity, planned.scene, context.places);
  const folder = await openEntityFolder(context, planned.entity, paths.refusal);
  if (folder.kind !== 'laid') return folder;
  return layJson(context, paths.refusal, refusalOf(context, planned, result, advice), refusalSchema);
}

/** Whether `layRefusal` would leave the file as it is. */
export function isRefusalLaid(
  context: RecordContext,
  planned: PlannedScene,
  result: RefusedResult,
  advice: string,
): Promise<boolean> {
  const { refusal } = scenePaths(planned.entity, planned.scene, context.places);
  const path = pathToRead({ world: context, digests: context.digests }, refusal);
  return saysTheSame(path, refusalOf(context, planned, result, advice));
}

function refusalOf(
  { places }: RecordContext,
  planned: PlannedScene,
  result: RefusedResult,
  advice: string,
): Refusal {
  return {
    ...commonOf(planned, places, result),
    reason: result.reason,
    message: result.message,
    advice,
    ...(result.attempt === undefined ? {} : { attempt: result.attempt }),
    provenance: result.provenance,
  };
}
