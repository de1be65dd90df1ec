import { z } from 'zod';
import { ASPECT_RATIOS, IMAGE_SIZES } from '../catalogue/index.js';
import { ENTITY_TYPES, REFERENCE_ROLES } from './entity.js';
import { requiredText } from './required-text.js';
import { takesSchema } from './takes-schema.js';
import { wordingSchema } from './wording-schema.js';

/** Ids become file names and command-line words, so they keep to letters that are safe in both. */
export const SCENE_ID = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;

/** A longer id would make file names that some file systems reject. */
export const MAX_SCENE_ID = 120;

/** Gemini's harm categories and thresholds. Source: ai.google.dev/gemini-api/docs/safety-settings. */
export const HARM_CATEGORIES = [
  'HARM_CATEGORY_HARASSMENT',
  'HARM_CATEGORY_HATE_SPEECH',
  'HARM_CATEGORY_SEXUALLY_EXPLICIT',
  'HARM_CATEGORY_DANGEROUS_CONTENT',
  'HARM_CATEGORY_CIVIC_INTEGRITY',
] as const;
export const HARM_THRESHOLDS = [
  'BLOCK_LOW_AND_ABOVE',
  'BLOCK_MEDIUM_AND_ABOVE',
  'BLOCK_ONLY_HIGH',
  'BLOCK_NONE',
  'OFF',
] as const;

const text = requiredText;
const id = z.string().regex(SCENE_ID).max(MAX_SCENE_ID);
const terms = z.union([text, z.array(text)]);
const role = z.enum(REFERENCE_ROLES).describe('What the picture shows.');

const safetySettings = z.lazy(() =>
  z
    .array(z.strictObject({ category: z.enum(HARM_CATEGORIES), threshold: z.enum(HARM_THRESHOLDS) }))
    .describe("Gemini's safety thresholds; left out, Gemini's defaults hold."),
);

const settings = {
  aspect_ratio: z.enum(ASPECT_RATIOS).describe('Shape of the picture, width to height.').optional(),
  image_size: z.enum(IMAGE_SIZES).describe('Resolution; 1K is about a million pixels.').optional(),
  model: text.describe("A Gemini model id, in place of the workspace's.").optional(),
  temperature: z.number().min(0).max(2).optional(),
  negative_prompt: terms.describe('What must not be seen, as text or as a list.').optional(),
  safety_settings: safetySettings.optional(),
  wording: wordingSchema,
  takes: takesSchema,
};

const reason = text.describe('Why it is shown; the model is given it.').optional();

const ownFile = z.lazy(() =>
  z.strictObject({
    path: text.describe("A picture in this entity's folder, such as images/portrait.png."),
    role: role.optional(),
    reason,
  }),
);
const ownScene = z.lazy(() =>
  z.strictObject({
    scene: id.describe('Another scene of this entity; its picture is made first.'),
    role: role.optional(),
    reason,
  }),
);
const pictureOf = {
  reference: id.describe('One of its references, by id; left out, its portrait or place.').optional(),
  scene: id.describe('One of its scenes; its picture is made first.').optional(),
  role: role.optional(),
  reason,
};
const slugOf = (type: string) => text.describe(`The folder name of a ${type}.`);

export const sceneReferenceSchema = z.lazy(() =>
  z.union([
    ownFile,
    ownScene,
    z.strictObject({ character: slugOf('character'), ...pictureOf }),
    z.strictObject({ location: slugOf('location'), ...pictureOf }),
    z.strictObject({ chapter: slugOf('chapter'), ...pictureOf }),
  ]),
);

export const sceneSchema = z.lazy(() =>
  z.strictObject({
    id: id.describe('Unique in this file; also the name of the picture.'),
    title: text,
    alt_text: text
      .describe('For people who cannot see the picture; one sentence. Published with the picture.')
      .optional(),
    prompt: text.describe('What to paint, in your own words. Sent as it stands.'),
    ...settings,
    references: z.array(sceneReferenceSchema).describe('Pictures that the model is shown.').optional(),
    tags: z.array(text).optional(),
    mood: text.describe("A mood that the world's style guide describes.").optional(),
    time_of_day: text.describe('When it happens, such as dusk; light of other hours is left out.').optional(),
    silence: z
      .array(text)
      .describe('Codes of hints of chargen check that this scene is not to be given.')
      .optional(),
    take: z
      .number()
      .int()
      .min(1)
      .describe('Which take the picture is. Raise it to roll the same prompt again; chargen use writes it.')
      .optional(),
    attempt: z
      .number()
      .int()
      .min(1)
      .describe('Raise it to ask again for a picture that the model refused. chargen retry writes it.')
      .optional(),
    locked: z.boolean().describe('true: the tool never touches this picture.').optional(),
    use_traits: z.boolean().describe('false: what analysis found is not added to this prompt.').optional(),
  }),
);

