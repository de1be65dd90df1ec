import { unreachable } from '../util/unreachable.js';
import type { CancelledJob, CancelReport } from './cancel-run.js';

/** What happened, in a line for each job. */
export function describeCancel(report: CancelReport): string {
  const lines = report.jobs.map((one) => `  job ${one.n}: ${describeJob(one)}`);
  const end = report.isOver
    ? 'The run is over.'
    : 'What was served before the cancel arrived is billed and is collected by the next run, or by: npx chargen collect';
  return [`Run ${report.runId}:`, ...lines, end].join('\n');
}

function describeJob(one: CancelledJob): string {
  switch (one.kind) {
    case 'cancel-asked':
      return `${one.job} was asked to stop`;
    case 'moved':
      return one.hasEnded
        ? `${one.job} is cancelled; what it has not served is asked for anew`
        : `${one.job} was asked to stop and has not ended yet; what it has not served is asked for anew, and what it still serves is billed too`;
    case 'had-ended':
      return `${one.job} had ended (${one.state.toLowerCase()})`;
    case 'unknown-at-google':
      return `Google does not know ${one.job}`;
    case 'never-made':
      return `Google lists no job "${one.displayName}": it was never made, and nothing is paid`;
    case 'not-sent':
      return 'it was not sent yet, and is dropped';
    case 'answered':
      return 'its answer is here, and is collected by the next run';
    case 'given-up':
      return 'its answer was lost and may have been billed; the next run asks, and pays, for it once more';
    case 'settled':
      return `nothing was left to do (${one.stage})`;
    default:
      return unreachable(one);
  }
}
