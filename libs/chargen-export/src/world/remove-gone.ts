import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ENTITY_TYPES } from 'chargen-core';
import { EntityFolder } from '../entity/entity-folder.js';
import { folderOfEntity } from '../options.js';

export interface GoneEntity {
  /** Its folder in that of the export: `character/cidrella-vexweld`. */
  readonly place: string;
  /** False if something is left in the folder that no export wrote. */
  readonly isRemoved: boolean;
}

/**
 * Removes what exports wrote for entities that are gone. What no export wrote stays. `folder` is absolute; `places` are
 * the folders of the entities that there are.
 */
export async function removeGone(folder: string, places: readonly string[]): Promise<GoneEntity[]> {
  // A file system may take two spellings of a name for one.
  const present = new Set(places.map((place) => place.toLowerCase()));
  const gone: GoneEntity[] = [];
  for (const type of ENTITY_TYPES) {
    const entries = await readdir(join(folder, type), { withFileTypes: true }).catch(() => []);
    for (const slug of entries.filter((one) => one.isDirectory()).map(({ name }) => name)) {
      const place = folderOfEntity({ type, slug });
      if (present.has(place.toLowerCase())) continue;
      const copies = await EntityFolder.open(join(folder, place));
      const { entity } = copies.before ?? {};
      // Another folder, or a copy of one that a person made.
      if (entity === undefined || folderOfEntity(entity) !== place) continue;
      gone.push({ place, isRemoved: await copies.clear() });
    }
  }
  return gone;
}
