import type { EntityType } from '../entity.js';
import type { Fields, Written } from '../lenient.js';
import type { ReaderInput } from '../reader.js';

/** The folder is what other files refer to, so it decides; a slug that differs is reported. */
export function checkSlug(input: ReaderInput, slug: Written | undefined, fields: Fields): void {
  if (slug === undefined || slug.text === input.folder) return;
  fields.book.warn(
    'slug-mismatch',
    `The slug is "${slug.text}" but the folder is "${input.folder}", which is what counts. Make them the same.`,
    slug.at,
  );
}

/** An entity of another type than its folder would be found under the wrong name. */
export function checkType(
  input: ReaderInput,
  type: EntityType,
  fields: Fields,
  at: readonly (string | number)[],
): void {
  if (input.folderType === undefined || input.folderType === type) return;
  fields.book.error(
    'type-mismatch',
    `This file describes a ${type} but is in a folder of ${input.folderType}s. Move it, or fix its entity_type.`,
    at,
  );
}

/** Whether `entity_type` names a type, in upper or lower case: `character`, `Location`, `chapter-imagery`. */
export function isTypeWord(written: unknown, type: EntityType): boolean {
  return typeof written === 'string' && new RegExp(`^${type}(?:[-_ ]?imagery)?$`, 'i').test(written.trim());
}
