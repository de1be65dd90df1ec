import { join } from 'node:path';
import {
  approvalsOf,
  type Entity,
  type FileDigests,
  type LoadedEntity,
  type Planner,
  type WorldStyle,
} from 'chargen-core';
import type { EntityFile, ExportedScene, MissingScene } from '../manifest/schema.js';
import { folderOfEntity, type ExportOptions } from '../options.js';
import { copiesOfScene } from './copies-of-scene.js';
import { EntityFolder } from './entity-folder.js';
import { originalOf } from './original.js';

export interface EntityExport {
  readonly workspaceRoot: string;
  readonly style: WorldStyle;
  readonly options: ExportOptions;
  readonly planner: Planner;
  readonly digests: FileDigests;
}

export interface ExportedFolder {
  readonly file: EntityFile;
  /** How many copies were encoded; the others were there. */
  readonly encoded: number;
}

/** Makes the copies of one entity, one picture after the other, and its part of the manifest. */
export async function exportEntity(
  context: EntityExport,
  loaded: LoadedEntity,
  entity: Entity,
): Promise<ExportedFolder> {
  const { workspaceRoot, options, planner, digests } = context;
  const folder = await EntityFolder.open(join(workspaceRoot, options.folder, folderOfEntity(entity)));
  const approvals = await approvalsOf({ workspaceRoot, digests }, entity);
  const originals = { workspaceRoot, digests, approvedOnly: options.approvedOnly };
  const scenes: ExportedScene[] = [];
  const missing: MissingScene[] = [];
  for (const scene of entity.scenes) {
    const planned = await planner.plan(entity, scene);
    const approval = approvals.scenes.get(scene.id)?.state ?? 'unreviewed';
    const found = await originalOf(originals, planned, approval);
    const outcome =
      found.kind === 'missing'
        ? found
        : await copiesOfScene({ ...context, loaded, planned, folder }, found.original);
    const { id, title } = scene;
    if (outcome.kind === 'exported') scenes.push(outcome.scene);
    else missing.push({ scene: planned.name, entity: loaded.id, id, title, why: outcome.why });
  }
  const unread = entity.unread ?? [];
  for (const id of unread) {
    missing.push({ scene: `${loaded.id}/${id}`, entity: loaded.id, id, title: id, why: 'blocked' });
  }
  const { type, slug, name, tags } = entity;
  const names = [...entity.scenes.map(({ id }) => id), ...unread].map((id) => `${loaded.id}/${id}`);
  const file = await folder.finish({
    entity: {
      id: loaded.id,
      type,
      slug,
      name,
      tags: [...tags],
      chapter: entity.chapterNumber ?? null,
      scenes: names,
    },
    scenes,
    missing,
  });
  return { file, encoded: folder.encoded };
}
