import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isOfWorld } from 'chargen-core/look';
import type { WorldEntry } from '../world-entries.js';

/** Of the files that Nx found, those of the world: not those of other repositories and of other worlds. */
export function filesOfWorld(workspaceRoot: string, files: readonly string[], entry: WorldEntry): string[] {
  return files.filter(isOfWorld(workspaceRoot, entry.contentRoot)).filter(entry.owns);
}

/** Nx's folder for what can be made anew, if Nx has made it. */
export function presentDataFolder(workspaceRoot: string): string | undefined {
  const folder = dataFolder(workspaceRoot);
  return folder !== undefined && existsSync(folder) ? folder : undefined;
}

/**
 * Where something of a world is kept for other processes; undefined if nothing may be. Each of several worlds has a file
 * of its own: each would throw away what another one kept.
 */
export function keptFile(
  workspaceRoot: string,
  { contentRoot, otherRoots }: Pick<WorldEntry, 'contentRoot' | 'otherRoots'>,
  what: 'world' | 'outlines' | 'projects' | 'findings',
): string | undefined {
  const folder = dataFolder(workspaceRoot);
  const name = otherRoots.length === 0 ? '' : `.${encodeURIComponent(contentRoot)}`;
  return folder === undefined ? undefined : join(folder, `chargen-${what}${name}.v11`);
}

/**
 * Nx's own folder for such things, which `nx reset` empties. By its documented variables and default, since asking
 * @nx/devkit would load several hundred modules.
 */
function dataFolder(workspaceRoot: string): string | undefined {
  if (process.env['NX_CACHE_PROJECT_GRAPH'] === 'false') return undefined;
  const named = process.env['NX_WORKSPACE_DATA_DIRECTORY'] ?? process.env['NX_PROJECT_GRAPH_CACHE_DIRECTORY'];
  return named === undefined || named === ''
    ? join(workspaceRoot, '.nx', 'workspace-data')
    : resolve(workspaceRoot, named);
}
