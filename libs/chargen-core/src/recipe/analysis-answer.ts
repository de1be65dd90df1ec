import { z } from 'zod';

const IMAGE_TYPES = ['portrait', 'full-body', 'scene', 'action', 'place', 'object', 'mood', 'other'] as const;
const IMAGE_SUBTYPES = [
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
      'Identity: lasting visible features by which the subject is known again in other pictures, whatever is worn (face, ' +
        'hair, build, marks; for a place its architecture and materials), one short phrase each, most telling first. ' +
        'Nothing that belongs to this moment only, such as pose, light or expression; no clothes.',
    ),
  attire: phrases
    .max(12)
    .describe(
      'What the subject wears: clothes, armour, jewellery, with colour and material, one short phrase each; empty if ' +
        'nothing is worn. Nothing that is only held or carried.',
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
