import * as z from 'zod';
import type { Json } from './json.js';

export const jsonSchema: z.ZodType<Json> = z.json();

const partSchema = z.looseObject({
  text: z.string().optional(),
  inlineData: z.looseObject({ mimeType: z.string().default(''), data: z.string() }).optional(),
  fileData: z.looseObject({ mimeType: z.string().optional(), fileUri: z.string() }).optional(),
});

const contentSchema = z.looseObject({
  role: z.string().optional(),
  parts: z.array(partSchema).nullish(),
});

const generationConfigSchema = z.looseObject({
  responseModalities: z.array(z.string()).optional(),
  imageConfig: z
    .looseObject({ aspectRatio: z.string().optional(), imageSize: z.string().optional() })
    .optional(),
  responseMimeType: z.string().optional(),
  responseSchema: jsonSchema.optional(),
  responseJsonSchema: jsonSchema.optional(),
  maxOutputTokens: z.number().optional(),
});

/** A GenerateContentRequest after {@link camelFields}; fields that no answer depends on pass through. */
export const generateRequestSchema = z.looseObject({
  model: z.string().optional(),
  contents: z.union([z.array(contentSchema), contentSchema.transform((one) => [one])]),
  systemInstruction: contentSchema.optional(),
  generationConfig: generationConfigSchema.optional(),
});
export type GenerateRequest = z.infer<typeof generateRequestSchema>;
export type Part = z.infer<typeof partSchema>;

/** The body of `:batchGenerateContent` after {@link camelFields}. */
export const batchBodySchema = z.looseObject({
  batch: z.looseObject({
    displayName: z.string().default(''),
    priority: z.union([z.string(), z.number()]).optional(),
    inputConfig: z.looseObject({
      fileName: z.string().optional(),
      requests: z
        .looseObject({
          requests: z.array(
            z.looseObject({
              request: jsonSchema,
              metadata: z.record(z.string(), jsonSchema).optional(),
            }),
          ),
        })
        .optional(),
    }),
  }),
});

/** One line of an input file, or one inline request. */
export const inputLineSchema = z.looseObject({
  key: z.union([z.string(), z.number().transform(String)]).optional(),
  request: jsonSchema,
  metadata: z.record(z.string(), jsonSchema).optional(),
});
export type InputLine = z.infer<typeof inputLineSchema>;

export const uploadStartSchema = z.looseObject({
  file: z
    .looseObject({
      name: z.string().optional(),
      displayName: z.string().optional(),
      mimeType: z.string().optional(),
    })
    .optional(),
});
