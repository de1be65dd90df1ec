import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseReport, type RunReport } from 'chargen-core';

/**
 * What the executor wrote of its last run; undefined if it was not called since `since` (everything was cached).
 * Rejects if the report cannot be read.
 */
export async function readLastReport(cwd: string, since: number): Promise<RunReport | undefined> {
  const path = join(cwd, '.chargen', 'batch', 'last-report.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  const report = parseReport(text);
  if (report === undefined) throw new Error(`${path} is not a report of this version of chargen.`);
  return Date.parse(report.startedAt) >= since ? report : undefined;
}
