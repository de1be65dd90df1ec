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
  const number = valueAt(data, ['chapter_number']) ?? valueAt(data, ['metadata', 'chapter_number']);
  const isNumbered = entity.type === 'chapter' && typeof number === 'number' && Number.isFinite(number);
  return { ...entity, scenes, ...(isNumbered ? { chapterNumber: number } : {}) };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
