import type { ExecutorContext, ProjectGraph } from '@nx/devkit';
import { posix } from 'node:path';
import { z } from 'chargen-core/zod';
import type { ExportOptions } from 'chargen-export/options';
import { worldEntries, worldName, type WorldEntry } from '../world-entries.js';
import { describeRefusedFlags, flagsOf } from './refused-flags.js';

const optionsSchema = z.strictObject({
  contentRoot: z.string(),
  digest: z.string().optional(),
  folder: z.string().optional(),
});

/** The world that a task is of, with what its entry in nx.json asks to be exported. */
export type ExportWorldOutcome =
  | { readonly kind: 'world'; readonly entry: WorldEntry; readonly wanted: ExportOptions }
  | { readonly kind: 'refused'; readonly message: string };

/** Reads the options of an export task; `overrides` is what its command line gave, which it refuses. */
export function exportWorldOf(
  raw: unknown,
  overrides: Readonly<Record<string, unknown>>,
  { nxJsonConfiguration }: Pick<ExecutorContext, 'nxJsonConfiguration'>,
): ExportWorldOutcome {
  const flags = flagsOf(overrides);
  if (flags.length > 0) return { kind: 'refused', message: describeRefusedFlags(flags) };
  const parsed = optionsSchema.safeParse(raw);
  const contentRoot = parsed.data?.contentRoot;
  const entry = worldEntries(nxJsonConfiguration.plugins).find((one) => one.contentRoot === contentRoot);
  if (entry?.export === undefined) {
    const where = contentRoot === undefined ? '' : ` for the world "${worldName({ contentRoot })}"`;
    return {
      kind: 'refused',
      message: `nx.json has no option "export" of chargen-plugin${where}. Run: npx nx reset`,
    };
  }
  return { kind: 'world', entry, wanted: entry.export };
}

/** The folders of all exports of a world, relative to that of the whole export: `character/cidrella-vexweld`. */
export function exportedFolders(graph: ProjectGraph, { contentRoot }: WorldEntry, folder: string): string[] {
  return Object.values(graph.nodes).flatMap(({ data }) =>
    Object.values(data.targets ?? {}).flatMap(({ executor, options }) => {
      if (executor !== 'chargen-plugin:export') return [];
      const parsed = optionsSchema.safeParse(options).data;
      if (parsed?.folder === undefined || parsed.contentRoot !== contentRoot) return [];
      return [posix.relative(folder, parsed.folder)];
    }),
  );
}
