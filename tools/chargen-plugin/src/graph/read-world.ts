import { ContentReader, findImageryFiles, WorldCache, type World } from 'chargen-core/graph';
import type { WorldEntry } from '../world-entries.js';
import { filesOfWorld, keptFile, presentDataFolder } from './kept-file.js';

interface Reading {
  readonly reader: ContentReader;
  readonly cache: WorldCache | undefined;
}

/** One reader a world and process: in the Nx daemon only the files that changed are read as YAML again. */
const readings = new Map<string, Reading>();

/**
 * For the project graph: without the words of scenes. `files`: what Nx found; those of other repositories and of other
 * worlds are left out. What was read is kept for the next process. `stampOf`: stamps that were taken a moment ago.
 */
export function readOutlines(
  workspaceRoot: string,
  files: readonly string[],
  entry: WorldEntry,
  stampOf?: (file: string) => string | undefined,
): World {
  const { reader, cache } = readingOf(workspaceRoot, entry, 'outlines');
  const own = filesOfWorld(workspaceRoot, files, entry);
  const world = reader.load(own, entry.styleFile, undefined, stampOf);
  cache?.keep(reader);
  return world;
}

/** By what the reader of outlines knows the files of an entity that it has read. */
export function stampsRead(workspaceRoot: string, entry: WorldEntry): (file: string) => string | undefined {
  const { reader } = readingOf(workspaceRoot, entry, 'outlines');
  return (file) => reader.stampOf(file);
}

/** The whole world, of the files on the disk. */
export async function findWorld(workspaceRoot: string, entry: WorldEntry): Promise<World> {
  return readKeptWorld(workspaceRoot, await findImageryFiles(workspaceRoot, entry.contentRoot), entry);
}

/**
 * The whole world. It is kept for the next process as it is read, so that not all of a large world is in memory; not in a
 * workspace where Nx never ran, since a command makes no folder of Nx.
 */
export function readKeptWorld(workspaceRoot: string, files: readonly string[], entry: WorldEntry): World {
  const { reader, cache } = readingOf(workspaceRoot, entry, 'whole');
  const own = filesOfWorld(workspaceRoot, files, entry);
  if (presentDataFolder(workspaceRoot) === undefined) return reader.load(own, entry.styleFile);
  const keep = (): void => cache?.keep(reader);
  const world = reader.load(own, entry.styleFile, keep);
  keep();
  return world;
}

function readingOf(workspaceRoot: string, entry: WorldEntry, reads: ContentReader['reads']): Reading {
  const world = `${workspaceRoot}\0${entry.contentRoot}\0${reads}`;
  const present = readings.get(world);
  if (present !== undefined) return present;
  const reader = new ContentReader(workspaceRoot, reads);
  const file = keptFile(workspaceRoot, entry, reads === 'whole' ? 'world' : reads);
  const cache = file === undefined ? undefined : new WorldCache(file);
  cache?.fill(reader);
  const reading = { reader, cache };
  readings.set(world, reading);
  return reading;
}
