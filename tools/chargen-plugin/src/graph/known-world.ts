import { BUILD_ID as BUILD_OF_CORE, stampOf, stampOfEntity } from 'chargen-core/look';
import { BUILD_ID as BUILD_OF_EXPORT } from 'chargen-export/options';
import { BUILD_ID } from '../build-id.js';
import { seesIgnoredFiles } from '../nx-version.js';
import { PLUGIN } from '../plugin-name.js';
import type { WorldEntry } from '../world-entries.js';
import { keptFile } from './kept-file.js';
import { digestOf, KeptProjects, type LookedEntity, type Surroundings } from './kept-projects.js';

/** An entry of nx.json, and what is kept of its world. */
export interface KnownWorld {
  readonly entry: WorldEntry;
  readonly kept: KeptProjects;
}

/**
 * The entry that Nx calls the plugin for. An entry alone is known by what stands in nx.json: as long as nothing changes,
 * neither schemas nor patterns are loaded. Throws an Error with a message for people if the options are not right.
 */
export async function knownWorld(
  workspaceRoot: string,
  options: unknown,
  plugins: readonly unknown[] | undefined,
): Promise<KnownWorld> {
  const ours = (plugins ?? []).filter(isOurs);
  const builds = [BUILD_ID, BUILD_OF_CORE, BUILD_OF_EXPORT];
  /** Of all code and options that projects are made by. */
  const identity = digestOf([...builds, options ?? null, ours, seesIgnoredFiles()]);
  // Code that is not built has no identity that another process could know it by.
  const isBuilt = !builds.includes(undefined);
  if (ours.length <= 1 && ours.every(takesAllFiles)) {
    const kept = keptProjects(workspaceRoot, ALONE, identity, isBuilt);
    if (kept.entry !== undefined) return { entry: { ...kept.entry, owns: () => true }, kept };
  }
  const { worldEntryOf } = await import('../world-entries.js');
  const entry = worldEntryOf(options, plugins);
  return { entry, kept: keptProjects(workspaceRoot, entry, identity, isBuilt) };
}

/** By what style and files are known now, each looked at once. `taken`: names of projects of other worlds. */
export function surroundingsNow(
  workspaceRoot: string,
  { styleFile }: WorldEntry,
  taken: ReadonlySet<string> = new Set(),
): Surroundings {
  const style = stampOf(workspaceRoot, [styleFile]);
  const stamps = new Map<string, string | undefined>();
  return {
    stamp: style === undefined ? undefined : JSON.stringify([style, ...taken]),
    stampOf: (file) => {
      if (!stamps.has(file)) stamps.set(file, stampOfEntity(workspaceRoot, file));
      return stamps.get(file);
    },
  };
}

/** What the hooks look at, if nothing has changed since the projects were made; of several worlds that is not known. */
export function lookedEntities(
  workspaceRoot: string,
  { entry, kept }: KnownWorld,
): readonly LookedEntity[] | undefined {
  if (entry.otherRoots.length > 0) return undefined;
  return kept.lookedIfUnchanged(surroundingsNow(workspaceRoot, entry));
}

/** The place of an entry that has no others beside it. */
const ALONE = { contentRoot: '', otherRoots: [] };

function isOurs(plugin: unknown): boolean {
  return plugin === PLUGIN || (isObject(plugin) && 'plugin' in plugin && plugin.plugin === PLUGIN);
}

function takesAllFiles(plugin: unknown): boolean {
  return !isObject(plugin) || !('include' in plugin || 'exclude' in plugin);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** One a world and process, for these options. */
const known = new Map<string, { readonly identity: string; readonly projects: KeptProjects }>();

function keptProjects(
  workspaceRoot: string,
  place: Pick<WorldEntry, 'contentRoot' | 'otherRoots'>,
  identity: string,
  isBuilt: boolean,
): KeptProjects {
  const world = `${workspaceRoot}\0${place.otherRoots.length === 0 ? '' : place.contentRoot}`;
  const present = known.get(world);
  if (present?.identity === identity) return present.projects;
  const file = keptFile(workspaceRoot, place, 'projects');
  const projects = new KeptProjects(file, isBuilt ? identity : undefined);
  known.set(world, { identity, projects });
  return projects;
}
