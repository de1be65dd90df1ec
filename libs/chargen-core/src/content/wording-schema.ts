import { z } from 'zod';

/** The field `wording` of a scene, of an entity's defaults and of the style guide: a version of the compiler. */
export const wordingSchema = z
  .number()
  .int()
  .min(1)
  .describe('Makes pictures again whose prompt was compiled by an older version. chargen refresh writes it.')
  .optional();
