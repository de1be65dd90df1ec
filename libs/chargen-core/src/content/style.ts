import { z } from 'zod';
import type { Diagnostic } from './diagnostic.js';
import { ENTITY_TYPES, type EntityType } from './entity.js';
import { requiredText } from './required-text.js';
import { schemaDiagnostics } from './schema-diagnostics.js';
import { takesSchema } from './takes-schema.js';
import { wordingSchema } from './wording-schema.js';

const text = requiredText;

export const styleSchema = z.lazy(() =>
  z
    .strictObject({
      style: text.describe('Added to every prompt of the world.').optional(),
      negative_prompt: z
        .union([text, z.array(text)])
        .describe('Never to be seen, in any picture.')
        .optional(),
      moods: z
        .record(z.string(), text)
        .describe('What a mood word means, in words for the painter.')
        .optional(),
      terms: z
        .record(z.string(), z.string())
        .describe('Words that compiled prompts and negative terms replace by others.')
        .optional(),
      by_type: z.partialRecord(z.enum(ENTITY_TYPES), text).describe('Added by type of entity.').optional(),
      wording: wordingSchema,
      takes: takesSchema,
      creator: text
        .describe('Who made the pictures, such as the studio; written into copies for publication.')
        .optional(),
      credit: text
        .describe('The credit line that is to stand with a picture; written into copies for publication.')
        .optional(),
      silence: z
        .array(z.literal('no-style'))
        .describe('[no-style]: no hint that the world has no style.')
        .optional(),
    })
    .meta({ title: 'style.yaml', description: 'The style guide of the whole world.' }),
);

/** The style guide of the whole world. */
export interface WorldStyle {
  /** Relative to the workspace; undefined if the world has none. */
  readonly file: string | undefined;
  readonly style: string | undefined;
  readonly negative: readonly string[];
  readonly moods: Readonly<Record<string, string>>;
  readonly byType: Readonly<Partial<Record<EntityType, string>>>;
  /** Words that are replaced in what is compiled; never in a prompt of the author's own. */
  readonly terms?: Readonly<Record<string, string>>;
  /** Asks for this wording in every scene; see `Scene.wording`. */
  readonly wording?: number;
  /** For scenes whose own files state none; see `Scene.takes`. */
  readonly takes?: number;
  /** Who made the pictures. Only copies for publication bear it. */
  readonly creator?: string;
  /** The credit line. Only copies for publication bear it. */
  readonly credit?: string;
  /** Codes of hints about the world that its author does not want to read. */
  readonly silenced?: readonly 'no-style'[];
}

export const NO_STYLE: WorldStyle = {
  file: undefined,
  style: undefined,
  negative: [],
  moods: {},
  byType: {},
};

export function readStyle(data: unknown, file: string): { style: WorldStyle; diagnostics: Diagnostic[] } {
  const parsed = styleSchema.safeParse(data);
  if (!parsed.success) {
    return { style: { ...NO_STYLE, file }, diagnostics: schemaDiagnostics(parsed.error, file, data) };
  }
  const negative = parsed.data.negative_prompt ?? [];
  const byType: Partial<Record<EntityType, string>> = {};
  for (const type of ENTITY_TYPES) {
    const addition = parsed.data.by_type?.[type];
    if (addition !== undefined) byType[type] = addition.trim();
  }
  return {
    style: {
      file,
      style: parsed.data.style?.trim(),
      negative: typeof negative === 'string' ? [negative] : negative,
      moods: parsed.data.moods ?? {},
      byType,
      ...(parsed.data.wording === undefined ? {} : { wording: parsed.data.wording }),
      ...(parsed.data.takes === undefined ? {} : { takes: parsed.data.takes }),
      ...(parsed.data.silence === undefined ? {} : { silenced: parsed.data.silence }),
      ...(parsed.data.terms === undefined ? {} : { terms: parsed.data.terms }),
      ...(parsed.data.creator === undefined ? {} : { creator: parsed.data.creator.trim() }),
      ...(parsed.data.credit === undefined ? {} : { credit: parsed.data.credit.trim() }),
    },
    diagnostics: [],
  };
}

/** The JSON Schema of the style guide, for editors. */
export function styleJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(styleSchema, { target: 'draft-2020-12' }) };
}
