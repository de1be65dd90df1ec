import { chosenOf, settingsSchema, type ChargenSettings } from 'chargen-core/graph';
import { OPTION_MEANINGS } from 'chargen-core/names';
import type { ExportOptions } from 'chargen-export/options';
import { z } from 'chargen-core/zod';
import { exportOptionsOf, exportSchema } from './export-options.js';

/**
 * The plugin's options in nx.json, as a person writes them: those of Nx and of the command, and the settings of the
 * engine. `unset` describes what holds if an option without a default is left out.
 */
export const pluginOptionsSchema = z.strictObject({
  /** imagery.yaml files elsewhere are not looked at. */
  contentRoot: z
    .string()
    .optional()
    .meta({ description: OPTION_MEANINGS.contentRoot, unset: 'the whole workspace' }),
  styleFile: z
    .string()
    .optional()
    .meta({ description: "the world's style guide", unset: '`style.yaml` in the content root' }),
  ...settingsSchema.shape,
  /** It is in no hash of Nx. */
  askAbove: z
    .number()
    .min(0)
    .default(5)
    .describe('US dollars above which `chargen` asks with No preselected'),
  generateTargetName: z.string().default('generate').describe('name of the target that makes pictures'),
  analyzeTargetName: z.string().default('analyze').describe('name of the target that describes pictures'),
  export: exportSchema,
  exportTargetName: z
    .string()
    .default('export')
    .describe('name of the target that makes copies; with `-manifest`, of the one that lists them'),
});
export type PluginOptions = z.input<typeof pluginOptionsSchema>;

export interface ResolvedOptions {
  readonly contentRoot: string;
  readonly styleFile: string;
  readonly generateTargetName: string;
  readonly analyzeTargetName: string;
  /** Undefined if none was asked for: then there is no target for it. */
  readonly export: ExportOptions | undefined;
  readonly exportTargetName: string;
  readonly settings: ChargenSettings;
  /** US dollars above which an interactive command asks with No preselected. */
  readonly askAbove: number;
}

/** Fills in what nx.json leaves out. Throws an Error with a message for people if an option is not known. */
export function resolveOptions(options: unknown): ResolvedOptions {
  const parsed = pluginOptionsSchema.safeParse(options ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const words = issue === undefined ? '' : [issue.path.join('.'), issue.message].filter(Boolean).join(': ');
    const known = Object.keys(pluginOptionsSchema.shape).join(', ');
    throw new Error(
      `The options of chargen-plugin in nx.json are not right (${words}). There are: ${known}. ` +
        'See docs/configuration.md.',
    );
  }
  const { contentRoot: folder = '', styleFile, ...rest } = parsed.data;
  const {
    askAbove,
    generateTargetName,
    analyzeTargetName,
    exportTargetName,
    export: exported,
    ...settings
  } = rest;
  const contentRoot = folder.replace(/\/+$/, '').replace(/^\.(?:\/|$)/, '');
  const written = z.looseObject({}).parse(options ?? {});
  return {
    contentRoot,
    styleFile: styleFile ?? (contentRoot === '' ? 'style.yaml' : `${contentRoot}/style.yaml`),
    askAbove,
    generateTargetName,
    analyzeTargetName,
    export: exportOptionsOf(exported),
    exportTargetName,
    settings: { ...settings, chosen: chosenOf(written) },
  };
}