/** Written by the tool, so anything is accepted here and nothing is read from it. */
const machineWritten = z.unknown().describe('Written by chargen. Edits are overwritten.').optional();

/** Read for prompts (traits, palette, style) and by sites; more than this may stand in an entry. */
const pictureAnalysis = z.lazy(() =>
  z.looseObject({
    picture: text.describe("Inside this entity's folder."),
    title: text.optional(),
    description: text.optional(),
    alt_text: text.optional(),
    tags: z.array(text).optional(),
    traits: z
      .array(text)
      .describe('Added to prompts of this entity, if the picture is a reference.')
      .optional(),
    attire: z
      .array(text)
      .describe('What is worn; added to prompts if neither the author nor the scene states it.')
      .optional(),
    palette: z
      .looseObject({ dominant: z.array(text).optional(), accent: z.array(text).optional() })
      .describe('Added to prompts if the author states no palette.')
      .optional(),
    style: text.describe('Added to prompts if neither the author nor the world states a style.').optional(),
    confirmed: z
      .boolean()
      .describe(
        'true: a person says that the picture is right, though analysis found it unlike its canon; it then teaches prompts.',
      )
      .optional(),
    task_key: text.optional(),
    asked: text.describe('Digest of what was asked for; leave it as it is.').optional(),
    projection: text.describe('Digest of what chargen wrote; leave it as it is.').optional(),
  }),
);

const authoredReference = z.lazy(() =>
  z.strictObject({
    id,
    path: text.describe("Inside this entity's folder."),
    role: role.optional(),
    description: text.optional(),
    take: z.number().int().min(1).describe('Raise it to have the picture analyzed again.').optional(),
  }),
);

export const canonicalSchema = z.lazy(() =>
  z
    .strictObject({
      entity_type: z.enum(ENTITY_TYPES),
      slug: text.describe('Must be the name of the folder; may be left out.').optional(),
      name: text,
      description: text.optional(),
      tags: z.array(text).optional(),
      chapter_number: z.number().describe('Where a chapter stands in the story; pages follow it.').optional(),
      appearance: z
        .union([text, z.strictObject({ identity: text.optional(), attire: text.optional() })])
        .describe(
          'How it looks: as one text, or identity (body, face, hair, marks) and attire (what is worn) apart. Added to prompts as far as no picture shows it.',
        )
        .optional(),
      palette: z
        .strictObject({
          dominant: z.array(text).optional(),
          accent: z.array(text).optional(),
          avoid: z.array(text).optional(),
        })
        .optional(),
      style: text.describe("Added to the world's style.").optional(),
      silence: z
        .array(text)
        .describe('Codes of hints of chargen check that are not to be given for this file.')
        .optional(),
      traits: z
        .array(text)
        .describe('Canonical visible traits, one short phrase each; added to every prompt of this entity.')
        .optional(),
      defaults: z.strictObject(settings).describe('For every scene of this file.').optional(),
      references: z
        .array(authoredReference)
        .describe('Pictures that you drew or chose, for these and other scenes to refer to.')
        .optional(),
      scenes: z.array(sceneSchema).optional(),
      analysis: z
        .strictObject({
          use_traits: z.boolean().describe('false: what analysis found is not added to prompts.').optional(),
        })
        .optional(),
      picture_analysis: z
        .array(pictureAnalysis)
        .describe('What analysis found in your pictures. An entry that you change is yours from then on.')
        .optional(),
      generated_images: machineWritten,
      image_inventory: machineWritten,
    })
    .meta({
      title: 'imagery.yaml',
      description: 'What pictures a character, a location or a chapter asks for.',
    }),
);

export type CanonicalFile = z.infer<typeof canonicalSchema>;

/** The JSON Schema of the canonical form, for editors. */
export function imageryJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(canonicalSchema, { target: 'draft-2020-12' }) };
}
