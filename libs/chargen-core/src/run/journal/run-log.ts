import type { Clock } from '../../util/clock.js';
import type { LogEntry, RunEvent, RunListener } from '../events.js';
import type { RunDirectories } from './run-directory.js';

/** Hands events on and writes those of a run into its `logs.ndjson`. */
export class RunLog {
  #hasFailed = false;

  constructor(
    readonly runs: RunDirectories,
    readonly clock: Clock,
    readonly listener: RunListener,
  ) {}

  readonly report: RunListener = (event) => {
    this.listener(event);
    if (event.runId !== undefined) this.#write(event.runId, event);
  };

  #write(runId: string, event: RunEvent): void {
    const entry: LogEntry = { v: 1, at: new Date(this.clock.now()).toISOString(), ...event };
    try {
      this.runs.directory(runId).log(entry);
    } catch (error) {
      // A full disk must not end a run for its log; one word of it is enough.
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      const message = error instanceof Error ? error.message : String(error);
      this.listener({ kind: 'warning', message: `The log of run ${runId} cannot be written: ${message}` });
    }
  }
}
