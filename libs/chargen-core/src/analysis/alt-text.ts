import { join } from 'node:path';
import type { LoadedEntity, Scene } from '../content/index.js';
import { analysisPath, REAL_PLACES } from '../plan/index.js';
import { readAnalysisFile, typeAnswer, type AnalysisFile } from '../recipe/index.js';

export interface AltText {
  readonly alt: string | null;
  readonly altBy: 'author' | 'analysis' | null;
}

/**
 * The alt text of a scene's picture: what the author wrote for the scene or corrected in imagery.yaml; else what
 * analysis found in exactly these bytes, or what imagery.yaml records of it. `path` is relative to the workspace.
 */
export async function altTextOf(
  workspaceRoot: string,
  loaded: LoadedEntity,
  scene: Scene,
  { path, sha256 }: { readonly path: string; readonly sha256: string },
): Promise<AltText> {
  const entry = loaded.analyses?.find(({ picture }) => picture === path);
  const authored = scene.altText ?? (entry?.owner === 'person' ? entry.altText : undefined);
  if (authored !== undefined) return { alt: authored, altBy: 'author' };
  const sidecar = analysisPath(loaded.folder.root, path, REAL_PLACES);
  const read = await readAnalysisFile(join(workspaceRoot, sidecar));
  // With a sidecar of another picture, the record is of another one too.
  const alt = read.kind === 'present' ? foundIn(read.value, sha256) : entry?.altText;
  return alt === undefined ? { alt: null, altBy: null } : { alt, altBy: 'analysis' };
}

function foundIn(file: AnalysisFile, sha256: string): string | undefined {
  if (file.kind !== 'analyzed' || file.preview === true || file.picture.sha256 !== sha256) return undefined;
  return typeAnswer(file.analysis).alt_text;
}
