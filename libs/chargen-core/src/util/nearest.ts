import { closest, distance as editDistance } from 'fastest-levenshtein';

/** The candidate that a person most likely meant, by edit distance; undefined if none is close. */
export function nearest(wanted: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The candidate of the least edit distance, however far it is; undefined if there is none. */
export function leastDistant(wanted: string, candidates: readonly string[]): string | undefined {
  return candidates.length === 0 ? undefined : closest(wanted, candidates);
}
