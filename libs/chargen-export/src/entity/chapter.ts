import type { LoadedEntity } from 'chargen-core';

/** A chapter's number: its author's, else the one that begins its folder's name (`ch03-the-crossing`, `3-…`). */
export function chapterOf({ entity, folder }: LoadedEntity): number | null {
  if (entity?.type !== 'chapter') return null;
  if (entity.chapterNumber !== undefined) return entity.chapterNumber;
  const number = /^(?:chapter|chap|ch)?[-_.]?(\d+(?:\.\d+)?)(?=$|[-_.])/i.exec(folder.folder)?.[1];
  return number === undefined ? null : Number(number);
}
