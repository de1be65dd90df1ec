import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveOptions, type ResolvedOptions } from 'chargen-plugin/options';
import { readNxJsonText } from 'chargen-plugin/setup';
import { CliError } from '../cli/cli-error.js';

export type NxConfig =
  | { readonly kind: 'absent' }
  /** An nx.json without our plugin. */
  | { readonly kind: 'without-plugin' }
  | { readonly kind: 'with-plugin'; readonly options: ResolvedOptions };

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
    return { kind: 'with-plugin', options: resolveOptions(nx.options) };
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

export function defaultOptions(contentRoot: string): ResolvedOptions {
  return resolveOptions(contentRoot === '' ? {} : { contentRoot });
}
