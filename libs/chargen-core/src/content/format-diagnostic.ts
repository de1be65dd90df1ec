import { oneLine } from '../util/safe-text.js';
import type { LocatedDiagnostic } from './diagnostic.js';

/** The longest line of a file that is quoted; longer ones are cut around the column. */
const MAX_EXCERPT = 120;

/** `file:line:column severity code message`, one line, for machines and for `chargen check`. */
export function diagnosticLine(diagnostic: LocatedDiagnostic): string {
  const { file, line, column, severity, code, message } = diagnostic;
  // A folder's name may hold a line break.
  return oneLine(`${file}:${line}:${column} ${severity} ${code} ${message}`);
}

/** The same with the offending line and a mark below it, for people. */
export function formatDiagnostic(diagnostic: LocatedDiagnostic): string {
  const start = Math.max(
    0,
    Math.min(diagnostic.column - 1 - MAX_EXCERPT / 2, diagnostic.excerpt.length - MAX_EXCERPT),
  );
  const excerpt = diagnostic.excerpt.slice(start, start + MAX_EXCERPT);
  const gutter = String(diagnostic.line);
  const mark = ' '.repeat(Math.max(0, diagnostic.column - 1 - start));
  return [
    diagnosticLine(diagnostic),
    `  ${gutter} | ${excerpt}`,
    `  ${' '.repeat(gutter.length)} | ${mark}^`,
  ].join('\n');
}
