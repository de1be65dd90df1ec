import { readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { formatOfName } from '../picture/index.js';
import { scenePaths, type FileDigests, type FileFacts, type PlannedScene } from '../plan/index.js';
import { COMPILER_VERSION } from '../prompt/compiler-version.js';
import { ADOPTED, recipeSchema, refusalSchema, type Recipe } from '../recipe/index.js';
import { layBytes, layJson, type LaidFile, type LayContext, type NotLaid } from '../record/lay-file.js';
import { recipeHead } from '../record/lay-picture.js';
import type { StoredPicture } from '../store/index.js';
import { atOnce } from '../util/at-once.js';
import { syncFolder } from '../util/atomic-write.js';

/** A Git LFS pointer names the bytes that it stands for, but not the width of the picture. */
export function pictureOf(facts: FileFacts, path: string): StoredPicture | undefined {
  if (facts.kind !== 'picture') return undefined;
  const { verdict } = facts;
  if (verdict.kind === 'whole') {
    const { mimeType, extension, width, height } = verdict;
    return { sha256: facts.sha256, bytes: facts.bytes, mimeType, extension, width, height };
  }
  if (verdict.kind !== 'lfs-pointer') return undefined;
  return { sha256: verdict.oid, bytes: verdict.size, ...formatOfName(path), width: 0, height: 0 };
}

/** A scene that gets a picture from before chargen. */
export interface Chosen {
  readonly planned: PlannedScene;
  /** The picture, and where its copy goes; relative to the workspace. */
  readonly from: string;
  readonly to: string;
  /** Scenes that it shows and that have no picture. */
  readonly without: readonly string[];
}

export interface NotAdopted<T extends Chosen> {
  readonly one: T;
  readonly why: string;
}

/**
 * Lays the pictures, then the recipes, and each folder is synced once after both. Returns those that could not be laid:
 * a file that an author has put there meanwhile stays.
 */
export async function layAdopted<T extends Chosen>(
  context: LayContext,
  chosen: readonly T[],
  digests: FileDigests,
): Promise<readonly NotAdopted<T>[]> {
  const failed: NotAdopted<T>[] = [];
  let left = chosen;
  for (const layOne of [layCopy, layRecipe]) {
    const folders = new Set<string>();
    const syncNew = (folder: string): Promise<void> => {
      folders.add(folder);
      return Promise.resolve();
    };
    const laid = new Set<T>();
    await atOnce(left, async (one) => {
      const outcome = await layOne({ ...context, syncNew }, one, digests);
      if (outcome.kind === 'laid') laid.add(one);
      else failed.push({ one, why: whyNotLaid(outcome) });
    });
    await atOnce(folders, syncFolder);
    left = left.filter((one) => laid.has(one));
  }
  return failed;
}

function whyNotLaid(outcome: NotLaid): string {
  return outcome.kind === 'moved'
    ? `${outcome.path} is not there any more`
    : `${outcome.path}: ${outcome.why}`;
}

async function layCopy(context: LayContext, { from, to }: Chosen, digests: FileDigests): Promise<LaidFile> {
  if (from === to) return { kind: 'laid' };
  const bytes = await readFile(join(context.workspaceRoot, from));
  const why = 'another picture was put there meanwhile';
  const laid = await layBytes(context, to, bytes, () => ({ kind: 'authors', why }));
  digests.forget(to);
  return laid;
}

async function layRecipe(
  context: LayContext,
  { planned, from, to, without }: Chosen,
  digests: FileDigests,
): Promise<LaidFile> {
  const { workspaceRoot, places } = context;
  const { key, request } = planned;
  const picture = pictureOf(await digests.find(from), from);
  if (picture === undefined) return { kind: 'moved', path: from };
  if (key === undefined || request === undefined) throw new Error(`The scene ${planned.name} has no key.`);
  const recipe: Recipe = {
    ...recipeHead(planned, places, { key, request, compiler: COMPILER_VERSION }),
    picture: { ...picture, file: posix.basename(to) },
    provenance: {
      model: ADOPTED,
      run: ADOPTED,
      job: posix.basename(from),
      finishedAt: (await stat(join(workspaceRoot, from))).mtime.toISOString(),
      costUsd: null,
    },
    drafts: 0,
    warnings: ['This picture is from before chargen: what made it is not known.'],
    ...(without.length === 0 ? {} : { without: [...without] }),
  };
  const paths = scenePaths(planned.entity, planned.scene, places);
  const laid = await layJson(context, paths.recipe, recipe, recipeSchema);
  // As a picture that was made: a refusal beside it would be asked again by `retry`.
  return laid.kind === 'laid' ? layJson(context, paths.refusal, undefined, refusalSchema) : laid;
}
