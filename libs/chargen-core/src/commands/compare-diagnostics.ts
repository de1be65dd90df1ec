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

/**
 * Sorted diagnostics, file by file; a file whose errors cause others comes before the first file that is affected
 * by it: a person who corrects them from the top corrects each once.
 */
export function causesFirst(sorted: readonly LocatedDiagnostic[]): LocatedDiagnostic[] {
  const files = new Map<string, LocatedDiagnostic[]>();
  for (const one of sorted) {
    const list = files.get(one.file) ?? [];
    list.push(one);
    files.set(one.file, list);
  }
  const ordered: LocatedDiagnostic[] = [];
  const placed = new Set<string>();
  const place = (file: string): void => {
    // Also ends a circle of files that affect each other.
    if (placed.has(file)) return;
    placed.add(file);
    const own = files.get(file) ?? [];
    for (const { cause } of own) if (cause !== undefined) place(cause);
    ordered.push(...own);
  };
  for (const file of files.keys()) place(file);
  return ordered;
}
