import { describeCost, plural, type RunSummary } from 'chargen-core';
import type { Io } from '../cli/io.js';
import { isUnfinished } from '../workspace/open-run.js';

/** `2 minutes ago`, as a person says it. */
export function ago(iso: string): string {
  const minutes = Math.floor((Date.now() - Date.parse(iso)) / 60_000);
  if (Number.isNaN(minutes)) return 'at an unknown time';
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${plural(minutes, 'minute')} ago`;
  if (minutes < 48 * 60) return `${plural(Math.floor(minutes / 60), 'hour')} ago`;
  return `${plural(Math.floor(minutes / 1440), 'day')} ago`;
}

/** A run on one line. */
export function runLine(run: RunSummary, { paint }: Pick<Io, 'paint'>): string {
  const open = isUnfinished(run);
  const colour = open ? 'yellow' : run.phase === 'failed' ? 'red' : 'green';
  const parts = [
    run.items === 0 ? 'of another machine' : plural(run.items, 'task'),
    ...(run.failed === 0 ? [] : [`${run.failed} failed`]),
    ...(run.refused === 0 ? [] : [`${run.refused} refused`]),
    ...(run.unusable === 0 ? [] : [`${run.unusable} without a usable answer`]),
    costText(run),
    ago(run.createdAt),
  ];
  return `${run.runId}  ${run.kind.padEnd(8)}  ${paint(colour, run.phase.padEnd(9))}  ${parts.join(', ')}`;
}

function costText(run: RunSummary): string {
  // While it is open only what was collected so far is known.
  if (!isUnfinished(run) && run.costUsd !== null) return describeCost(run.costUsd);
  return run.estimatedUsd === null ? 'cost unknown' : `about ${describeCost(run.estimatedUsd)}`;
}

/** The jobs of a run, one a line. */
export function jobLines(run: RunSummary): string[] {
  return run.jobs.map(({ n, batch, displayName, stage, model, why }) => {
    const because = why === undefined ? '' : `: ${why}`;
    return `  job ${n}: ${stage}, ${batch ?? displayName}, ${model}${because}`;
  });
}
