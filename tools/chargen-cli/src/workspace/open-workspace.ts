import { join } from 'node:path';
import {
  filesNotRead,
  findImageryFiles,
  type KeptFindings,
  KeptPrompts,
  REAL_PLACES,
  type SceneContext,
  type StoreContext,
  type World,
} from 'chargen-core';
import { keptFindings, presentDataFolder, readKeptWorld, type WorldEntry } from 'chargen-plugin/setup';
import { CliError } from '../cli/cli-error.js';
import type { GlobalOptions } from '../cli/spec.js';
import { findWorkspace, noWorld, worldHere, worldsText, type FoundWorkspace } from './find-workspace.js';

/** A workspace with one of its worlds read. */
export interface Workspace extends SceneContext {
  readonly options: WorldEntry;
  readonly hasPlugin: boolean;
  /** The imagery.yaml files, relative to the root. */
  readonly files: readonly string[];
  /** Undefined if Nx never ran here. */
  readonly prompts: KeptPrompts | undefined;
  readonly kept: KeptFindings | undefined;
}

/**
 * Finds the workspace and reads its world. A workspace without any imagery.yaml is reported as bad input, as is one of
 * several worlds if it is not known which is meant.
 */
export async function openWorkspace(globals: GlobalOptions): Promise<Workspace> {
  const found = findWorkspace(globals.root);
  const entry = worldHere(found, globals);
  if (entry === undefined) {
    throw new CliError(`It is not known which world is meant. ${worldsText(found.entries)}`);
  }
  return openWorld(found, entry);
}

/** The worlds that a command about the history means. There are no settings: each world has its own. */
export interface HistoryWorkspace extends StoreContext {
  /** Identities of the worlds of the workspace that are not among them. */
  readonly otherIds: readonly string[];
}

/** The world that is named or that the folder is in, else all of them as one. */
export async function openHistory(globals: GlobalOptions): Promise<HistoryWorkspace> {
  const found = findWorkspace(globals.root);
  const named = worldHere(found, globals);
  return named === undefined
    ? openAllWorlds(globals)
    : { ...(await openWorld(found, named)), otherIds: named.otherIds };
}

/** All worlds of the workspace as one, also if the command is called inside one of them: they have one store. */
export async function openAllWorlds(globals: GlobalOptions): Promise<HistoryWorkspace> {
  const [first, ...others] = await openEachWorld(globals);
  if (first === undefined) throw new CliError(noWorld(findWorkspace(globals.root).root));
  const worlds = [first, ...others].map(({ world }) => world);
  // Its style is that of the first, and concerns no picture that is there.
  const world: World = {
    ...first.world,
    entities: worlds.flatMap(({ entities }) => entities),
    find: (type, slug) => worlds.map((one) => one.find(type, slug)).find((one) => one !== undefined),
  };
  return { workspaceRoot: first.workspaceRoot, places: first.places, world, otherIds: [] };
}

/** Each world of the workspace by itself, with its own settings. */
export function openEachWorld(globals: GlobalOptions): Promise<Workspace[]> {
  const found = findWorkspace(globals.root);
  return Promise.all(found.entries.map((entry) => openWorld(found, entry)));
}

async function openWorld({ root, hasPlugin }: FoundWorkspace, options: WorldEntry): Promise<Workspace> {
  let files: string[];
  try {
    files = (await findImageryFiles(root, options.contentRoot)).filter(options.owns);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(`The world in ${join(root, options.contentRoot)} cannot be read: ${why}`);
  }
  if (files.length === 0) {
    const notRead = await filesNotRead(root, options.contentRoot, options.otherRoots);
    const hints = notRead.slice(0, 3).map(({ file, message }) => `\n${file}: ${message}`);
    throw new CliError(`${noWorld(root)}${hints.join('')}`);
  }
  const world = readKeptWorld(root, files, options);
  const { settings } = options;
  const data = presentDataFolder(root);
  const prompts = data === undefined ? undefined : new KeptPrompts(join(data, 'chargen-prompts'));
  const kept = keptFindings(root, options);
  const places = REAL_PLACES;
  return { workspaceRoot: root, options, settings, places, hasPlugin, files, world, prompts, kept };
}
