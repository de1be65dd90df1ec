import { posix } from 'node:path';
import { WORLD_FOLDERS } from 'chargen-core';
import { applyEdits, modify, parse } from 'jsonc-parser';
import { z } from 'chargen-core/zod';
import { worldEntries } from '../world-entries.js';
import { findWorlds } from './find-worlds.js';
import { IGNORED_BY_GIT, IGNORED_BY_PRETTIER, withIgnored } from './ignore-lines.js';
import { JSON_FORMAT, readNxJsonText, withPlugin } from './nx-json.js';
import { STYLE } from './style.js';
import type { Repository } from './repository.js';
import { takenTargets } from './taken-targets.js';
import { nameSlug, workspaceIdOf } from './workspace-id.js';

/** One file to write, as it was read and as it will be. */
export interface FileEdit {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  /** Undefined if there is no such file. */
  readonly before: string | undefined;
  readonly after: string;
  /** What is in it, in a few words. */
  readonly says: string;
}

export interface SetupOptions {
  /** The folder of the world; by default the workspace itself or the one folder that is a world, else `content`. */
  readonly contentRoot: string | undefined;
  /** By default made of the workspace's name and `idEnding`. */
  readonly workspaceId: string | undefined;
  /** See `newIdEnding`. */
  readonly idEnding: string;
  /** What package.json is to name, with the version of each; undefined leaves package.json alone. */
  readonly packages: Readonly<Record<string, string>> | undefined;
}

export interface SetupPlan {
  readonly edits: readonly FileEdit[];
  /** Relative to the workspace; empty for the workspace itself. */
  readonly contentRoot: string;
  /** Whether there are folders of entities already. */
  readonly hasWorld: boolean;
}

/**
 * What has to be written to make a repository a workspace of chargen: only what is missing. `nx add chargen-plugin`
 * and `chargen init` apply it. Throws an Error with words for people if an option, nx.json or package.json is wrong.
 */
export function planSetup(repository: Repository, options: SetupOptions): SetupPlan {
  const nxText = repository.read('nx.json');
  const nx =
    nxText === undefined ? { kind: 'without-plugin' as const, pluginCount: 0 } : readNxJsonText(nxText);
  if (nx.kind === 'broken') throw new Error('nx.json is not what Nx expects. Run: npx nx report');
  const registered = nx.kind === 'with-plugin' ? worldEntries(nx.plugins)[0] : undefined;
  const contentRoot = registered?.contentRoot ?? contentRootOf(repository, options.contentRoot);
  const hasWorld = isWorld(repository, contentRoot);
  const styleFile = registered?.styleFile ?? posix.join(contentRoot, 'style.yaml');
  const edits = [
    options.packages === undefined ? undefined : packageEdit(repository, options.packages),
    nx.kind === 'with-plugin' ? undefined : nxEdit(repository, nxText, nx.pluginCount, contentRoot, options),
    ignoreEdit(repository, '.gitignore', IGNORED_BY_GIT, 'keys, results and previews stay out of git'),
    ignoreEdit(repository, '.prettierignore', IGNORED_BY_PRETTIER, 'what chargen writes is not formatted'),
    // A world that has had no style would look different with one.
    hasWorld ? undefined : newFile(repository, styleFile, STYLE, 'the style of the whole world'),
  ];
  return { edits: edits.flatMap((edit) => edit ?? []), contentRoot, hasWorld };
}

/** The edit that makes a file; undefined if it is there. */
export function newFile(
  repository: Repository,
  path: string,
  after: string,
  says: string,
): FileEdit | undefined {
  return repository.read(path) === undefined ? { path, before: undefined, after, says } : undefined;
}

const USUAL_ROOT = 'content';

/** An existing world stays where it is, in whatever folder; a new one goes into `content/`. */
function contentRootOf(repository: Repository, given: string | undefined): string {
  if (given === undefined) {
    if (isWorld(repository, '')) return '';
    if (isWorld(repository, USUAL_ROOT)) return USUAL_ROOT;
    const [first = USUAL_ROOT, ...others] = findWorlds(repository);
    if (others.length === 0) return first;
    throw new Error(
      `There are several folders with entities: ${[first, ...others].join(', ')}. Say which one is the world, such as: chargen init --content ${first}`,
    );
  }
  const path = posix.normalize(given.replaceAll('\\', '/')).replace(/^\/+|\/+$/g, '');
  if (path === '..' || path.startsWith('../'))
    throw new Error(`The folder of the world must be inside of the workspace: "${given}" is not.`);
  return path === '.' ? '' : path;
}

function isWorld(repository: Repository, folder: string): boolean {
  return WORLD_FOLDERS.some((name) => repository.isFolder(posix.join(folder, name)));
}

