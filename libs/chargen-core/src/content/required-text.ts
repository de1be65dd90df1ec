import { z } from 'zod';

/** Letters that are there and cannot be seen: spaces of every kind, zero-width ones, fillers. */
const INVISIBLE = /^[\s\p{Cf}\p{Cc}\u115f\u1160\u2800\u3164\uffa0]*$/u;

/** Whether a text shows nothing: it would be paid for as if it said something. */
export function isBlank(text: string): boolean {
  return INVISIBLE.test(text);
}

/** A text that says something. */
export const requiredText = z
  .string()
  .min(1, { abort: true })
  .refine((text) => !isBlank(text), 'it is blank');
