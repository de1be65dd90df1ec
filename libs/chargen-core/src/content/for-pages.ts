import { posix } from 'node:path';
import { valueAt } from './data.js';
import type { Entity, Scene } from './entity.js';
import { writtenScene } from './written-scene.js';

/**
 * Adds what an author wrote for readers of pages, and that no picture depends on: alt texts of scenes, and the number of
 * a chapter. It stands in the same place in every dialect, so no reader needs to know it.
 */
export function withTextsForPages(
  entity: Entity,
  data: unknown,
  siblings: ReadonlyMap<string, unknown>,
): Entity {
  const scenes = entity.scenes.map((scene): Scene => {
    const { own } = writtenScene(entity, scene, data, siblings);
    const altText = textIn(own['alt_text'] ?? own['alt']);
    return altText === undefined ? scene : { ...scene, altText };
  });
  const chapterNumber = entity.type === 'chapter' ? chapterNumberOf(entity, data) : undefined;
  return { ...entity, scenes, ...(chapterNumber === undefined ? {} : { chapterNumber }) };
}

/** Its author's number, else the one that begins its folder's name (`ch03-the-crossing`, `chapter-10`, `3-…`). */
function chapterNumberOf({ root }: Entity, data: unknown): number | undefined {
  const written = valueAt(data, ['chapter_number']) ?? valueAt(data, ['metadata', 'chapter_number']);
  if (typeof written === 'number' && Number.isFinite(written)) return written;
  const named = /^(?:chapter|chap|ch)?[-_.]?(\d+(?:\.\d+)?)(?=$|[-_.])/i.exec(posix.basename(root))?.[1];
  return named === undefined ? undefined : Number(named);
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
