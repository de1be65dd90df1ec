import {
  ANALYZED_PICTURES,
  CHOSEN_OPTIONS,
  DEFAULT_SETTINGS,
  PREVIEW_PLACES,
  REAL_PLACES,
  TIERS,
  type ChargenSettings,
  type Places,
} from 'chargen-core';
import { z } from 'zod';

const settings = z.strictObject({
  generationModel: z.string(),
  analysisModel: z.string(),
  workspaceId: z.string(),
  tier: z.enum(TIERS),
  maxItemsPerJob: z.number(),
  maxOpenJobs: z.number(),
  maxCost: z.number().optional(),
  failOnRefusal: z.boolean(),
  danglingReferences: z.enum(['leave-out', 'block']),
  useTraits: z.boolean(),
  analyzePictures: z.enum(ANALYZED_PICTURES),
  analysisSchema: z.string().optional(),
  analysisSchemaMode: z.enum(['extend', 'replace']),
  canonCheck: z.boolean(),
  chosen: z.array(z.enum(CHOSEN_OPTIONS)).readonly(),
});

/** Made by the plugin's inference; a flag on the command line ends in a refusal, with the verb that does it. */
const optionsSchema = z.strictObject({
  imagesDir: z.enum([REAL_PLACES.imagesDir, PREVIEW_PLACES.imagesDir]),
  digest: z.string(),
  styleFile: z.string().default('style.yaml'),
  settings: settings.default(DEFAULT_SETTINGS),
});
export type TaskOptions = z.infer<typeof optionsSchema>;

const VERBS: Readonly<Record<string, string>> = {
  dryRun: 'chargen plan',
  'dry-run': 'chargen plan',
  wait: 'the environment variable CHARGEN_WAIT',
  maxCost: 'the environment variable CHARGEN_MAX_COST',
  'max-cost': 'the environment variable CHARGEN_MAX_COST',
  submit: 'the environment variable CHARGEN_SUBMIT',
  retry: 'chargen retry',
  scene: 'chargen now',
  now: 'chargen now',
  force: 'chargen reroll',
};

export type OptionsOutcome =
  | { readonly kind: 'options'; readonly options: TaskOptions }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * The options of a task. `overrides` is what its command line gave: where that has the name of one of the plugin's own
 * options, Nx puts it in its place without a word.
 */
export function readOptions(raw: unknown, overrides: Readonly<Record<string, unknown>>): OptionsOutcome {
  const parsed = optionsSchema.safeParse(raw);
  const issue = parsed.error?.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const given = Object.keys(overrides).filter((key) => Object.hasOwn(optionsSchema.shape, camelCase(key)));
  const keys = [...unknown, ...given];
  if (keys.length > 0) {
    const flags = keys.map((key) => {
      const verb = VERBS[key];
      return verb === undefined ? `--${key}` : `--${key} (use ${verb})`;
    });
    return {
      kind: 'refused',
      message:
        `This target takes no flags: ${flags.join(', ')}. Flags would become part of the Nx hash. ` +
        'Plans, dry runs and single pictures are commands of chargen: npx chargen --help',
    };
  }
  if (parsed.success) return { kind: 'options', options: parsed.data };
  const place = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  return {
    kind: 'refused',
    message: `The options of this target are not those that chargen-plugin makes${place}. Run: npx nx reset`,
  };
}

/** `--style-file` is `styleFile` to Nx. */
function camelCase(key: string): string {
  return key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function placesOf(options: TaskOptions): Places {
  return options.imagesDir === PREVIEW_PLACES.imagesDir ? PREVIEW_PLACES : REAL_PLACES;
}

/** The settings with what JSON leaves out where it is undefined. */
export function settingsOf(options: TaskOptions): ChargenSettings {
  const { settings } = options;
  return { ...settings, maxCost: settings.maxCost, analysisSchema: settings.analysisSchema };
}