function nxEdit(
  repository: Repository,
  before: string | undefined,
  pluginCount: number,
  contentRoot: string,
  options: SetupOptions,
): FileEdit {
  const id = options.workspaceId ?? workspaceIdOf(nameOf(repository), options.idEnding);
  if (!/^[A-Za-z0-9._-]{1,60}$/.test(id)) {
    throw new Error(
      `"${id}" cannot be the id of a workspace: letters, digits, dots, dashes and _, at most 60.`,
    );
  }
  const names = otherNames(repository, contentRoot);
  const after = withPlugin(before, pluginCount, {
    ...(contentRoot === '' ? {} : { contentRoot }),
    workspaceId: id,
    ...names.options,
  });
  const rest = before === undefined ? '' : '; the rest stays as it is';
  return { path: 'nx.json', before, after, says: `the plugin of Nx and its options${rest}${names.says}` };
}

/** Names for targets whose usual names mean something else here, such as `generate` of Prisma. */
function otherNames(
  repository: Repository,
  contentRoot: string,
): { readonly options: Readonly<Record<string, string>>; readonly says: string } {
  const taken = takenTargets(repository, ['generate', 'analyze'], contentRoot);
  const options = Object.fromEntries(
    [...taken.keys()].map((name) => [`${name}TargetName`, `${name}-pictures`]),
  );
  const says = [...taken].map(
    ([name, file]) => `; the target is called ${name}-pictures, since "${name}" is something else in ${file}`,
  );
  return { options, says: says.join('') };
}

const versions = z.record(z.string(), z.string()).optional();
const manifestSchema = z.looseObject({
  name: z.string().optional(),
  dependencies: versions,
  devDependencies: versions,
});
type Manifest = z.infer<typeof manifestSchema>;

function manifestOf(text: string): Manifest {
  const parsed = manifestSchema.safeParse(parse(text));
  if (!parsed.success) throw new Error('package.json is not what npm expects.');
  return parsed.data;
}

/** The name in package.json, which all clones share; else that of the folder. */
export function nameOf(repository: Repository): string {
  const text = repository.read('package.json');
  return (text === undefined ? undefined : manifestOf(text).name) ?? repository.name;
}

/** Not the place of a package, such as `file:../chargen`, nor what a catalog or a workspace has. */
const VERSION_RANGE = /^(?:[~^]?\d[\w.+-]*|latest|next|\*)$/;

function packageEdit(
  repository: Repository,
  packages: Readonly<Record<string, string>>,
): FileEdit | undefined {
  const path = 'package.json';
  const before = repository.read(path);
  const given =
    before ?? `${JSON.stringify({ name: nameSlug(repository.name), private: true }, undefined, 2)}\n`;
  // npm reads a file that begins with a byte order mark, and Nx refuses the whole workspace.
  const start = given.replace(/^\uFEFF/, '');
  const { dependencies = {}, devDependencies = {} } = manifestOf(start);
  const changes = Object.entries(packages).flatMap(([name, spec]): Change[] => {
    const part = dependencies[name] === undefined ? ('devDependencies' as const) : ('dependencies' as const);
    const known = dependencies[name] ?? devDependencies[name];
    if (known === undefined) return [{ name, spec, part, isNew: true }];
    // `nx add` writes a range, and adds one package; all of chargen share a state folder and are of one version.
    const isOurs = name.startsWith('chargen-') && VERSION_RANGE.test(known) && VERSION_RANGE.test(spec);
    return isOurs && known !== spec ? [{ name, spec, part, isNew: false }] : [];
  });
  if (changes.length === 0) return undefined;
  const after = changes.reduce(
    (text, { name, spec, part }) => applyEdits(text, modify(text, [part, name], spec, JSON_FORMAT)),
    start,
  );
  const names = (isNew: boolean): string =>
    changes.flatMap((one) => (one.isNew === isNew ? [one.name] : [])).join(', ');
  const says = [
    ...(names(true) === '' ? [] : [`${names(true)} as devDependencies`]),
    ...(names(false) === '' ? [] : [`${names(false)} in exactly this version`]),
    ...(start === given ? [] : ['without the byte order mark, which Nx does not read']),
  ];
  return { path, before, after, says: says.join('; ') };
}

interface Change {
  readonly name: string;
  readonly spec: string;
  readonly part: 'dependencies' | 'devDependencies';
  readonly isNew: boolean;
}

function ignoreEdit(
  repository: Repository,
  path: string,
  patterns: Parameters<typeof withIgnored>[1],
  says: string,
): FileEdit | undefined {
  const before = repository.read(path);
  const after = withIgnored(before, patterns);
  return after === undefined ? undefined : { path, before, after, says };
}
