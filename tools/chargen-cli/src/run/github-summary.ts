import { appendFileSync } from 'node:fs';
import {
  describeCost,
  describeEstimate,
  describeKept,
  describeNoPicture,
  duration,
  isSettledWithout,
  type RunReport,
} from 'chargen-core';
import { markdownText } from 'chargen-core/safe-text';

/** More rows than these make a summary too long to read, and GitHub cuts it at a megabyte. */
const MAX_ROWS = 200;

/** Appends the report to the summary of a GitHub job, if there is one. */
export function writeGithubSummary(
  report: RunReport,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const path = env['GITHUB_STEP_SUMMARY'];
  if (path === undefined || path === '') return;
  appendFileSync(path, githubSummary(report));
}

export function githubSummary(report: RunReport): string {
  const scenes = report.entities.flatMap((one) => one.scenes);
  const made = scenes.filter(({ outcome }) => outcome.kind === 'generated' || outcome.kind === 'reused');
  const unlike = scenes.filter(({ canon }) => canon?.matches === false);
  const bad = scenes.filter(({ outcome }) => outcome.kind === 'failed' || isSettledWithout(outcome));
  const broken = report.entities.flatMap((one) =>
    one.diagnostics.filter(({ severity }) => severity === 'error'),
  );
  const lines = [
    `## chargen ${report.target}`,
    '',
    ...totalsTable(report),
    '',
    ...(report.stopMessage === undefined ? [] : [`> ${markdownText(report.stopMessage)}`, '']),
    ...table(
      'What went wrong',
      ['scene', 'what', 'what to do'],
      bad.map(({ scene, outcome }) =>
        outcome.kind === 'failed'
          ? [scene, outcome.message, outcome.advice]
          : isSettledWithout(outcome)
            ? [scene, describeNoPicture(outcome.reason, outcome.message), outcome.advice]
            : [scene, '', ''],
      ),
    ),
    ...table(
      'Unlike their canonical appearance',
      ['scene', 'contradictions'],
      unlike.map(({ scene, canon }) => [scene, canon?.contradictions.join('; ') ?? '']),
    ),
    ...table(
      'Errors in files',
      ['place', 'error'],
      broken.map(({ file, line, column, message }) => [`${file}:${line}:${column}`, message]),
    ),
    ...table(
      'Versions of one file, to be compared',
      ['file', 'what to do'],
      (report.keptVersions ?? []).map((one) => [one.of, describeKept(one)]),
    ),
    ...table(
      'Pictures',
      ['scene', 'picture'],
      made.map(({ scene, picture }) => [scene, picture ?? '']),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function totalsTable({ target, totals, durationMs, costUsd, estimate }: RunReport): string[] {
  const word = target === 'analyze' ? 'analyzed' : 'generated';
  const cells = [
    totals[word],
    totals.reused,
    totals.done,
    totals.refused,
    totals.unusable,
    totals.failed,
    totals.pending + totals.waits,
    duration(durationMs),
    describeCost(costUsd),
    describeEstimate(estimate),
  ];
  return [
    `| ${word} | reused | done before | refused | unusable | failed | not made yet | time | cost | estimated |`,
    '|---|---|---|---|---|---|---|---|---|---|',
    `| ${cells.join(' | ')} |`,
  ];
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > MAX_ROWS ? ['', `… and ${rows.length - MAX_ROWS} more.`] : [];
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    line(head),
    `|${head.map(() => '---|').join('')}`,
    ...rows.slice(0, MAX_ROWS).map(line),
    ...more,
    '',
  ];
}
