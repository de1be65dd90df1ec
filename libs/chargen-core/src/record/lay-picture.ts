import { readFile, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isAspectRatio, isImageSize } from '../catalogue/index.js';
import { shapeMatches } from '../picture/index.js';
import {
  PICTURE_EXTENSIONS,
  scenePaths,
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
  resultOf,
  type Recipe,
  type Refusal,
} from '../recipe/index.js';
import type { GeneratedResult, RefusedResult, ResultStore } from '../store/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { isMissing } from '../util/fs-error.js';
import { sha256Hex } from '../util/digest.js';

export interface RecordContext {
  readonly workspaceRoot: string;
  readonly places: Places;
  readonly store: ResultStore;
  readonly digests: FileDigests;
}

/** The part of a recipe that a refusal has as well. */
function commonOf(planned: PlannedScene, places: Places, result: GeneratedResult | RefusedResult) {
  const { key, request, compiler } = requestOf(planned, result);
  return {
    v: 1 as const,
    item: itemName(planned.name, key),
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
  const answered = result.kind === 'generated' && result.key !== key ? result.answered : undefined;
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
export function shapeWarnings(planned: PlannedScene, picture: { width: number; height: number }): string[] {
  const asked = planned.request?.request.generationConfig.imageConfig;
  if (asked === undefined || !isAspectRatio(asked.aspectRatio)) return [];
  const size = asked.imageSize ?? '1K';
  if (!isImageSize(size)) return [];
  const match = shapeMatches(picture, asked.aspectRatio, size);
  const got = `${String(picture.width)}x${String(picture.height)}`;
  return [
    ...(match.ratio ? [] : [`Asked for the shape ${asked.aspectRatio}, the picture is ${got}.`]),
    ...(match.size ? [] : [`Asked for the size ${size}, the picture is ${got}.`]),
  ];
}

/**
 * Lays a stored picture into its entity's folder, byte for byte, and its recipe beside it. The old picture goes
 * first (its bytes are in the store), then the recipe comes, then the picture: at no moment does a picture lie
 * there that is not its recipe's, which would be taken for an author's work where a crash is followed by the
 * loss of the store. `from` is where a picture lies that the store does not have yet, relative to the workspace.
 */
export async function layPicture(
  context: RecordContext,
  planned: PlannedScene,
  result: GeneratedResult,
  from?: string,
): Promise<{ readonly path: string; readonly warnings: readonly string[] }> {
  const { workspaceRoot, places, store, digests } = context;
  if (from !== undefined) await keepFound(context, result, from);
  const paths = scenePaths(planned.entity, planned.scene, places);
  const { picture } = result;
  const path = paths.picture(picture.extension);
  const bytes = await store.readPicture(picture);
  const before = await readRecipe(join(workspaceRoot, paths.recipe));
  if (before.kind === 'present') {
    await keepOldPicture(context, planned, before.value, picture.sha256);
    const old = paths.picture(before.value.picture.extension);
    if (old !== path || before.value.picture.sha256 !== picture.sha256) {
      await rm(join(workspaceRoot, old), { force: true });
      digests.forget(old);
    }
  }
  const warnings = shapeWarnings(planned, picture);
  const recipe: Recipe = {
    ...commonOf(planned, places, result),
    picture: { ...picture, file: posix.basename(path) },
    provenance: result.provenance,
    drafts: result.drafts,
    warnings,
  };
  await writeFileAtomic(join(workspaceRoot, paths.recipe), `${JSON.stringify(recipe, undefined, 2)}\n`);
  await writeFileAtomic(join(workspaceRoot, path), bytes);
  digests.forget(path);
  await removeEmptySiblings(context, planned, picture.extension);
  await rm(join(workspaceRoot, paths.refusal), { force: true });
  return { path, warnings };
}

/** Laying another picture over a found one has put it into the store. */
async function keepFound(context: RecordContext, result: GeneratedResult, from: string): Promise<void> {
  const { workspaceRoot, store } = context;
  if ((await store.find(result.key))?.kind === 'generated') return;
  await store.keep(result, await readFile(join(workspaceRoot, from)));
}

/** The picture that is about to be replaced was paid for, perhaps by somebody whose store is not here. */
async function keepOldPicture(
  context: RecordContext,
  planned: PlannedScene,
  recipe: Recipe,
  replacedBy: string,
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
      await rm(join(context.workspaceRoot, paths.picture(other)), { force: true });
    }
  }
}

/** Writes down why there is no (new) picture, where teammates and the Nx cache find it. */
export async function layRefusal(
  context: RecordContext,
  planned: PlannedScene,
  result: RefusedResult,
  advice: string,
): Promise<void> {
  const paths = scenePaths(planned.entity, planned.scene, context.places);
  const refusal: Refusal = {
    ...commonOf(planned, context.places, result),
    reason: result.reason,
    message: result.message,
    advice,
    ...(result.attempt === undefined ? {} : { attempt: result.attempt }),
    provenance: result.provenance,
  };
  await writeFileAtomic(
    join(context.workspaceRoot, paths.refusal),
    `${JSON.stringify(refusal, undefined, 2)}\n`,
  );
}
