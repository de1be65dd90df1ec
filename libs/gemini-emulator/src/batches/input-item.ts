import type { Json, JsonObject } from '../wire/json.js';
import { inputLineSchema } from '../wire/requests.js';

/** One request of a job. */
export interface InputItem {
  readonly kind: 'item';
  readonly key: string | null;
  readonly request: Json;
  readonly metadata: JsonObject | undefined;
}

/** A line that makes the whole input unusable. */
export interface BadLine {
  readonly kind: 'bad';
  readonly message: string;
}

/**
 * Reads a line of an input file, or of the inline requests.
 * @param text undefined for a line that is too long to be read
 * @param index from 0
 */
export function parseItem(text: string | undefined, index: number): InputItem | BadLine {
  const bad = (what: string): BadLine => ({ kind: 'bad', message: what.replace('#', String(index + 1)) });
  if (text === undefined) return bad('Line # of the input file is too long.');
  let parsed;
  try {
    parsed = inputLineSchema.safeParse(JSON.parse(text));
  } catch {
    return bad('Failed to parse line # of the input file as JSON.');
  }
  if (!parsed.success) return bad('Line # of the input file has no valid request.');
  const { key, request, metadata } = parsed.data;
  const inner = metadata?.['key'];
  return { kind: 'item', key: key ?? (typeof inner === 'string' ? inner : null), request, metadata };
}
