import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveOptions, type ResolvedOptions } from 'chargen-plugin/options';
import { parse, type ParseError } from 'jsonc-parser';
import { z } from 'zod';
import { CliError } from '../cli/cli-error.js';

export const PLUGIN_NAME = 'chargen-plugin';

const nxJson = z.looseObject({
  plugins: z
    .array(z.union([z.string(), z.looseObject({ plugin: z.string(), options: z.unknown().optional() })]))
    .optional(),
});

export type NxConfig =
  | { readonly kind: 'absent' }
  /** An nx.json without our plugin. */
  | { readonly kind: 'without-plugin' }
  | { readonly kind: 'with-plugin'; readonly options: ResolvedOptions };

/** The plugin's options as nx.json in this folder states them. Throws CliError where they are not right. */
export function readNxConfig(folder: string): NxConfig {
  let text: string;
  try {
    text = readFileSync(join(folder, 'nx.json'), 'utf8');
  } catch {
    return { kind: 'absent' };
  }
  const errors: ParseError[] = [];
  // Nx allows comments and trailing commas there.
  const data: unknown = parse(text, errors, { allowTrailingComma: true });
  const parsed = nxJson.safeParse(data);
  if (errors.length > 0 || !parsed.success) {
    throw new CliError(`${join(folder, 'nx.json')} is not what Nx expects. Run: npx nx report`);
  }
  for (const plugin of parsed.data.plugins ?? []) {
    const [name, options] =
      typeof plugin === 'string' ? [plugin, undefined] : [plugin.plugin, plugin.options];
    if (name !== PLUGIN_NAME) continue;
    try {
      return { kind: 'with-plugin', options: resolveOptions(options) };
    } catch (error) {
      throw new CliError(error instanceof Error ? error.message : String(error));
    }
  }
  return { kind: 'without-plugin' };
}

export function defaultOptions(contentRoot: string): ResolvedOptions {
  return resolveOptions(contentRoot === '' ? {} : { contentRoot });
}
