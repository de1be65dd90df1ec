import { appendFile } from 'node:fs/promises';
import type { Place } from './command.js';

/** Hands a value to later steps of the job; outside of GitHub it is only printed. */
export async function setOutput(place: Place, name: string, value: string): Promise<void> {
  const file = place.env['GITHUB_OUTPUT'];
  // A line break would begin another output.
  const line = `${name}=${value.replace(/[\r\n]+/g, ' ')}\n`;
  if (file !== undefined && file !== '') await appendFile(file, line);
  process.stdout.write(`chargen-ci: ${line}`);
}

/** Adds to the page of the job. */
export async function addSummary(place: Place, markdown: string): Promise<void> {
  const file = place.env['GITHUB_STEP_SUMMARY'];
  if (file !== undefined && file !== '') await appendFile(file, `${markdown}\n`);
}

/** Text that came from elsewhere, as text in a table of Markdown. */
export function inTable(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_{}[\]<>|#!@~]/g, (sign) => `\\${sign}`)
    .slice(0, 300);
}
