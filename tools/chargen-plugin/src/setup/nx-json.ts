import { applyEdits, modify, parse, type ParseError } from 'jsonc-parser';
import { z } from 'chargen-core/zod';
import { PLUGIN } from '../world-entries.js';

export { PLUGIN };

/** How an edit of JSON text is formatted; line breaks are those of the text. */
export const JSON_FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' } };

const nxJsonSchema = z.looseObject({
  plugins: z.array(z.union([z.string(), z.looseObject({ plugin: z.string() })])).optional(),
});

export type NxJson =
  /** Not what Nx expects. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'without-plugin'; readonly pluginCount: number }
  /** `plugins` as they are written there, those of others too; see `worldEntries`. */
  | { readonly kind: 'with-plugin'; readonly plugins: readonly unknown[] };

/** What the text of an nx.json says about this plugin. Comments and trailing commas are allowed, as in Nx. */
export function readNxJsonText(text: string): NxJson {
  const errors: ParseError[] = [];
  const data: unknown = parse(text, errors, { allowTrailingComma: true });
  const parsed = nxJsonSchema.safeParse(data);
  if (errors.length > 0 || !parsed.success) return { kind: 'broken' };
  const plugins = parsed.data.plugins ?? [];
  const isThere = plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === PLUGIN);
  return isThere ? { kind: 'with-plugin', plugins } : { kind: 'without-plugin', pluginCount: plugins.length };
}

/** The text of nx.json with this plugin as the last one; every comment stays. `text` undefined: a new file. */
export function withPlugin(
  text: string | undefined,
  pluginCount: number,
  options: Readonly<Record<string, string>>,
): string {
  const entry = { plugin: PLUGIN, options };
  if (text === undefined) {
    const fresh = { $schema: './node_modules/nx/schemas/nx-schema.json', analytics: false, plugins: [entry] };
    return `${JSON.stringify(fresh, undefined, 2)}\n`;
  }
  const edits = modify(text, ['plugins', pluginCount], entry, { ...JSON_FORMAT, isArrayInsertion: true });
  return applyEdits(text, edits);
}
