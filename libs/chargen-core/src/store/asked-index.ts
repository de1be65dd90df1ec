import { sha256Hex } from '../util/digest.js';
import type { Answered, AskedEntry, AttemptEntry, RefusedResult } from './stored-result.js';

/** Answers to the same words that are kept; more rolls of them are found by their keys alone. */
export const MAX_ANSWERS = 100;

/** The key under which the n-th answer (from 0) to what people asked for is indexed. */
export function askedKey(digest: string, n: number): string {
  return sha256Hex(`chargen asked ${digest} ${n}`);
}

export function askedEntry(answered: Answered, n: number, of: string): AskedEntry {
  const { digest, compiler, pictures } = answered;
  return { v: 1, kind: 'asked', key: askedKey(digest, n), of, digest, compiler, pictures };
}

/** The key under which the refusal of a later attempt (from 2) is found, beside that of the first. */
export function attemptKey(key: string, attempt: number): string {
  return sha256Hex(`chargen attempt ${key} ${attempt}`);
}

/** Undefined for the first attempt, whose refusal needs no second place. */
export function attemptEntry(refusal: RefusedResult): AttemptEntry | undefined {
  const { attempt = 1 } = refusal;
  if (attempt === 1) return undefined;
  return { v: 1, kind: 'attempt', key: attemptKey(refusal.key, attempt), refusal };
}
