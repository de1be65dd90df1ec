import type { RunEvent } from '../run/index.js';
import { unreachable } from '../util/unreachable.js';
import { describeUsual } from './job-times.js';
import { describeEstimate, duration, plural } from './money.js';

/** An event as one plain line, or none if nothing changed that matters to a reader of the log. */
export function progressLine(event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'run-planned':
      return `Run ${event.runId}: ${plural(event.items, 'picture')} of ${plural(event.entities, 'entity', 'entities')}, estimated cost ${describeEstimate(event.estimate)}.`;
    case 'run-resumed':
      return `Resuming run ${event.runId} (${event.phase}, ${plural(event.openJobs, 'job')} open).`;
    case 'run-adopted':
      return `Found the job ${event.job} of run ${event.runId}, made by another machine (${event.state}).`;
    case 'phase':
      return undefined;
    case 'uploaded':
      return `Uploaded ${event.name} (${event.done}/${event.total}).`;
    case 'upload-reused':
      return undefined;
    case 'job-submitted':
      return `Submitted ${event.job}: ${plural(event.items, 'item')}, ${event.model}.`;
    case 'job-rejected':
      return `Google did not take job ${event.n}: ${event.message}`;
    case 'job-delayed':
      return `Google has no room for job ${event.n} now (${event.message}); trying again in ${duration(event.retryInMs)}.`;
    case 'job-uncertain':
      return `It is not known whether the job "${event.displayName}" was made: ${event.why}`;
    case 'job-adopted':
      return `The job ${event.job} had been made after all; it is used.`;
    case 'job-polled': {
      const done = (event.succeeded ?? 0) + (event.failed ?? 0);
      const { stuck } = event;
      const long =
        stuck === undefined
          ? ''
          : ` It takes long: ${describeUsual(stuck.model, stuck.usual)}. To ask anew for what it has not served: npx chargen cancel ${event.runId} --and-retry`;
      const stalled = event.stalledMs > 6 * 3_600_000 ? `, no change for ${duration(event.stalledMs)}` : '';
      return `${event.job}: ${event.state.toLowerCase()}, ${done}/${event.items} done, started ${duration(event.ageMs)} ago${stalled}, next look in ${duration(event.nextPollMs)}.${long}`;
    }
    case 'job-ended':
      return `${event.job}: ${event.state.toLowerCase()}${event.error === undefined ? '' : `: ${event.error}`}.`;
    case 'collected': {
      const parts = [
        plural(event.generated, 'picture'),
        ...(event.refused === 0 ? [] : [`${event.refused} refused`]),
        ...(event.unusable === 0 ? [] : [`${event.unusable} without a usable answer`]),
        ...(event.failed === 0 ? [] : [`${event.failed} failed`]),
        ...(event.doubled === 0 ? [] : [`${plural(event.doubled, 'doubled answer')} ignored`]),
      ];
      return `Collected job ${event.n}: ${parts.join(', ')}.`;
    }
    case 'item-failed':
      return `${event.failure.item.split('@')[0] ?? event.failure.item}: ${event.failure.message}`;
    case 'warning':
      return `Warning: ${event.message}`;
    case 'waiting':
      return event.message;
    case 'run-ended':
      return undefined;
    default:
      return unreachable(event);
  }
}

/** How long a line that differs only in its ages is held back, in milliseconds. */
const QUIET_MS = 60_000;

/** Progress for logs and for Nx: one plain line a change, and a sign of life a minute while nothing changes. */
export class ProgressLines {
  #lastPoll = '';
  #waits = false;
  #lastAt = 0;

  constructor(readonly write: (line: string) => void) {}

  tell(event: RunEvent): void {
    const line = progressLine(event);
    if (line === undefined) return;
    if (event.kind === 'job-polled') {
      const state = `${event.job} ${event.state} ${event.succeeded ?? 0} ${event.failed ?? 0}`;
      if (state === this.#lastPoll && Date.now() - this.#lastAt < QUIET_MS) return;
      this.#lastPoll = state;
      this.#lastAt = Date.now();
    }
    this.write(line);
    // Said now, since after Ctrl-C Nx closes the terminal's pipe before another word gets through.
    if (event.kind === 'job-polled' && !this.#waits) {
      this.#waits = true;
      this.write(
        'Ctrl-C is safe while this waits: the job goes on at Google, and the same command collects it.',
      );
    }
  }
}
