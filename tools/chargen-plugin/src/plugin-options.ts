import {
  ANALYZED_PICTURES,
  CHOSEN_ANALYSIS_OPTIONS,
  CHOSEN_OPTIONS,
  DEFAULT_SETTINGS,
  TIERS,
  type ChargenSettings,
} from 'chargen-core/graph';
import { z } from 'zod';

/** The plugin's options in nx.json, as a person writes them. */
export const pluginOptionsSchema = z.strictObject({
  /** Folder that holds the world; imagery.yaml files elsewhere are not looked at. Default: the whole workspace. */
  contentRoot: z.string().optional(),
  /** The world's style guide; by default style.yaml in the content root. */
  styleFile: z.string().optional(),
  generateTargetName: z.string().optional(),
  analyzeTargetName: z.string().optional(),
  /** Part of every job's name at Google, so that other machines find the jobs of this workspace. */
  workspaceId: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/)
    .optional(),
  generationModel: z.string().optional(),
  analysisModel: z.string().optional(),
  tier: z.enum(TIERS).optional(),
  maxItemsPerJob: z.number().int().min(1).optional(),
  maxOpenJobs: z.number().int().min(1).max(100).optional(),
  /** US dollars that one run may cost at most. */
  maxCost: z.union([z.number().min(0), z.literal('unlimited')]).optional(),
  /** US dollars above which the command asks with No preselected. It is in no hash of Nx. */
  askAbove: z.number().min(0).optional(),
  failOnRefusal: z.boolean().optional(),
  danglingReferences: z.enum(['leave-out', 'block']).optional(),
  useTraits: z.boolean().optional(),
  analyzePictures: z.enum(ANALYZED_PICTURES).optional(),
  /** A JSON Schema of your own for what analysis is to find, relative to the workspace. */
  analysisSchema: z.string().optional(),
  analysisSchemaMode: z.enum(['extend', 'replace']).optional(),
  canonCheck: z.boolean().optional(),
  /** Repeat the compiled prompt of each picture in the record in imagery.yaml. */
  recordPrompts: z.boolean().optional(),
});
export type PluginOptions = z.infer<typeof pluginOptionsSchema>;

export interface ResolvedOptions {
  readonly contentRoot: string;
  readonly styleFile: string;
  readonly generateTargetName: string;
  readonly analyzeTargetName: string;
  readonly settings: ChargenSettings;
  /** US dollars above which an interactive command asks with No preselected. */
  readonly askAbove: number;
}

const DEFAULT_ASK_ABOVE = 5;

/** Fills in what nx.json leaves out. Throws an Error with words for people where an option is not known. */
export function resolveOptions(options: unknown): ResolvedOptions {
  const parsed = pluginOptionsSchema.safeParse(options ?? {});
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    const words = first === undefined ? '' : [first.path.join('.'), first.message].filter(Boolean).join(': ');
    const known = Object.keys(pluginOptionsSchema.shape).join(', ');
    throw new Error(
      `The options of chargen-plugin in nx.json are not right (${words}). There are: ${known}. ` +
        'See docs/configuration.md.',
    );
  }
  const given = parsed.data;
  const contentRoot = (given.contentRoot ?? '').replace(/\/+$/, '').replace(/^\.(?:\/|$)/, '');
  return {
    contentRoot,
    styleFile: given.styleFile ?? (contentRoot === '' ? 'style.yaml' : `${contentRoot}/style.yaml`),
    askAbove: given.askAbove ?? DEFAULT_ASK_ABOVE,
    generateTargetName: given.generateTargetName ?? 'generate',
    analyzeTargetName: given.analyzeTargetName ?? 'analyze',
    settings: {
      generationModel: given.generationModel ?? DEFAULT_SETTINGS.generationModel,
      analysisModel: given.analysisModel ?? DEFAULT_SETTINGS.analysisModel,
      workspaceId: given.workspaceId ?? DEFAULT_SETTINGS.workspaceId,
      tier: given.tier ?? DEFAULT_SETTINGS.tier,
      maxItemsPerJob: given.maxItemsPerJob ?? DEFAULT_SETTINGS.maxItemsPerJob,
      maxOpenJobs: given.maxOpenJobs ?? DEFAULT_SETTINGS.maxOpenJobs,
      maxCost: given.maxCost === 'unlimited' ? undefined : (given.maxCost ?? DEFAULT_SETTINGS.maxCost),
      failOnRefusal: given.failOnRefusal ?? DEFAULT_SETTINGS.failOnRefusal,
      danglingReferences: given.danglingReferences ?? DEFAULT_SETTINGS.danglingReferences,
      useTraits: given.useTraits ?? DEFAULT_SETTINGS.useTraits,
      analyzePictures: given.analyzePictures ?? DEFAULT_SETTINGS.analyzePictures,
      analysisSchema: given.analysisSchema ?? DEFAULT_SETTINGS.analysisSchema,
      analysisSchemaMode: given.analysisSchemaMode ?? DEFAULT_SETTINGS.analysisSchemaMode,
      canonCheck: given.canonCheck ?? DEFAULT_SETTINGS.canonCheck,
      chosen: [...CHOSEN_OPTIONS, ...CHOSEN_ANALYSIS_OPTIONS].filter((name) => given[name] !== undefined),
      recordPrompts: given.recordPrompts ?? DEFAULT_SETTINGS.recordPrompts,
    },
  };
}
