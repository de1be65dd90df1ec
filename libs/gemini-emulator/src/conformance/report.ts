import type { CheckState, Point } from './state.js';

/** A check as a text that can be attached to an issue: no key, no host, no address with a signature. */
export function describeCheck(state: CheckState): string {
  const { points, isOver, jobs, startedAt } = state;
  const count = (verdict: Point['verdict']): number => points.filter((one) => one.verdict === verdict).length;
  const open = Object.values(jobs).filter((job) => job.stage === 'created' || job.stage === 'sending');
  const end = isOver
    ? 'The check is over.'
    : `The check is not over: ${open.map((job) => `${job.batch ?? job.displayName} (${job.stage})`).join(', ') || 'a step is left'}. Call it again to go on; nothing is paid twice.`;
  return [
    `Check of ${startedAt}, models ${jobs.text.model} and ${jobs.picture.model}`,
    ...points.flatMap(describePoint),
    `${points.length} points: ${count('as-expected')} as expected, ${count('different')} different, ${count('failed')} failed. ${end}`,
  ].join('\n');
}

export function describePoint({ point, says, verdict, deviations, error }: Point): string[] {
  const mark = verdict === 'as-expected' ? '✓' : verdict === 'different' ? '!' : '✗';
  return [
    `${mark} ${point}: ${says}`,
    ...(error === undefined ? [] : [`    ${error}`]),
    ...deviations.map((one) => `    ${one.message}`),
  ];
}

/** Whether everything that was looked at is as it is recorded. */
export function isAsExpected({ points }: CheckState): boolean {
  return points.every((one) => one.verdict === 'as-expected');
}
