import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENTITY_TYPES, writeFileAtomic } from 'chargen-core';
import { entityFileSchema, type EntityFile, type ExportedEntity, type Manifest } from '../manifest/schema.js';
import { ENTITY_FILE, MANIFEST_FILE } from '../options.js';
import { removeGone, type GoneEntity } from './remove-gone.js';

export type ManifestOutcome =
  | { readonly kind: 'written'; readonly manifest: Manifest; readonly gone: readonly GoneEntity[] }
  /** Entities whose export has not run, or is of another version: `character/cidrella-vexweld`. */
  | { readonly kind: 'incomplete'; readonly without: readonly string[] };

/**
 * Writes the manifest of the world from what the exports of its entities wrote, then removes the copies of entities that
 * are gone. `folder` is absolute; `places` are the folders of the entities in it, as `folderOfEntity` names
 * them.
 */
export async function writeManifest(folder: string, places: readonly string[]): Promise<ManifestOutcome> {
  const parts: EntityFile[] = [];
  const without: string[] = [];
  for (const place of places) {
    const part = await readPart(join(folder, place, ENTITY_FILE));
    if (part === undefined) without.push(place);
    else parts.push(part);
  }
  if (without.length > 0) return { kind: 'incomplete', without };
  parts.sort((a, b) => compareEntities(a.entity, b.entity));
  const manifest: Manifest = {
    v: 1,
    entities: parts.map(({ entity }) => entity),
    scenes: parts.flatMap(({ scenes }) => scenes),
    missing: parts.flatMap(({ missing }) => missing),
  };
  await writeFileAtomic(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return { kind: 'written', manifest, gone: await removeGone(folder, places) };
}

async function readPart(path: string): Promise<EntityFile | undefined> {
  try {
    const data: unknown = JSON.parse(await readFile(path, 'utf8'));
    return entityFileSchema.safeParse(data).data;
  } catch {
    return undefined;
  }
}

/** Chapters without a number come behind those that have one. */
function compareEntities(a: ExportedEntity, b: ExportedEntity): number {
  const chapters = a.chapter === b.chapter ? 0 : (a.chapter ?? Infinity) - (b.chapter ?? Infinity);
  const slugs = a.slug < b.slug ? -1 : a.slug > b.slug ? 1 : 0;
  return ENTITY_TYPES.indexOf(a.type) - ENTITY_TYPES.indexOf(b.type) || chapters || slugs;
}
