import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic, LocatedDiagnostic } from './diagnostic.js';
import { locateDiagnostics } from './locate.js';

/** The text of a file for places in it; empty for one that was removed since: its name still helps. */
export function textForPlaces(workspaceRoot: string, file: string): string {
  try {
    return readFileSync(join(workspaceRoot, file), 'utf8');
  } catch {
    return '';
  }
}

/** Finds line and column for diagnostics, asking for each file once; a file that is gone keeps line 1. */
export function locateInWorkspace(
  workspaceRoot: string,
  diagnostics: readonly Diagnostic[],
  textOf: (file: string) => string = (file) => textForPlaces(workspaceRoot, file),
): LocatedDiagnostic[] {
  const byFile = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const list = byFile.get(diagnostic.file) ?? [];
    list.push(diagnostic);
    byFile.set(diagnostic.file, list);
  }
  const located: LocatedDiagnostic[] = [];
  for (const [file, list] of byFile) {
    located.push(...locateDiagnostics(textOf(file), list));
  }
  return located.sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.code < b.code ? -1 : 1),
  );
}
