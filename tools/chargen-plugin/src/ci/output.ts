import { appendFile } from 'node:fs/promises';
import { terminalText } from 'chargen-core/safe-text';
import type { Place } from './command.js';

/** One line of the steps in the log of the job. */
export function say(text: string): void {
  process.stdout.write(terminalText(`chargen-ci: ${text}\n`));
}

/** What is wrong, on standard error. */
export function complain(text: string): void {
  process.stderr.write(terminalText(`chargen-ci: ${text}\n`));
}

/** Hands a value to later steps of the job; outside of GitHub it is only printed. */
export async function setOutput(place: Place, name: string, value: string): Promise<void> {
  const file = place.env['GITHUB_OUTPUT'];
  // A line break would begin another output.
  const line = `${name}=${value.replace(/[\r\n]+/g, ' ')}\n`;
  if (file !== undefined && file !== '') await appendFile(file, line);
  say(line.trimEnd());
}

/** Adds to the page of the job. */
export async function addSummary(place: Place, markdown: string): Promise<void> {
  const file = place.env['GITHUB_STEP_SUMMARY'];
  if (file !== undefined && file !== '') await appendFile(file, `${markdown}\n`);
}
