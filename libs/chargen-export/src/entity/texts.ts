import { join } from 'node:path';
import {
  analysisPath,
  readAnalysisFile,
  REAL_PLACES,
  typeAnswer,
  type LoadedEntity,
  type Scene,
} from 'chargen-core';
import type { Original } from './original.js';

export interface AltText {
  readonly alt: string | null;
  readonly altBy: 'author' | 'analysis' | null;
}

/**
 * The alt text of a picture: what the author wrote for the scene or corrected in imagery.yaml; else what analysis found
 * in exactly these bytes, or what imagery.yaml records of it.
 */
export async function altTextOf(
  workspaceRoot: string,
  loaded: LoadedEntity,
  scene: Scene,
  original: Pick<Original, 'path' | 'sha256'>,
): Promise<AltText> {
  const entry = loaded.analyses?.find(({ picture }) => picture === original.path);
  const authored = scene.altText ?? (entry?.owner === 'person' ? entry.altText : undefined);
  if (authored !== undefined) return { alt: authored, altBy: 'author' };
  const path = analysisPath(loaded.folder.root, original.path, REAL_PLACES);
  const read = await readAnalysisFile(join(workspaceRoot, path));
  // With a sidecar of another picture, the record is of another one too.
  const alt = read.kind === 'present' ? foundIn(read.value, original.sha256) : entry?.altText;
  return alt === undefined ? { alt: null, altBy: null } : { alt, altBy: 'analysis' };
}

type AnalysisFile = Extract<Awaited<ReturnType<typeof readAnalysisFile>>, { kind: 'present' }>['value'];

function foundIn(file: AnalysisFile, sha256: string): string | undefined {
  if (file.kind !== 'analyzed' || file.preview === true || file.picture.sha256 !== sha256) return undefined;
  return typeAnswer(file.analysis).alt_text;
}

/** A chapter's number: its author's, else the one that begins its folder's name (`ch03-the-crossing`, `3-…`). */
export function chapterOf({ entity, folder }: LoadedEntity): number | null {
  if (entity?.type !== 'chapter') return null;
  if (entity.chapterNumber !== undefined) return entity.chapterNumber;
  const number = /^(?:chapter|chap|ch)?[-_.]?(\d+(?:\.\d+)?)(?=$|[-_.])/i.exec(folder.folder)?.[1];
  return number === undefined ? null : Number(number);
}
