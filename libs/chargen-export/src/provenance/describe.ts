import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FileDigests,
  PICTURE_EXTENSIONS,
  readRecipe,
  REAL_PLACES,
  scenePaths,
  type Entity,
  type Recipe,
  type Scene,
} from 'chargen-core';
import { EntityFolder, sha256Of } from '../entity/entity-folder.js';
import { folderOfEntity, type ExportOptions } from '../options.js';
import { formatOf } from './c2pa-bytes.js';
import { readContentCredentials, type CredentialsOutcome } from './content-credentials.js';
import { readProvenanceFields, type ReadFields } from './read-fields.js';

/** What an original and its copies state about their origin, as read from the files. */
export interface SceneProvenance {
  readonly original: OriginalProvenance | undefined;
  readonly copies: readonly {
    /** Relative to the workspace. */
    readonly path: string;
    readonly fields: ReadFields;
    /** False if the file is gone, or has other bytes than were exported. */
    readonly isAsExported: boolean;
  }[];
}

export interface OriginalProvenance {
  /** Relative to the workspace. */
  readonly path: string;
  readonly sha256: string;
  /** Undefined if there is no recipe that can be read. */
  readonly recipe: Recipe | undefined;
  /** False if the bytes are not those that the recipe names. */
  readonly isAsRecorded: boolean;
  /** True if only the Git LFS pointer is here: nothing can be read from it. */
  readonly isPointer: boolean;
  readonly fields: ReadFields;
  readonly credentials: CredentialsOutcome;
}

export async function provenanceOf(
  workspaceRoot: string,
  entity: Entity,
  scene: Scene,
  options: Pick<ExportOptions, 'folder'>,
): Promise<SceneProvenance> {
  return {
    original: await originalProvenance(workspaceRoot, entity, scene),
    copies: await copiesProvenance(workspaceRoot, entity, scene, options),
  };
}

async function originalProvenance(
  workspaceRoot: string,
  entity: Entity,
  scene: Scene,
): Promise<OriginalProvenance | undefined> {
  const paths = scenePaths(entity, scene, REAL_PLACES);
  const read = await readRecipe(join(workspaceRoot, paths.recipe));
  const recipe = read.kind === 'present' ? read.value : undefined;
  const digests = await FileDigests.open(workspaceRoot);
  for (const extension of PICTURE_EXTENSIONS) {
    const path = paths.picture(extension);
    const facts = await digests.find(path);
    if (facts.kind !== 'picture') continue;
    const isPointer = facts.verdict.kind === 'lfs-pointer';
    const sha256 = facts.verdict.kind === 'lfs-pointer' ? facts.verdict.oid : facts.sha256;
    const bytes = await readFile(join(workspaceRoot, path));
    const format = formatOf(bytes);
    return {
      path,
      sha256,
      recipe,
      isAsRecorded: recipe?.picture.sha256 === sha256,
      isPointer,
      fields: format === undefined ? {} : await readProvenanceFields(bytes),
      credentials: format === undefined ? { kind: 'absent' } : readContentCredentials(bytes, format),
    };
  }
  return undefined;
}

async function copiesProvenance(
  workspaceRoot: string,
  entity: Entity,
  scene: Scene,
  { folder }: Pick<ExportOptions, 'folder'>,
): Promise<SceneProvenance['copies']> {
  const place = join(workspaceRoot, folder, folderOfEntity(entity));
  const { before } = await EntityFolder.open(place);
  const exported = before?.scenes.find(({ id }) => id === scene.id);
  return Promise.all(
    (exported?.files ?? []).map(async ({ path, sha256 }) => {
      const shown = `${folder}/${path}`;
      const bytes = await readFile(join(place, path.split('/').at(-1) ?? '')).catch(() => undefined);
      if (bytes === undefined) return { path: shown, fields: {}, isAsExported: false };
      return {
        path: shown,
        fields: await readProvenanceFields(bytes),
        isAsExported: sha256Of(bytes) === sha256,
      };
    }),
  );
}
