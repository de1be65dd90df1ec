import { join, resolve } from 'node:path';
import { ContentReader, isOfWorld, WorldCache, type World } from 'chargen-core/graph';
import type { ResolvedOptions } from '../plugin-options.js';

interface Reading {
  readonly reader: ContentReader;
  readonly cache: WorldCache | undefined;
}

/** One reader a workspace and process: in the Nx daemon only the files that changed are read as YAML again. */
const readings = new Map<string, Reading>();

/** `files`: what Nx found; those of other repositories and outside of the content root are left out. */
export function readWorld(workspaceRoot: string, files: readonly string[], options: ResolvedOptions): World {
  const own = files.filter(isOfWorld(workspaceRoot, options.contentRoot));
  return readingOf(workspaceRoot).reader.load(own, options.styleFile);
}

/** Keeps what was read, and what was worked out about it meanwhile, for the next process. */
export function keepWorld(workspaceRoot: string, world: World): void {
  const { reader, cache } = readingOf(workspaceRoot);
  cache?.keep(reader, world);
}

function readingOf(workspaceRoot: string): Reading {
  const present = readings.get(workspaceRoot);
  if (present !== undefined) return present;
  const reader = new ContentReader(workspaceRoot);
  const folder = dataFolder(workspaceRoot);
  const cache = folder === undefined ? undefined : new WorldCache(join(folder, 'chargen-world.v9'));
  cache?.fill(reader);
  const reading = { reader, cache };
  readings.set(workspaceRoot, reading);
  return reading;
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
