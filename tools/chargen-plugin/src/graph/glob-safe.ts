/** What means something else than itself in the patterns of Nx. */
const SPECIAL = /[[\]{}()*!|]/g;

/**
 * A path as a pattern that matches it. Nx knows no way to quote, and reads `portrait (1).png` as a pattern that no
 * file fits: a change of that picture would never be seen. Any one character in the place of each is near enough.
 */
export function globSafe(path: string): string {
  return path.replace(SPECIAL, '?');
}
