import { z } from 'zod';

/** More takes of one scene than a person compares; above it, another prompt helps more. */
export const MAX_TAKES = 20;

/** The field `takes` of a scene, of an entity's defaults and of the style guide. */
export const takesSchema = z
  .number()
  .int()
  .min(1)
  .max(MAX_TAKES)
  .describe('How many takes of a picture are asked for in the run that makes it. Default: 1.')
  .optional();

/** The value of a file that no schema was held to; undefined if it is none. */
export function takesIn(value: unknown): number | undefined {
  return takesSchema.safeParse(value).data;
}
