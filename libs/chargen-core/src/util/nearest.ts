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

/**
 * The candidate that has most words of a name of words between dashes, in any order, and of these the one of the least
 * edit distance, however far it is; undefined if there is no candidate.
 */
export function nearestByWords(wanted: string, candidates: readonly string[]): string | undefined {
  const wantedWords = wordsOf(wanted);
  const shared = (candidate: string): number => {
    const words = wordsOf(candidate);
    return wantedWords.filter((word) => words.some((one) => editDistance(word, one) <= word.length / 4))
      .length;
  };
  const ranked = candidates.map((candidate) => ({ candidate, count: shared(candidate) }));
  const most = Math.max(0, ...ranked.map(({ count }) => count));
  const best = ranked.flatMap(({ candidate, count }) => (count === most ? [candidate] : []));
  return best.length === 0 ? undefined : closest(wanted, best);
}

/** Without articles and numbers, which say nothing of what is shown. */
function wordsOf(name: string): string[] {
  return name.split('-').filter((word) => word.length > 2 && word !== 'the' && !/^\d+$/.test(word));
}
