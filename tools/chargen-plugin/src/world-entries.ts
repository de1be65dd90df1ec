import { minimatch } from 'minimatch';
import { z } from 'chargen-core/zod';
import { PLUGIN } from './plugin-name.js';
import { resolveOptions, type ResolvedOptions } from './plugin-options.js';

export { PLUGIN };

/** One entry of this plugin in nx.json: a world with its model, its style and its identity. */
export interface WorldEntry extends ResolvedOptions {
  /**
   * Whether a file of the content root is of this world: it is in the content root of no entry further in, and
   * `include` and `exclude` of the entry let it pass, as in Nx.
   */
  readonly owns: (file: string) => boolean;
  /** Distinguishes the projects of several worlds; undefined if there is one entry. */
  readonly tag: string | undefined;
  /** Content roots of the other entries. */
  readonly otherRoots: readonly string[];
  /** Their identities, by which their runs are known. */
  readonly otherIds: readonly string[];
}

const patterns = z.array(z.string()).optional();
const entrySchema = z.union([
  z.literal(PLUGIN).transform(() => ({ options: undefined, include: undefined, exclude: undefined })),
  z.looseObject({
    plugin: z.literal(PLUGIN),
    options: z.unknown().optional(),
    include: patterns,
    exclude: patterns,
  }),
]);

/**
 * The entries of this plugin among `plugins` of nx.json, in their order. Throws an Error with a message for people if the
 * options of one are not right, or if two could not be distinguished.
 */
export function worldEntries(plugins: readonly unknown[] | undefined): readonly WorldEntry[] {
  const written = (plugins ?? []).flatMap((plugin) => entrySchema.safeParse(plugin).data ?? []);
  const resolved = written.map(({ options }) => resolveOptions(options));
  refuseEqual(resolved);
  refuseSharedExports(resolved);
  return resolved.map((options, n) => {
    const { contentRoot } = options;
    const others = resolved.filter((one) => one !== options);
    const otherRoots = others.map((one) => one.contentRoot);
    const inner = otherRoots.filter((root) => isWithin(root, contentRoot));
    const { include, exclude } = written[n] ?? {};
    return {
      ...options,
      otherRoots,
      otherIds: others.map(({ settings }) => settings.workspaceId),
      tag: otherRoots.length === 0 ? undefined : worldTag(contentRoot),
      owns: (file) =>
        !inner.some((root) => isWithin(file, root)) &&
        (include === undefined || include.length === 0 || matchesOne(file, include)) &&
        !matchesOne(file, exclude ?? []),
    };
  });
}

/** The entry that Nx calls the plugin for, known by its content root. Nx gives its options alone. */
export function worldEntryOf(options: unknown, plugins: readonly unknown[] | undefined): WorldEntry {
  const { contentRoot } = resolveOptions(options);
  const entries = worldEntries(plugins);
  const [own = worldEntries([{ plugin: PLUGIN, options }])[0]] = entries.filter(
    (entry) => entry.contentRoot === contentRoot,
  );
  if (own === undefined) throw new Error('An entry of chargen-plugin in nx.json cannot be read.');
  return own;
}

/** What the world is called on command lines: its content root, `.` for the whole workspace. */
export function worldName({ contentRoot }: Pick<ResolvedOptions, 'contentRoot'>): string {
  return contentRoot === '' ? '.' : contentRoot;
}

function worldTag(contentRoot: string): string {
  return `world:${worldName({ contentRoot }).replace(/[\s,]+/g, '-')}`;
}

function refuseEqual(entries: readonly ResolvedOptions[]): void {
  const refuse = (what: string, value: string, advice: string): never => {
    throw new Error(
      `Two entries of chargen-plugin in nx.json have the ${what} "${value}". Each entry is a world of its own: ${advice}`,
    );
  };
  const roots = new Set<string>();
  const ids = new Set<string>();
  for (const { contentRoot, settings } of entries) {
    if (roots.has(contentRoot)) refuse('contentRoot', contentRoot || '.', 'give each another folder.');
    if (ids.has(settings.workspaceId))
      refuse(
        'workspaceId',
        settings.workspaceId,
        'give each another workspaceId, such as the name of its folder.',
      );
    roots.add(contentRoot);
    ids.add(settings.workspaceId);
  }
}

/** An export removes what it no longer makes, and two worlds may have an entity of the same name. */
function refuseSharedExports(entries: readonly ResolvedOptions[]): void {
  const folders = entries.flatMap((entry) => entry.export?.folder ?? []);
  for (const [n, folder] of folders.entries()) {
    const other = folders.find((one, m) => m !== n && isWithin(one, folder));
    if (other === undefined) continue;
    throw new Error(
      `Two entries of chargen-plugin in nx.json export to "${folder}" and "${other}". Give each a folder of its own: "export": {"folder": …}.`,
    );
  }
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function matchesOne(file: string, globs: readonly string[]): boolean {
  return globs.some((glob) => minimatch(file, glob, { dot: true }));
}
