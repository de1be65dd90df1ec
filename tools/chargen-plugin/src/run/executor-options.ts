import {
  ANALYZED_PICTURES,
  CHOSEN_ANALYSIS_OPTIONS,
  CHOSEN_OPTIONS,
  DEFAULT_SETTINGS,
  PREVIEW_PLACES,
  REAL_PLACES,
  TIERS,
  type ChargenSettings,
  type Places,
} from 'chargen-core';
import { z } from 'zod';
import { describeRefusedFlags, flagsOf } from './refused-flags.js';

/** What a person set; the rest has the defaults of this version. */
const settings = z.strictObject({
  generationModel: z.string(),
  analysisModel: z.string(),
  workspaceId: z.string(),
  tier: z.enum(TIERS),
  maxItemsPerJob: z.number(),
  maxOpenJobs: z.number(),
  maxCost: z.number().nullable(),
  failOnRefusal: z.boolean(),
  danglingReferences: z.enum(['leave-out', 'block']),
  useTraits: z.boolean(),
  analyzePictures: z.enum(ANALYZED_PICTURES),
  analysisSchema: z.string(),
  analysisSchemaMode: z.enum(['extend', 'replace']),
  canonCheck: z.boolean(),
  chosen: z.array(z.enum([...CHOSEN_OPTIONS, ...CHOSEN_ANALYSIS_OPTIONS])).readonly(),
});

/** Made by the plugin's inference; a flag on the command line ends in a refusal, with the verb that does it. */
const optionsSchema = z.strictObject({
  imagesDir: z.enum([REAL_PLACES.imagesDir, PREVIEW_PLACES.imagesDir]),
  digest: z.string(),
  styleFile: z.string().default('style.yaml'),
  settings: settings.partial().default({}),
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

/** The record is written after the tasks, by the options of nx.json: no task depends on `recordPrompts`. */
export function settingsOf({ settings: { maxCost, ...given } }: TaskOptions): ChargenSettings {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    ...DEFAULT_SETTINGS,
    ...set,
    maxCost: maxCost === undefined ? DEFAULT_SETTINGS.maxCost : (maxCost ?? undefined),
  };
}
