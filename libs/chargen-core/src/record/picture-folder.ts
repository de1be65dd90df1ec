import { dirname, join } from 'node:path';
import { scenePaths, type PlannedScene } from '../plan/index.js';
import { pathFrom } from '../util/paths.js';
import { findUnwritable } from '../util/writable-folder.js';
import { findMoved, type LayContext, type NotLaid } from './lay-file.js';

export type NotLayable =
  | Extract<NotLaid, { kind: 'moved' }>
  /** With its full stop. */
  | { readonly kind: 'not-writable'; readonly message: string };

/** Why a scene's picture could not be laid into its folder, found before it is paid for. */
export async function whyNotLayable(
  context: LayContext,
  { entity, scene }: Pick<PlannedScene, 'entity' | 'scene'>,
): Promise<NotLayable | undefined> {
  const { workspaceRoot, places } = context;
  const moved = await findMoved(context, entity);
  if (moved !== undefined) return moved;
  const folder = dirname(join(workspaceRoot, scenePaths(entity, scene, places).stem));
  const found = await findUnwritable(folder);
  if (found === undefined) return undefined;
  const path = pathFrom(workspaceRoot, found.path);
  const message = `The picture could not be written: ${path === '' ? 'the workspace' : path} ${found.why}.`;
  return { kind: 'not-writable', message };
}
