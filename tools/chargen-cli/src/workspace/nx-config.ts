import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  PLUGIN,
  readNxJsonText,
  targetDefaultsFindings,
  worldEntries,
  type TargetDefaultsFinding,
  type WorldEntry,
} from 'chargen-plugin/setup';
import { findNodeAtLocation, parse, parseTree } from 'jsonc-parser';
import type { LocatedDiagnostic } from 'chargen-core';
import { z } from 'zod';
import { CliError } from '../cli/cli-error.js';
import { textOfFile } from './text-of-file.js';

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

/** What `targetDefaults` of nx.json puts in the place of what the plugin makes for a world. */
export function targetDefaultsOf(folder: string, entry: WorldEntry): TargetDefaultsFinding[] {
  const parsed = withDefaults.safeParse(parse(textOfFile(join(folder, 'nx.json')) ?? '{}'));
  return parsed.success ? targetDefaultsFindings(parsed.data.targetDefaults, entry) : [];
}

/** The same as diagnostics of nx.json. */
export function targetDefaultsDiagnostics(folder: string, entry: WorldEntry): LocatedDiagnostic[] {
  const text = textOfFile(join(folder, 'nx.json')) ?? '{}';
  const tree = parseTree(text);
  return targetDefaultsOf(folder, entry).map(({ key, message, advice }) => {
    const node = tree === undefined ? undefined : findNodeAtLocation(tree, ['targetDefaults', key]);
    const before = text.slice(0, node?.parent?.offset ?? 0).split('\n');
    return {
      severity: 'warning',
      code: 'target-defaults',
      message: `${message} ${advice}`,
      file: 'nx.json',
      line: before.length,
      column: (before.at(-1) ?? '').length + 1,
      excerpt: text.split('\n')[before.length - 1] ?? '',
    };
  });
}
