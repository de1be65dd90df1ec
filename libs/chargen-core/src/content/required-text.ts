import { z } from 'zod';

/** Letters that are there and cannot be seen: spaces of every kind, zero-width ones, fillers. */
const INVISIBLE = /^[\s\p{Cf}\p{Cc}\u115f\u1160\u2800\u3164\uffa0]*$/u;

/** Whether a text is blank: it would be paid for like any other prompt. */
export function isBlank(text: string): boolean {
  return INVISIBLE.test(text);
}

/** A text that is not blank. */
export const requiredText = z
  .string()
  .min(1, { abort: true })
  .refine((text) => !isBlank(text), 'it is blank');
