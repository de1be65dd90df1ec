import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import {
  PLUGIN,
  projectFileFindings,
  readNxJsonText,
  targetDefaultsFindings,
  worldEntries,
  type TargetDefaultsFinding,
  type WorldEntry,
} from 'chargen-plugin/setup';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { LocatedDiagnostic, World } from 'chargen-core';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import { jsonOfFile, textOfFile } from './text-of-file.js';

export type NxConfig =
  | { readonly kind: 'absent' }
  /** An nx.json without our plugin. */
  | { readonly kind: 'without-plugin' }
  /** An entry of the plugin for each world, one at least. */
  | { readonly kind: 'with-plugin'; readonly entries: readonly WorldEntry[] };

/** The plugin's options as nx.json in this folder states them. Throws CliError if they are not right. */
export function readNxConfig(folder: string): NxConfig {
  let text: string;
  try {
    text = readFileSync(join(folder, 'nx.json'), 'utf8');
  } catch {
    return { kind: 'absent' };
  }
  const nx = readNxJsonText(text);
  if (nx.kind === 'broken')
    throw new CliError(`${join(folder, 'nx.json')} is not what Nx expects. Run: npx nx report`);
  if (nx.kind === 'without-plugin') return { kind: 'without-plugin' };
  try {
    return { kind: 'with-plugin', entries: worldEntries(nx.plugins) };
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

/** The one entry of a folder that no nx.json describes. */
export function defaultEntries(contentRoot: string): readonly WorldEntry[] {
  return worldEntries([{ plugin: PLUGIN, options: contentRoot === '' ? {} : { contentRoot } }]);
}

const withDefaults = z.object({ targetDefaults: z.unknown() });
const packages = z.object({ workspaces: z.unknown().refine((value) => value !== undefined) });

interface ReadWorld {
  readonly workspaceRoot: string;
  readonly options: WorldEntry;
  readonly world: World;
}

/** What `targetDefaults` and the files of Nx beside imagery.yaml put in the place of what the plugin makes for a world. */
export function targetDefaultsOf({ workspaceRoot, options, world }: ReadWorld): TargetDefaultsFinding[] {
  const dataOf = (file: string): unknown => jsonOfFile(join(workspaceRoot, file));
  const nx = withDefaults.safeParse(dataOf('nx.json'));
  // Without workspaces Nx reads no package.json but that of the root.
  const hasPackages =
    packages.safeParse(dataOf('package.json')).success ||
    existsSync(join(workspaceRoot, 'pnpm-workspace.yaml'));
  const names = ['project.json', ...(hasPackages ? ['package.json'] : [])];
  return [
    ...(nx.success ? targetDefaultsFindings(nx.data.targetDefaults, options) : []),
    ...world.entities.flatMap(({ folder }) =>
      names.flatMap((name) => {
        const file = posix.join(folder.root, name);
        return projectFileFindings(file, dataOf(file), options);
      }),
    ),
  ];
}

/** The same as diagnostics of these files. */
export function targetDefaultsDiagnostics(workspace: ReadWorld): LocatedDiagnostic[] {
  return targetDefaultsOf(workspace).map(({ file, at, message, advice }) => {
    const text = textOfFile(join(workspace.workspaceRoot, file)) ?? '';
    const tree = parseTree(text);
    const node = tree === undefined ? undefined : findNodeAtLocation(tree, [...at]);
    const before = text.slice(0, node?.parent?.offset ?? 0).split('\n');
    return {
      severity: 'warning',
      code: 'target-defaults',
      message: `${message} ${advice}`,
      file,
      line: before.length,
      column: (before.at(-1) ?? '').length + 1,
      excerpt: text.split('\n')[before.length - 1] ?? '',
    };
  });
}
