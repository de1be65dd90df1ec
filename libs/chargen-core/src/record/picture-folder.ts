import { dirname, join, relative } from 'node:path';
import { scenePaths, type PlannedScene, type Places } from '../plan/index.js';
import { findUnwritable } from '../util/writable-folder.js';

/** Why a scene's picture could not be laid into its folder, found before it is paid for; with its full stop. */
export async function whyNotLayable(
  { workspaceRoot, places }: { readonly workspaceRoot: string; readonly places: Places },
  { entity, scene }: Pick<PlannedScene, 'entity' | 'scene'>,
): Promise<string | undefined> {
  const folder = dirname(join(workspaceRoot, scenePaths(entity, scene, places).stem));
  const found = await findUnwritable(folder);
  if (found === undefined) return undefined;
  const path = relative(workspaceRoot, found.path).replaceAll('\\', '/');
  return `The picture could not be written: ${path === '' ? 'the workspace' : path} ${found.why}.`;
}
