import { DEFAULT_ANALYSIS_MODEL, DEFAULT_GENERATION_MODEL } from '../catalogue/index.js';

export const TIERS = ['free', 'tier1', 'tier2', 'tier3'] as const;
export type Tier = (typeof TIERS)[number];

export const ANALYZED_PICTURES = ['references', 'all'] as const;
export type AnalyzedPictures = (typeof ANALYZED_PICTURES)[number];

/** What the workspace decides once, in the plugin's options in nx.json. */
export interface ChargenSettings {
  readonly generationModel: string;
  readonly analysisModel: string;
  /** Part of every job's name at Google; see decision 21 of the design. */
  readonly workspaceId: string;
  readonly tier: Tier;
  /** At most this many requests in one job. */
  readonly maxItemsPerJob: number;
  readonly maxOpenJobs: number;
  /** US dollars that one run may cost at most, at the high estimate; undefined for no cap. */
  readonly maxCost: number | undefined;
  /** True: a refusal fails its task. */
  readonly failOnRefusal: boolean;
  /** What happens to a reference that cannot be found, where the file's dialect does not demand it. */
  readonly danglingReferences: 'leave-out' | 'block';
  /** Add what analysis found to prompts. */
  readonly useTraits: boolean;
  /** Which pictures are analyzed: those that prompts lean on, or also generated and imported ones. */
  readonly analyzePictures: AnalyzedPictures;
  /** A JSON Schema of the workspace's own, relative to the workspace. */
  readonly analysisSchema: string | undefined;
  /** Whether that schema adds to the built-in one or stands in its place. */
  readonly analysisSchemaMode: 'extend' | 'replace';
  /** Have each generated picture judged against the canonical appearance. */
  readonly canonCheck: boolean;
  /**
   * Names of the options that a person set and that can change a picture or an analysis. Only these count as asked for: a default that
   * a newer version changes was not.
   */
  readonly chosen: readonly ChosenOption[];
  /** Repeat the compiled prompt, which the recipe has, in the record in imagery.yaml. */
  readonly recordPrompts: boolean;
}

/** Options that can change a picture. */
export const CHOSEN_OPTIONS = ['generationModel', 'danglingReferences', 'useTraits'] as const;
/** Options that can change an analysis. */
export const CHOSEN_ANALYSIS_OPTIONS = ['analysisModel', 'analysisSchemaMode'] as const;
export type ChosenOption = (typeof CHOSEN_OPTIONS)[number] | (typeof CHOSEN_ANALYSIS_OPTIONS)[number];

export const DEFAULT_SETTINGS: ChargenSettings = {
  generationModel: DEFAULT_GENERATION_MODEL,
  analysisModel: DEFAULT_ANALYSIS_MODEL,
  workspaceId: 'workspace',
  tier: 'tier1',
  maxItemsPerJob: 500,
  maxOpenJobs: 10,
  maxCost: 25,
  failOnRefusal: false,
  danglingReferences: 'leave-out',
  useTraits: true,
  analyzePictures: 'references',
  analysisSchema: undefined,
  analysisSchemaMode: 'extend',
  canonCheck: false,
  chosen: [],
  recordPrompts: false,
};
