import type { LocatedDiagnostic } from '../content/index.js';

/** By file, place, code and message, by code units: the same order on every machine. */
export function compareDiagnostics(a: LocatedDiagnostic, b: LocatedDiagnostic): number {
  return (
    compare(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compare(a.code, b.code) ||
    compare(a.message, b.message) ||
    compare(a.severity, b.severity)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
