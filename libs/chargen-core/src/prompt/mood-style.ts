import type { WorldStyle } from '../content/index.js';

/**
 * What the style guide says of a mood: for the word as it stands, in upper or lower case, or for those words of
 * "ominous, intimate" that it knows.
 */
export function moodStyle(
  style: WorldStyle,
  mood: string,
): { readonly text: string; readonly words: readonly string[] } | undefined {
  const known = new Map(Object.entries(style.moods).map(([word, text]) => [word.trim().toLowerCase(), text]));
  const whole = mood.trim().toLowerCase();
  const candidates = known.has(whole) ? [whole] : whole.split(/[,;/]|\band\b/).map((word) => word.trim());
  const words = [...new Set(candidates)].filter((word) => known.has(word));
  if (words.length === 0) return undefined;
  return { text: words.map((word) => known.get(word)?.trim() ?? '').join(' '), words };
}
