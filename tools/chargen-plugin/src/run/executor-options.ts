import { PREVIEW_PLACES, REAL_PLACES, taskSettingsSchema, type Places } from 'chargen-core';
import { z } from 'zod';
import { describeRefusedFlags, flagsOf } from './refused-flags.js';

/** Made by the plugin's inference; a flag on the command line ends in a refusal, with the verb that does it. */
const optionsSchema = z.strictObject({
  imagesDir: z.enum([REAL_PLACES.imagesDir, PREVIEW_PLACES.imagesDir]),
  digest: z.string(),
  styleFile: z.string().default('style.yaml'),
  settings: taskSettingsSchema.prefault({}),
});
export type TaskOptions = z.infer<typeof optionsSchema>;

export type OptionsOutcome =
  | { readonly kind: 'options'; readonly options: TaskOptions }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * The options of a task. `overrides` is what its command line gave: a flag that has the name of one of the plugin's own
 * options is among the options already, in its place.
 */
export function readOptions(raw: unknown, overrides: Readonly<Record<string, unknown>>): OptionsOutcome {
  const parsed = optionsSchema.safeParse(raw);
  const issue = parsed.error?.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const given = flagsOf(overrides);
  const keys = [...new Set([...unknown, ...given])];
  if (keys.length > 0) return { kind: 'refused', message: describeRefusedFlags(keys) };
  if (parsed.success) return { kind: 'options', options: parsed.data };
  const place = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  return {
    kind: 'refused',
    message: `The options of this target are not those that chargen-plugin makes${place}. Run: npx nx reset`,
  };
}

export function placesOf(options: TaskOptions): Places {
  return options.imagesDir === PREVIEW_PLACES.imagesDir ? PREVIEW_PLACES : REAL_PLACES;
}
