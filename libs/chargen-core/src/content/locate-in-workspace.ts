import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic, LocatedDiagnostic } from './diagnostic.js';
import { locateDiagnostics } from './locate.js';

/** Finds line and column for diagnostics, reading each file once; a file that is gone keeps line 1. */
export function locateInWorkspace(
  workspaceRoot: string,
  diagnostics: readonly Diagnostic[],
): LocatedDiagnostic[] {
  const byFile = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const list = byFile.get(diagnostic.file) ?? [];
    list.push(diagnostic);
    byFile.set(diagnostic.file, list);
  }
  const located: LocatedDiagnostic[] = [];
  for (const [file, list] of byFile) {
    let text = '';
    try {
      text = readFileSync(join(workspaceRoot, file), 'utf8');
    } catch {
      // The file was removed between reading and reporting; its name still helps.
    }
    located.push(...locateDiagnostics(text, list));
  }
  return located.sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.code < b.code ? -1 : 1),
  );
}
