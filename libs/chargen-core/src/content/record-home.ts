import { formOf } from './dialects/table.js';
import type { Entity } from './entity.js';
import { RECORD_KEY } from './record-place.js';

/**
 * Where the record of generated pictures goes in an entity's file. Everything there was or will be written by
 * the tool and is never read as something that an author asked for.
 */
export type RecordPlace =
  /** A top-level section that holds nothing else. */
  | { readonly kind: 'section'; readonly file: string; readonly key: string }
  /**
   * A list that people and other tools fill too: only entries that `isOwnRecord` knows are replaced, behind all
   * others. A file without the list gets the section instead, since a list that its author never began may mean
   * something to other tools.
   */
  | { readonly kind: 'inventory'; readonly file: string; readonly key: string; readonly otherwise: string };

/**
 * Inventories of characters have a place for pictures, so the record goes there in their form. The locations have
 * none. A chapter's images carry null fields (`file_path`, `generated_at` …) of the tool that wrote them; they stand
 * among authored lines, hold one picture only and mean "done" to that tool, so they are left alone.
 */
export function recordPlace(entity: Entity): RecordPlace {
  const { inventory } = formOf(entity);
  return inventory === undefined
    ? { kind: 'section', file: entity.file, key: RECORD_KEY }
    : { kind: 'inventory', file: entity.file, key: inventory, otherwise: RECORD_KEY };
}
