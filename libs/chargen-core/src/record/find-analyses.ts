import { readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Entity } from '../content/index.js';
import { analysisPath, REAL_PLACES } from '../plan/index.js';
import { readAnalysisFile } from '../recipe/index.js';
import { isMissing } from '../util/fs-error.js';
import type { AnalyzedFile } from './analysis-entry.js';

const SUFFIX = '.analysis.json';

/** The analyses that lie beside an entity's pictures: those of its references, and all in its images folder. */
export async function findAnalyses(workspaceRoot: string, entity: Entity): Promise<AnalyzedFile[]> {
  const folder = posix.join(entity.root, REAL_PLACES.imagesDir);
  const paths = new Set(
    entity.pictures.map((picture) => analysisPath(entity.root, picture.paths[0], REAL_PLACES)),
  );
  for (const name of await namesIn(join(workspaceRoot, folder))) {
    if (name.endsWith(SUFFIX)) paths.add(posix.join(folder, name));
  }
  const found: AnalyzedFile[] = [];
  for (const path of [...paths].sort()) {
    const file = await readAnalysisFile(join(workspaceRoot, path));
    // The emulator's words are no description of anything.
    if (file.kind !== 'present' || file.value.kind !== 'analyzed' || file.value.preview === true) continue;
    // What describes a picture that is gone describes nothing.
    if (await exists(join(workspaceRoot, entity.root, file.value.picture.path))) found.push(file.value);
  }
  return found;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
