import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLUGIN, readNxJsonText, worldEntries, type WorldEntry } from 'chargen-plugin/setup';
import { CliError } from '../cli/cli-error.js';

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
