import { z } from 'zod';
import { COPY_FORMATS } from '../options.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const sceneName = z
  .string()
  .describe('Of a scene in the world: character/cidrella-vexweld/workshop-tinkering.');
const entityId = z.string().describe('Of an entity in the world: character/cidrella-vexweld.');

const copySchema = z.object({
  path: z.string().describe('Relative to the manifest, with forward slashes.'),
  format: z.enum(COPY_FORMATS),
  mimeType: z.enum(['image/avif', 'image/webp', 'image/jpeg']),
  width: z.number().int().describe('Pixels.'),
  height: z.number().int().describe('Pixels.'),
  bytes: z.number().int(),
  sha256: sha256.describe('Of the file, for addresses that change with it.'),
});
export type ExportedCopy = z.infer<typeof copySchema>;

/** Who made a picture. */
const SOURCES = ['generated', 'edited', 'adopted', 'authored'] as const;

const exportedSceneSchema = z.object({
  scene: sceneName,
  entity: entityId,
  id: z.string().describe('Unique in its entity.'),
  title: z.string(),
  alt: z
    .string()
    .nullable()
    .describe("The author's alt text, else that of the analysis; null if there is none."),
  altBy: z.enum(['author', 'analysis']).nullable(),
  aspectRatio: z.string().describe('What the scene asks for, such as 3:4.'),
  width: z.number().int().describe('Pixels, of the original as it is shown.'),
  height: z.number().int().describe('Pixels, of the original as it is shown.'),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/)
    .describe('The dominant colour.'),
  thumbhash: z
    .string()
    .describe('A blurred placeholder in some 25 bytes, in base64: https://evanw.github.io/thumbhash'),
  tags: z.array(z.string()),
  source: z
    .enum(SOURCES)
    .describe(
      'generated: by the model; edited: by the model, then by a person; adopted: from before chargen, so that it is not known; authored: by a person, in the place of a scene that is locked.',
    ),
  model: z
    .string()
    .nullable()
    .describe('The version that answered; null if no model is known to have made it.'),
  madeAt: z.string().nullable().describe('ISO 8601, as Google states it.'),
  key: sha256.nullable().describe('The content key of the recipe.'),
  contentCredentials: z
    .string()
    .optional()
    .describe('What the C2PA manifest of the original states, as a JSON file; relative to the manifest.'),
  files: z.array(copySchema).describe('By format, in the order that was asked for, then by width.'),
  prompt: z.string().optional().describe('Only if it was asked for.'),
  costUsd: z.number().nullable().optional().describe('US dollars. Only if it was asked for.'),
  path: z
    .string()
    .optional()
    .describe('Of the original, relative to the workspace. Only if it was asked for.'),
});
export type ExportedScene = z.infer<typeof exportedSceneSchema>;

/** Why a scene has no copies, in the words of the manifest. */
export const MISSING = {
  'not-made': 'its picture has not been made',
  outdated: 'something else is asked for since its picture was made',
  refused: 'the model declined it',
  edited: 'its picture was changed by hand; chargen keep or chargen discard decides',
  blocked: 'an error in its files stands in the way',
  rejected: 'a person rejected its picture',
  'not-approved': 'no person has approved its picture',
  'lfs-pointer': 'only the Git LFS pointer to its picture is here',
  unreadable: 'its picture cannot be read',
} as const;
export type Missing = keyof typeof MISSING;

const MISSING_WORDS = [
  'not-made',
  'outdated',
  'refused',
  'edited',
  'blocked',
  'rejected',
  'not-approved',
  'lfs-pointer',
  'unreadable',
] as const satisfies readonly Missing[];

const missingSceneSchema = z.object({
  scene: sceneName,
  entity: entityId,
  id: z.string(),
  title: z.string(),
  why: z.enum(MISSING_WORDS).describe(
    Object.entries(MISSING)
      .map(([word, meaning]) => `${word}: ${meaning}`)
      .join('. '),
  ),
});
export type MissingScene = z.infer<typeof missingSceneSchema>;

const exportedEntitySchema = z.object({
  id: entityId,
  type: z.enum(['character', 'location', 'chapter']),
  slug: z.string(),
  name: z.string(),
  tags: z.array(z.string()),
  chapter: z
    .number()
    .nullable()
    .describe("A chapter's number, by its author or in the name of its folder; null for all else."),
  scenes: z.array(sceneName).describe('In the order of its author; those without copies too.'),
});
export type ExportedEntity = z.infer<typeof exportedEntitySchema>;

export const manifestSchema = z
  .object({
    v: z.literal(1),
    entities: z
      .array(exportedEntitySchema)
      .describe('Characters and locations by their slugs, then chapters by their numbers.'),
    scenes: z.array(exportedSceneSchema).describe('In the order of the entities and their scenes.'),
    missing: z.array(missingSceneSchema),
  })
  .meta({
    title: 'Manifest of exported pictures',
    description: 'What chargen exported for pages: each picture with its copies, and what is missing.',
  });
export type Manifest = z.infer<typeof manifestSchema>;

/** What one task wrote: an entity's part of the manifest, and what its copies were made from. */
export const entityFileSchema = z.object({
  v: z.literal(1),
  entity: exportedEntitySchema,
  scenes: z.array(exportedSceneSchema),
  missing: z.array(missingSceneSchema),
  /** By the name of the copy: a digest of the original and of all that decides its bytes. */
  made: z.record(z.string(), sha256),
});
export type EntityFile = z.infer<typeof entityFileSchema>;

/** The JSON Schema of the manifest, for other languages. */
export function manifestJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(manifestSchema, { target: 'draft-2020-12' }) };
}
