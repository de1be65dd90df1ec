import { createReadStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { createInterface } from 'node:readline';
import { PICTURE_EXTENSIONS } from '../content/index.js';
import { scenePaths, scenesWithTakes, PREVIEW_PLACES } from '../plan/index.js';
import { readRecipe } from '../recipe/index.js';
import { isFinished, readResultLine, RunDirectories } from '../run/index.js';
import { storedResults, type ResultStore, type StoredPicture } from '../store/index.js';
import { sha256Hex } from '../util/digest.js';
import { isMissing } from '../util/fs-error.js';
import { storeOf, type StoreContext } from '../pipeline/plan-scene.js';
import { namesIn } from '../util/names-in.js';

/** Something that can go, since what it holds is elsewhere too or was never paid for. */
export interface Removable {
  /** Relative to the workspace; a folder ends with a slash. */
  readonly path: string;
  readonly bytes: number;
  readonly why: 'picture-lies-in-its-folder' | 'run-is-over' | 'results-are-in-the-store' | 'preview';
}

export interface StoreSurvey {
  readonly removable: readonly Removable[];
  /** Pictures that are nowhere else: they are never removed. */
  readonly onlyCopies: { readonly count: number; readonly bytes: number };
  /** Pictures of authors that `discard` put aside: never removed either. */
  readonly authors: { readonly count: number; readonly bytes: number };
  /** Result files that hold something that the store does not, such as drafts that were billed. */
  readonly keptResults: readonly string[];
}

/**
 * What in `.chargen` can be made smaller. A paid picture stays as long as no whole copy of it is in its
 * entity's folder; what its result cost stays always.
 */
export async function surveyStore(context: StoreContext): Promise<StoreSurvey> {
  const { workspaceRoot, places } = context;
  const store = storeOf(context);
  const removable: Removable[] = [];
  const laid = await picturesInFolders(context);
  let count = 0;
  let bytes = 0;
  const seen = new Set<string>();
  for await (const result of storedResults(store.folder)) {
    if (result.kind !== 'generated' || seen.has(result.picture.sha256)) continue;
    seen.add(result.picture.sha256);
    const { picture } = result;
    if (!(await store.hasPicture(picture))) continue;
    if (laid.has(picture.sha256)) {
      const path = posix.join(places.stateDir, 'store', relativePicture(store, picture));
      removable.push({ path, bytes: picture.bytes, why: 'picture-lies-in-its-folder' });
    } else {
      count += 1;
      bytes += picture.bytes;
    }
  }
  const keptResults: string[] = [];
  const runs = new RunDirectories(join(workspaceRoot, places.stateDir, 'batch'));
  for (const id of await runs.list()) {
    const directory = runs.directory(id);
    const state = await directory.readState();
    if (state === undefined || !isFinished(state)) continue;
    for (const name of await namesIn(directory.folder)) {
      const path = posix.join(places.stateDir, 'batch', id, name);
      const size = await sizeOf(join(workspaceRoot, path));
      if (/^requests-\d+\.jsonl$/.test(name)) removable.push({ path, bytes: size, why: 'run-is-over' });
      if (!/^results-\d+\.jsonl$/.test(name)) continue;
      if (await isAllStored(join(workspaceRoot, path), store, laid)) {
        removable.push({ path, bytes: size, why: 'results-are-in-the-store' });
      } else {
        keptResults.push(path);
      }
    }
  }
  const preview = await folderSize(join(workspaceRoot, PREVIEW_PLACES.stateDir));
  if (preview > 0) removable.push({ path: `${PREVIEW_PLACES.stateDir}/`, bytes: preview, why: 'preview' });
  const edited = join(store.folder, 'edited');
  const authors = await namesIn(edited);
  return {
    removable: removable.sort((a, b) => (a.path < b.path ? -1 : 1)),
    onlyCopies: { count, bytes },
    authors: { count: authors.length, bytes: await folderSize(edited) },
    keptResults: keptResults.sort(),
  };
}

/** Removes what a survey found. A copy that went away since then is looked for again first. */
export async function removeFromStore(context: StoreContext, survey: StoreSurvey): Promise<number> {
  const laid = await picturesInFolders(context);
  let freed = 0;
  for (const { path, bytes, why } of survey.removable) {
    if (why === 'picture-lies-in-its-folder' && !laid.has(posix.basename(path).split('.')[0] ?? '')) continue;
    await rm(join(context.workspaceRoot, path), { recursive: true, force: true });
    freed += bytes;
  }
  return freed;
}

/** sha256 of every generated picture that is whole in its entity's folder, proven by its bytes. */
async function picturesInFolders({ workspaceRoot, world, places }: StoreContext): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { entity } of world.entities) {
    if (entity === undefined) continue;
    for (const scene of await scenesWithTakes(workspaceRoot, entity, places)) {
      const paths = scenePaths(entity, scene, places);
      const recipe = await readRecipe(join(workspaceRoot, paths.recipe));
      if (recipe.kind !== 'present') continue;
      const { sha256, extension } = recipe.value.picture;
      try {
        if (sha256Hex(await readFile(join(workspaceRoot, paths.picture(extension)))) === sha256)
          found.add(sha256);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
  }
  return found;
}

function relativePicture(store: ResultStore, picture: StoredPicture): string {
  return store
    .picturePath(picture)
    .slice(store.folder.length + 1)
    .replaceAll('\\', '/');
}

/** Whether every answer of a result file is in the store (or in a folder), so that the file adds nothing. */
async function isAllStored(path: string, store: ResultStore, laid: ReadonlySet<string>): Promise<boolean> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const outcome = readResultLine(line);
    if (outcome.kind === 'broken') return false;
    const { answer } = outcome;
    if (answer.kind === 'unreadable') return false;
    if (answer.kind !== 'picture') continue;
    // Drafts are billed like pictures and are nowhere else.
    if (answer.drafts > 0) return false;
    const sha256 = sha256Hex(Buffer.from(answer.base64, 'base64'));
    if (!laid.has(sha256) && !(await hasBytes(store, sha256))) return false;
  }
  return true;
}

async function hasBytes(store: ResultStore, sha256: string): Promise<boolean> {
  for (const extension of PICTURE_EXTENSIONS) {
    if ((await sizeOf(store.picturePath({ sha256, extension }))) > 0) return true;
  }
  return false;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function folderSize(folder: string): Promise<number> {
  let total = 0;
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    try {
      const facts = await stat(path);
      total += facts.isDirectory() ? await folderSize(path) : facts.size;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return total;
}
