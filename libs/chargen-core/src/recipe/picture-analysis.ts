import { z } from 'zod';
import { provenanceSchema } from '../store/stored-result.js';
import { canonicalRequestSchema } from './canonical-request.js';
import { readSidecar, type SidecarOutcome } from './recipe.js';

export const IMAGE_TYPES = [
  'portrait',
  'full-body',
  'scene',
  'action',
  'place',
  'object',
  'mood',
  'other',
] as const;
export const IMAGE_SUBTYPES = [
  'formal',
  'candid',
  'dramatic',
  'close-up',
  'interior',
  'exterior',
  'combat',
  'magic',
  'crafting',
  'movement',
  'atmospheric',
  'interaction',
  'other',
] as const;

const phrase = z.string().min(1);
const phrases = z.array(phrase);

/**
 * What is asked of a picture. The descriptions are part of the schema that Gemini is sent, and so of the key:
 * changing one has every picture of every world analyzed again.
 */
export const analysisAnswerSchema = z.object({
  title: phrase.describe('A title of three to eight words.'),
  description: phrase.describe('Two or three sentences: what can be seen, nothing that cannot.'),
  alt_text: phrase.describe('For people who cannot see the picture; one sentence.'),
  tags: phrases.min(1).max(12).describe('Words to find the picture by, small letters, most telling first.'),
  archetype: phrase.describe('What kind of figure, place or moment this is, in two or three words.'),
  traits: phrases
    .max(12)
    .describe(
      'Lasting visible features by which the subject is known again in other pictures (face, hair, build, garments, ' +
        'marks; for a place its architecture and materials), one short phrase each, most telling first. Nothing that ' +
        'belongs to this moment only, such as pose, light or expression.',
    ),
  palette: z.object({
    dominant: phrases.max(5).describe('Colours in plain words, largest area first.'),
    accent: phrases.max(3).describe('Colours of small, striking areas.'),
  }),
  mood: phrase.describe('A few words.'),
  style: phrase.describe('Medium and manner in which it is made, in one phrase.'),
  lighting: z.object({
    primary_source: phrase,
    quality: phrase,
    direction: phrase,
    color_temperature: phrase,
    shadow_depth: phrase,
    atmospheric: phrase,
  }),
  composition: phrase.describe('Framing, angle and where things stand; one or two sentences.'),
  image_type: z.enum(IMAGE_TYPES),
  image_subtype: z.enum(IMAGE_SUBTYPES),
  canon: z.object({
    matches: z.boolean().describe('Whether the picture fits the canonical appearance that was given.'),
    verified_features: phrases.max(12).describe('Features of the canonical appearance that can be seen.'),
    contradictions: phrases.max(12).describe('Features that are seen otherwise than given; empty for none.'),
    confidence: z.number().min(0).max(1),
  }),
  suggested_filename: phrase.describe('Small letters and hyphens, without an extension.'),
});
export type AnalysisAnswer = z.infer<typeof analysisAnswerSchema>;

/**
 * What is known of a picture. A workspace's own schema may ask for less than the built-in one, so anything may be
 * missing; what it asks beyond it is in `more`.
 */
export type PictureAnalysis = { readonly [K in keyof AnalysisAnswer]?: AnalysisAnswer[K] | undefined } & {
  readonly more: Readonly<Record<string, unknown>>;
};

/** Sorts an answer into what the engine knows and what only the workspace does. Validated before. */
export function typeAnswer(answer: Readonly<Record<string, unknown>>): PictureAnalysis {
  const known: Record<string, unknown> = {};
  const more: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(answer)) {
    const shape = isField(field) ? analysisAnswerSchema.shape[field].safeParse(value) : undefined;
    // A workspace may give a field of ours another shape: it is the workspace's then.
    if (shape?.success === true) known[field] = shape.data;
    else more[field] = value;
  }
  return { ...analysisAnswerSchema.partial().parse(known), more };
}

function isField(field: string): field is keyof AnalysisAnswer {
  return Object.hasOwn(analysisAnswerSchema.shape, field);
}

const common = {
  v: z.literal(1),
  /** `character/cidrella-vexweld/portrait@sha256:<key>` */
  item: z.string(),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** True only for what the emulator said. */
  preview: z.literal(true).optional(),
  /** What was hashed: the key can be computed again from this alone. */
  request: canonicalRequestSchema,
  /** The path is relative to the entity's folder. */
  picture: z.object({ path: z.string(), sha256: z.string(), mimeType: z.string() }),
  provenance: provenanceSchema,
};

/** What analysis found in a picture, or why it found nothing; lies beside it as `<picture>.analysis.json`. */
export const analysisFileSchema = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('analyzed'), analysis: z.record(z.string(), z.unknown()) }),
  z.object({
    ...common,
    kind: z.literal('refused'),
    reason: z.string(),
    message: z.string(),
    advice: z.string(),
  }),
]);
export type AnalysisFile = z.infer<typeof analysisFileSchema>;

export function readAnalysisFile(path: string): Promise<SidecarOutcome<AnalysisFile>> {
  return readSidecar(path, analysisFileSchema);
}
