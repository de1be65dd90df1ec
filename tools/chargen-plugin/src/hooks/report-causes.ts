import type { OwnVariableName } from 'chargen-core/names';
import { markdownText, terminalText } from 'chargen-core/safe-text';
import { appendFileSync } from 'node:fs';
import type { Cause } from '../run/causes.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Set by `chargen` and `chargen-ci`, which write a summary of the whole run themselves. */
export const SUMMARY_VARIABLE = 'CHARGEN_STEP_SUMMARY' satisfies OwnVariableName;

/** More task ids than these are only counted. */
const MAX_NAMES = 5;

/** What was left undone, for a terminal: each cause once, with the tasks that it left. */
export function describeCauses(causes: readonly Cause[]): string {
  return [...byMessage(causes)]
    .map(([message, tasks]) => {
      const count = `${tasks.size} ${tasks.size === 1 ? 'task was' : 'tasks were'} left undone (skipped)`;
      const more = tasks.size > MAX_NAMES ? ` and ${tasks.size - MAX_NAMES} more` : '';
      return `chargen: ${count}: ${message}\n  Left undone: ${[...tasks].slice(0, MAX_NAMES).join(', ')}${more}`;
    })
    .join('\n');
}

function byMessage(causes: readonly Cause[]): Map<string, Set<string>> {
  const grouped = new Map<string, Set<string>>();
  for (const { message, tasks } of causes) {
    const known = grouped.get(message) ?? new Set();
    for (const task of tasks) known.add(task);
    grouped.set(message, known);
  }
  return grouped;
}

/** Adds the causes to the page of a GitHub job, unless who started Nx writes that page. */
export function summarizeCauses(causes: readonly Cause[], env: Environment): void {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file === undefined || file === '' || env[SUMMARY_VARIABLE] === 'own') return;
  const lines = describeCauses(causes)
    .split('\n')
    .map((line) => `> ${markdownText(line)}`);
  try {
    appendFileSync(file, `## chargen\n\n${lines.join('\n')}\n\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      terminalText(`Warning: the summary of the GitHub job could not be written: ${why}\n`),
    );
  }
}

/**
 * Whether this process works for the Nx daemon, whose output goes to a log file. The daemon marks itself, and the
 * plugin processes that it starts, by these variables (nx/src/daemon/client/daemon-environment, Nx 23 and 24).
 */
export function isOfDaemon(env: Environment): boolean {
  return env['NX_PROJECT_GLOB_CACHE'] === 'false' && env['NX_CACHE_PROJECTS_CONFIG'] === 'false';
}
