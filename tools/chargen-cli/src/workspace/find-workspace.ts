import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { IMAGERY_FILE, isWithin, WORLD_FOLDERS } from 'chargen-core';
import { worldName, type WorldEntry } from 'chargen-plugin/setup';
import { CliError } from '../cli/cli-error.js';
import type { GlobalOptions } from '../cli/spec.js';
import { defaultEntries, readNxConfig } from './nx-config.js';

export interface FoundWorkspace {
  /** Absolute. */
  readonly root: string;
  /** Its worlds, one at least. */
  readonly entries: readonly WorldEntry[];
  /** False if there is no nx.json with the plugin: then nothing can be run through Nx. */
  readonly hasPlugin: boolean;
}

/**
 * The workspace that a command works in: the folder that was named; else, upwards from here, the nearest nx.json
 * that has the plugin and holds this folder's world; else the nearest folder that has characters, locations or
 * chapters.
 */
export function findWorkspace(named: string | undefined): FoundWorkspace {
  const cwd = process.cwd();
  if (named !== undefined) {
    const root = resolve(cwd, named);
    if (!isFolder(root))
      throw new CliError(`There is no folder ${root}; --root names the workspace's folder.`);
    const config = readNxConfig(root);
    if (config.kind === 'with-plugin') return { root, entries: config.entries, hasPlugin: true };
    return { root, entries: defaultEntries(contentRootOf(root)), hasPlugin: false };
  }
  const world = upwards(cwd).find(isWorld);
  for (const root of upwards(cwd)) {
    const config = readNxConfig(root);
    if (config.kind !== 'with-plugin') continue;
    const holds = config.entries.some(({ contentRoot }) => isWithin(join(root, contentRoot), world ?? root));
    // A world of its own below a workspace that looks elsewhere for its content is not that workspace's.
    if (world !== undefined && world !== root && !holds) continue;
    return { root, entries: config.entries, hasPlugin: true };
  }
  if (world !== undefined) return { root: world, entries: defaultEntries(''), hasPlugin: false };
  const contentRoot = contentRootOf(cwd);
  // Looking for a world below any folder would read a whole disk; a project is small enough to be searched.
  if (contentRoot === '' && !PROJECT_FILES.some((name) => existsSync(join(cwd, name)))) {
    throw new CliError(noWorld(cwd));
  }
  return { root: cwd, entries: defaultEntries(contentRoot), hasPlugin: false };
}

/**
 * The world that a command works in: the one that `--world` names, the only one, or the one that the folder is in.
 * Undefined if it is not known which. Throws CliError if there is none of that name.
 */
export function worldHere(
  { root, entries }: FoundWorkspace,
  { world }: Pick<GlobalOptions, 'world'>,
): WorldEntry | undefined {
  if (world !== undefined) {
    const wanted = world.replace(/\/+$/, '').replace(/^\.\//, '');
    const named = entries.find(
      (entry) => worldName(entry) === wanted || entry.settings.workspaceId === wanted,
    );
    if (named === undefined) throw new CliError(`There is no world "${world}" here. ${worldsText(entries)}`);
    return named;
  }
  if (entries.length === 1) return entries[0];
  const around = entries.filter(
    ({ contentRoot }) => contentRoot !== '' && isWithin(join(root, contentRoot), process.cwd()),
  );
  return around.reduce<WorldEntry | undefined>(
    (one, other) => (other.contentRoot.length > (one?.contentRoot.length ?? -1) ? other : one),
    undefined,
  );
}

/** Which worlds there are, and how one is chosen. */
export function worldsText(entries: readonly WorldEntry[]): string {
  const names = entries.map(worldName);
  return `The worlds of this workspace: ${names.join(', ')}. Choose one with: --world ${names[0] ?? '.'}`;
}

/** The files that mark a folder as a project. */
const PROJECT_FILES = ['nx.json', 'package.json', '.git'] as const;

export function noWorld(folder: string): string {
  const places = WORLD_FOLDERS.map((name) => `${name}/<slug>/${IMAGERY_FILE}`).join(', ');
  return (
    `There is no story world in ${folder}: its files would be ${places}. ` +
    'Go to its folder, name it with --root, or begin one with: chargen init'
  );
}

function contentRootOf(root: string): string {
  return !isWorld(root) && isWorld(join(root, 'content')) ? 'content' : '';
}

function isWorld(folder: string): boolean {
  return WORLD_FOLDERS.some((name) => isFolder(join(folder, name)));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The folder itself, then each above it. */
function upwards(folder: string): string[] {
  const folders = [folder];
  for (let next = dirname(folder); next !== folders.at(-1); next = dirname(next)) folders.push(next);
  return folders;
}
