import {
  ANALYSIS_SUFFIX,
  IMAGES_FOLDER,
  PREVIEW_FOLDER,
  RECIPE_SUFFIX,
  REFUSAL_SUFFIX,
} from 'chargen-core/names';

interface IgnoredPattern {
  readonly pattern: string;
  /** Another pattern that serves as well; if it is there, nothing is added. */
  readonly or?: string;
}

/** Keys, results and previews. Nx itself writes `.nx/cache` and the like, and some keep `.nx/nxw.js` in git. */
export const IGNORED_BY_GIT: readonly IgnoredPattern[] = [
  { pattern: 'node_modules/' },
  { pattern: '.nx/', or: '.nx/cache' },
  { pattern: '.chargen/' },
  { pattern: `**/${PREVIEW_FOLDER}/` },
  { pattern: '.env' },
  { pattern: '.env.*' },
];

/** What chargen writes beside pictures: formatted by hand, it would no longer be what Nx has in its cache. */
export const IGNORED_BY_PRETTIER: readonly IgnoredPattern[] = [
  { pattern: `**/${IMAGES_FOLDER}/**/*${RECIPE_SUFFIX}` },
  { pattern: `**/${IMAGES_FOLDER}/**/*${REFUSAL_SUFFIX}` },
  { pattern: `**/${IMAGES_FOLDER}/**/*${ANALYSIS_SUFFIX}` },
];

/**
 * The text of an ignore file with the patterns that it lacks, at its end and in its line endings. A pattern may be
 * there in any form; if the opposite (`!pattern`) is there, it is the author's wish. Undefined if nothing is missing.
 */
export function withIgnored(
  text: string | undefined,
  patterns: readonly IgnoredPattern[],
): string | undefined {
  const before = text ?? '';
  const present = new Set(before.split(/\r?\n/).map(bare));
  const has = (pattern: string): boolean => present.has(bare(pattern)) || present.has(`!${bare(pattern)}`);
  const missing = patterns.filter(({ pattern, or }) => !has(pattern) && (or === undefined || !has(or)));
  if (missing.length === 0) return undefined;
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  const start = before === '' || before.endsWith('\n') ? before : before + eol;
  return start + missing.map(({ pattern }) => pattern + eol).join('');
}

/** A pattern without the signs that make no difference at the root of a repository. */
function bare(line: string): string {
  return line
    .trim()
    .replace(/^(!?)(?:\*\*)?\//, '$1')
    .replace(/\/$/, '');
}
