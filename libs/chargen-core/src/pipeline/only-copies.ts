import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { roundMicro } from '../plan/index.js';
import { ADOPTED } from '../recipe/index.js';
import type { OnlyCopies } from '../report/outcome.js';
import { readBackupRecord, storedResults, waitingForShared, type StoredResult } from '../store/index.js';
import { isMissing } from '../util/fs-error.js';
import { ignoredByGit, knownToGit } from '../util/git-ignored.js';
import { laidAnswers } from './laid-answers.js';
import { storeOf, type SceneContext } from './plan-scene.js';

interface Found {
  readonly result: StoredResult;
  /** Files that hold it, relative to the workspace. */
  readonly files: string[];
}

/**
 * What was paid for and is only in folders of this machine that git ignores: `git clean -fdx` would delete it. A file
 * that git does not ignore, a picture that it has from before, the last backup and, with `isShared`, the shared store
 * count as another copy. Each content key counts once. Outside of a git repository nothing is counted.
 */
export async function findOnlyCopies(context: SceneContext, isShared: boolean): Promise<OnlyCopies> {
  const { workspaceRoot, places, world } = context;
  const stateFolder = join(workspaceRoot, places.stateDir);
  const store = storeOf(context);
  const found = new Map<string, Found>();
  const add = (result: StoredResult, file: string): void => {
    const files = found.get(result.key)?.files ?? [];
    found.set(result.key, { result, files: [...files, file] });
  };
  for await (const result of storedResults(store.folder)) {
    if (result.kind === 'generated' && !(await store.hasPicture(result.picture))) continue;
    add(result, posix.join(places.stateDir, 'store', 'results', result.key));
  }
  for await (const { result, file } of laidAnswers(context, world.entities)) {
    if (result.kind === 'generated' && !(await hasSize(join(workspaceRoot, file), result.picture.bytes)))
      continue;
    add(result, file);
  }
  const ignored = await ignoredByGit(
    workspaceRoot,
    [...found.values()].flatMap(({ files }) => files),
  );
  const backup = new Set((await readBackupRecord(stateFolder))?.keys);
  const waiting = isShared ? await waitingForShared(store.folder) : undefined;
  const unkept = [...found.values()].filter(
    ({ result, files }) =>
      result.provenance.run !== ADOPTED &&
      files.every((file) => ignored?.has(file) === true) &&
      !backup.has(result.key) &&
      waiting?.has(result.key) !== false,
  );
  // A picture that another has replaced in its folder: a commit of before may have it.
  const earlierPicture = ({ result, files }: Found): string[] =>
    result.kind === 'generated' && files.length === 1 && files[0]?.startsWith(`${places.stateDir}/`) === true
      ? [store.picturePath(result.picture)]
      : [];
  const inGit = await knownToGit(workspaceRoot, unkept.flatMap(earlierPicture));
  const only = unkept.filter((one) => earlierPicture(one).every((path) => !inGit.has(path)));
  const known = only.flatMap(({ result }) => result.provenance.costUsd ?? []);
  return {
    answers: only.length,
    costUsd: roundMicro(known.reduce((sum, cost) => sum + cost, 0)),
    unknown: only.length - known.length,
  };
}

async function hasSize(path: string, bytes: number): Promise<boolean> {
  try {
    return (await stat(path)).size === bytes;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
