import type { LocatedDiagnostic } from 'chargen-core';

/** A diagnostic as scripts get it, its members in a fixed order. */
export function diagnosticJson(diagnostic: LocatedDiagnostic): Readonly<Record<string, string | number>> {
  const { file, line, column, severity, code, message, scene } = diagnostic;
  return { file, line, column, severity, code, message, ...(scene === undefined ? {} : { scene }) };
}
