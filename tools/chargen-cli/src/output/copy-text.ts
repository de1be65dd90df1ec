import { plural, type CopyReport, type FileNote } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import { jsonText } from './json.js';
import { megabytes } from './megabytes.js';

/** Files that are not whole, one a line. */
export async function showProblems(problems: readonly FileNote[], io: Io): Promise<void> {
  for (const { path, why } of problems) await io.out(`${io.paint('red', '✗')} ${path}: ${why}\n`);
}

/** What became of a backup or a restore, and what the command ends with. */
export async function showCopy(report: CopyReport, io: Io, json: boolean, next: string): Promise<ExitCode> {
  const exit = report.problems.length > 0 ? EXIT.partial : EXIT.done;
  if (json) {
    await io.out(jsonText({ exitCode: exit, ...report }));
    return exit;
  }
  await showProblems(report.problems, io);
  for (const { path, why } of report.kept) await io.out(`Left as it is: ${path}: ${why}\n`);
  const { copied, bytes, present, problems } = report;
  const bad = problems.length === 0 ? '' : `, ${problems.length} not copied`;
  await io.out(`${plural(copied, 'file')} copied (${megabytes(bytes)}), ${present} there before${bad}.\n`);
  if (exit === EXIT.done) await io.out(`${next}\n`);
  return exit;
}
