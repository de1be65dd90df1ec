import { normaliseNegative } from './magic-terms.js';

/** Terms without doubles (also in another case or spelling), in the order of their first appearance. */
export function mergeTerms(
  terms: readonly string[],
  own?: Readonly<Record<string, string>>,
): readonly string[] {
  const seen = new Map<string, string>();
  for (const term of terms) {
    const plain = normaliseNegative(term, own);
    const key = plain.toLowerCase();
    if (plain !== '' && !seen.has(key)) seen.set(key, plain);
  }
  return [...seen.values()];
}
