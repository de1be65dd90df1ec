import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ANALYSIS_SUFFIX, type Entity } from '../content/index.js';
import { parseLfsPointer } from '../picture/index.js';
import { analysisPath, REAL_PLACES, scenePaths } from '../plan/index.js';
import { readAnalysisFile, readRecipe } from '../recipe/index.js';
import { exists } from '../util/exists.js';
import { sha256Hex } from '../util/digest.js';
import { isMissing } from '../util/fs-error.js';
import { namesIn } from '../util/names-in.js';
import type { AnalyzedFile } from './analysis-entry.js';

export interface FoundAnalyses {
  readonly found: readonly AnalyzedFile[];
  /** Of generated pictures that have been made again since: they describe pictures that no longer exist. */
  readonly outdated: readonly AnalyzedFile[];
}

/** The analyses that are beside an entity's pictures: those of its references, and all in its images folder. */
export async function findAnalyses(workspaceRoot: string, entity: Entity): Promise<FoundAnalyses> {
  const folder = posix.join(entity.root, REAL_PLACES.imagesDir);
  const paths = new Set(
    entity.pictures.map((picture) => analysisPath(entity.root, picture.paths[0], REAL_PLACES)),
  );
  for (const name of await namesIn(join(workspaceRoot, folder))) {
    if (name.endsWith(ANALYSIS_SUFFIX)) paths.add(posix.join(folder, name));
  }
  const found: AnalyzedFile[] = [];
  const outdated: AnalyzedFile[] = [];
  for (const path of [...paths].sort()) {
    const file = await readAnalysisFile(join(workspaceRoot, path));
    // The emulator's words are no description of anything.
    if (file.kind !== 'present' || file.value.kind !== 'analyzed' || file.value.preview === true) continue;
    if (await isOutdated(workspaceRoot, entity, file.value)) outdated.push(file.value);
    // What describes a picture that is gone describes nothing.
    else if (await exists(join(workspaceRoot, entity.root, file.value.picture.path))) found.push(file.value);
  }
  return { found, outdated };
}

/**
 * A picture that an author declared feeds prompts, so that its entry stays until the next analysis has a new one:
 * without it, scenes would be made anew for prompts that last a day.
 */
async function isOutdated(workspaceRoot: string, entity: Entity, file: AnalyzedFile): Promise<boolean> {
  const path = posix.join(entity.root, file.picture.path);
  if (entity.pictures.some((picture) => picture.paths.includes(path))) return false;
  const stem = path.slice(0, path.length - posix.extname(path).length);
  const paths = entity.scenes
    .map((scene) => scenePaths(entity, scene, REAL_PLACES))
    .find((one) => one.stem === stem);
  if (paths === undefined) return false;
  const recipe = await readRecipe(join(workspaceRoot, paths.recipe));
  const made = recipe.kind === 'present' ? recipe.value.picture : undefined;
  if (made?.sha256 === file.picture.sha256) return false;
  // A picture that a person made theirs has other bytes than its recipe says, and may have been looked at since.
  const present = await digestOf(join(workspaceRoot, path));
  return present === undefined
    ? made !== undefined && made.file !== posix.basename(path)
    : present !== file.picture.sha256;
}

/** Of the picture that a Git LFS pointer stands for, too; undefined if there is none. */
async function digestOf(path: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    return parseLfsPointer(bytes)?.oid ?? sha256Hex(bytes);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
