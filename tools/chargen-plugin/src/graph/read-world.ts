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
  const { reader } = readingOf(workspaceRoot, entry);
  return reader.load(filesOfWorld(workspaceRoot, files, entry), entry.styleFile);
}

/** The same, and keeps what was read for the next process; as it is read, so that not all of a large world is in memory. */
export function readAndKeepWorld(workspaceRoot: string, files: readonly string[], entry: WorldEntry): World {
  const { reader, cache } = readingOf(workspaceRoot, entry);
  const keep = (): void => cache?.keep(reader);
  const world = reader.load(filesOfWorld(workspaceRoot, files, entry), entry.styleFile, keep);
  keep();
  return world;
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

/** For a command, which makes no folder of Nx in a workspace where Nx never ran. */
export function readKeptWorld(workspaceRoot: string, files: readonly string[], entry: WorldEntry): World {
  const read = presentDataFolder(workspaceRoot) === undefined ? readWorld : readAndKeepWorld;
  return read(workspaceRoot, files, entry);
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
