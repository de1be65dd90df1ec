import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  DEFAULT_ANALYSIS_MODEL,
  DEFAULT_GENERATION_MODEL,
  describedModelSchema,
  type ModelTerms,
} from '../catalogue/index.js';
import { OPTION_MEANINGS } from '../util/option-meanings.js';
import { overriderOf } from '../util/variables.js';

/** What holds if an option is left out. Not read out of the schema, which is slow to make and seldom needed. */
const DEFAULTS = {
  workspaceId: 'workspace',
  generationModel: DEFAULT_GENERATION_MODEL,
  analysisModel: DEFAULT_ANALYSIS_MODEL,
  models: {},
  allowRetired: false,
  tier: 'tier1',
  maxItemsPerJob: 500,
  maxOpenJobs: 10,
  maxCost: 25,
  failOnRefusal: false,
  danglingReferences: 'leave-out',
  useTraits: true,
  analyzePictures: 'references',
  analysisSchemaMode: 'extend',
  canonCheck: false,
  recordPrompts: false,
} as const;

/**
 * What the workspace decides once: options of the plugin in nx.json. This is the one place of their names, forms,
 * defaults and meanings; a test holds the table of docs/configuration.md to it. `unset` describes what holds if an option
 * without a default is left out.
 */
export const settingsSchema = z.strictObject({
  workspaceId: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/)
    .default(DEFAULTS.workspaceId)
    .describe(OPTION_MEANINGS.workspaceId),
  generationModel: z
    .string()
    .default(DEFAULTS.generationModel)
    .describe('model for pictures; a scene may name another'),
  analysisModel: z.string().default(DEFAULTS.analysisModel).describe('model for descriptions'),
  models: z
    .record(z.string(), describedModelSchema)
    .default(DEFAULTS.models)
    .describe('what models that the catalogue does not list take and cost, by their ids'),
  allowRetired: z
    .boolean()
    .default(DEFAULTS.allowRetired)
    .describe('ask also for models that Google has retired; some answer for a while'),
  tier: z
    .enum(['free', 'tier1', 'tier2', 'tier3'])
    .default(DEFAULTS.tier)
    .describe('your usage tier at Google: `free`, `tier1`, `tier2`, `tier3`; the free tier has no Batch API'),
  maxItemsPerJob: z
    .number()
    .int()
    .min(1)
    .default(DEFAULTS.maxItemsPerJob)
    .describe('requests in one Gemini job at most'),
  maxOpenJobs: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(DEFAULTS.maxOpenJobs)
    .describe('jobs open at once at most'),
  /** Undefined for no cap; compared with the high estimate. */
  maxCost: z
    .union([z.number().min(0), z.literal('unlimited')])
    .default(DEFAULTS.maxCost)
    .transform((cap) => (cap === 'unlimited' ? undefined : cap))
    .describe(
      `US dollars for one run at most, or \`"unlimited"\` (\`${overriderOf('maxCost') ?? ''}\` overrides it)`,
    ),
  failOnRefusal: z
    .boolean()
    .default(DEFAULTS.failOnRefusal)
    .describe('a refusal or an unusable answer fails its task'),
  danglingReferences: z
    .enum(['leave-out', 'block'])
    .default(DEFAULTS.danglingReferences)
    .describe(
      'a reference that cannot be found is left out (`leave-out`) or stops its scene (`block`); the canonical form always stops',
    ),
  useTraits: z.boolean().default(DEFAULTS.useTraits).describe('what analysis found goes into prompts'),
  analyzePictures: z
    .enum(['references', 'all'])
    .default(DEFAULTS.analyzePictures)
    .describe('which pictures `analyze` describes: `references`, or `all` (generated and imported ones too)'),
  /** Relative to the workspace. */
  analysisSchema: z
    .string()
    .optional()
    .meta({ description: 'a JSON Schema of your own for what is to be found, by its path', unset: 'none' }),
  analysisSchemaMode: z
    .enum(['extend', 'replace'])
    .default(DEFAULTS.analysisSchemaMode)
    .describe('it adds to the built-in schema (`extend`) or replaces it (`replace`)'),
  canonCheck: z
    .boolean()
    .default(DEFAULTS.canonCheck)
    .describe('have each new picture judged against the canonical appearance'),
  recordPrompts: z
    .boolean()
    .default(DEFAULTS.recordPrompts)
    .describe(
      'repeat the compiled prompt of each picture (`prompt_used`) in the record in imagery.yaml; the recipe has it always',
    ),
});

/** Options that can change a picture. */
export const CHOSEN_OPTIONS = ['generationModel', 'danglingReferences', 'useTraits'] as const;

/** Options that can change an analysis. */
export const CHOSEN_ANALYSIS_OPTIONS = ['analysisModel', 'analysisSchemaMode'] as const;

export type ChosenOption = (typeof CHOSEN_OPTIONS)[number] | (typeof CHOSEN_ANALYSIS_OPTIONS)[number];

const CHOOSABLE = [...CHOSEN_OPTIONS, ...CHOSEN_ANALYSIS_OPTIONS] as const;

/** The settings with all defaults filled in. */
export interface ChargenSettings extends Readonly<z.output<typeof settingsSchema>> {
  /**
   * Names of the options that a person set and that can change a picture or an analysis. Only these count as asked for: a
   * default that a newer version changes was not.
   */
  readonly chosen: readonly ChosenOption[];
}

export type Tier = ChargenSettings['tier'];
export type AnalyzedPictures = ChargenSettings['analyzePictures'];

export const DEFAULT_SETTINGS: ChargenSettings = { ...DEFAULTS, chosen: [] };

/** Which options, as a person wrote them, count as chosen. */
export function chosenOf(written: Readonly<Record<string, unknown>>): readonly ChosenOption[] {
  return CHOOSABLE.filter((name) => written[name] !== undefined);
}

/**
 * Options that change no result of a task: those that only steer a run, and what only the hook after the tasks reads. No
 * task has them among its options; the executor takes them from nx.json.
 */
const STEERING = ['maxCost', 'tier', 'maxItemsPerJob', 'maxOpenJobs', 'recordPrompts'] as const;

/**
 * The settings as the options of a task hold them in the project graph: without defaults, since one that a newer version
 * changes must not make the cache of all clones useless, and without those that change no result.
 */
export function taskSettings(settings: ChargenSettings): Readonly<Record<string, unknown>> {
  let made = madeSettings.get(settings);
  if (made === undefined) madeSettings.set(settings, (made = chosenSettings(settings)));
  // Nx may write into what it is given.
  return { ...made };
}

/** Each target of each entity asks for the same. */
const madeSettings = new WeakMap<ChargenSettings, Readonly<Record<string, unknown>>>();

function chosenSettings(settings: ChargenSettings): Readonly<Record<string, unknown>> {
  const chosen: readonly string[] = settings.chosen;
  const steering: readonly string[] = STEERING;
  const defaults = new Map<string, unknown>(Object.entries(DEFAULT_SETTINGS));
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) =>
        !steering.includes(name) && (chosen.includes(name) || !isDeepStrictEqual(value, defaults.get(name))),
    ),
  );
}

/** What models are judged by at a moment, in milliseconds since 1970. */
export function modelTerms(
  { models, allowRetired }: Pick<ChargenSettings, 'models' | 'allowRetired'>,
  at: number,
): ModelTerms {
  return { models, allowRetired, at };
}
