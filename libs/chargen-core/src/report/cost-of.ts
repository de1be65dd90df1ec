import type { SceneOutcome } from './outcome.js';

/** US dollars of what a call brought from Google; null where one has no known price. */
export function costOf(scenes: readonly SceneOutcome[]): number | null {
  // Scenes that ask for the same share one answer, which is paid once.
  const costs = new Map<string | undefined, number | null>();
  for (const { key, outcome } of scenes) {
    if (outcome.kind === 'generated' || outcome.kind === 'analyzed') costs.set(key, outcome.costUsd);
  }
  let sum = 0;
  for (const cost of costs.values()) {
    if (cost === null) return null;
    sum += cost;
  }
  return sum;
}
