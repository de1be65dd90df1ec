import { ContentReader, findImageryFiles, WorldCache, type World } from 'chargen-core/graph';
import type { WorldEntry } from '../world-entries.js';
import { filesOfWorld, keptFile, presentDataFolder } from './kept-file.js';

interface Reading {
  readonly reader: ContentReader;
  readonly cache: WorldCache | undefined;
}

/** One reader a world and process: in the Nx daemon only the files that changed are read as YAML again. */
const readings = new Map<string, Reading>();

/** `files`: what Nx found; those of other repositories and of other worlds are left out. */
export function readWorld(workspaceRoot: string, files: readonly string[], entry: WorldEntry): World {
  const own = filesOfWorld(workspaceRoot, files, entry);
  return readingOf(workspaceRoot, entry).reader.load(own, entry.styleFile);
}

/** By what the reader knows the files of an entity that it has read. */
export function stampsRead(workspaceRoot: string, entry: WorldEntry): (file: string) => string | undefined {
  const { reader } = readingOf(workspaceRoot, entry);
  return (file) => reader.stampOf(file);
}

/** The same for the files on the disk. */
export async function findWorld(workspaceRoot: string, entry: WorldEntry): Promise<World> {
  return readWorld(workspaceRoot, await findImageryFiles(workspaceRoot, entry.contentRoot), entry);
}

/** Keeps what was read for the next process. */
export function keepWorld(workspaceRoot: string, entry: WorldEntry): void {
  const { reader, cache } = readingOf(workspaceRoot, entry);
  cache?.keep(reader);
}

/** The same for a command, which makes no folder of Nx in a workspace where Nx never ran. */
export function readKeptWorld(workspaceRoot: string, files: readonly string[], entry: WorldEntry): World {
  const world = readWorld(workspaceRoot, files, entry);
  if (presentDataFolder(workspaceRoot) !== undefined) keepWorld(workspaceRoot, entry);
  return world;
}

function readingOf(workspaceRoot: string, entry: WorldEntry): Reading {
  const world = `${workspaceRoot}\0${entry.contentRoot}`;
  const present = readings.get(world);
  if (present !== undefined) return present;
  const reader = new ContentReader(workspaceRoot);
  const file = keptFile(workspaceRoot, entry, 'world');
  const cache = file === undefined ? undefined : new WorldCache(file);
  cache?.fill(reader);
  const reading = { reader, cache };
  readings.set(world, reading);
  return reading;
}
