import type { LocatedDiagnostic } from 'chargen-core';
import type { Io } from '../cli/io.js';
import { writeInPortions } from './write-in-portions.js';

/** A diagnostic as scripts get it, its members in a fixed order. */
export function diagnosticJson(diagnostic: LocatedDiagnostic): Readonly<Record<string, string | number>> {
  const { file, line, column, severity, code, message, scene } = diagnostic;
  return { file, line, column, severity, code, message, ...(scene === undefined ? {} : { scene }) };
}

/** As a list, one diagnostic a line. */
export async function writeDiagnosticsJson(diagnostics: readonly LocatedDiagnostic[], io: Io): Promise<void> {
  if (diagnostics.length === 0) return io.out('[]');
  await io.out('[\n');
  await writeInPortions(
    diagnostics,
    (one, n) => `${n === 0 ? '' : ',\n'}${JSON.stringify(diagnosticJson(one))}`,
    io,
  );
  await io.out('\n]');
}
