import type { ConformanceClient } from './client.js';
import type { Recorder } from './record.js';
import type { CheckState, Point } from './state.js';

export interface ScenarioOptions {
  readonly client: ConformanceClient;
  /** What the client sends with. */
  readonly recorder: Recorder;
  /** For files on their way; made if it is not there. */
  readonly folder: string;
  /** Makes a state durable. The scenario goes on only after that. */
  readonly save: (state: CheckState) => Promise<void>;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Milliseconds between two looks at a job. */
  readonly pollMs: number;
  /** Milliseconds for which the jobs are waited for in this call. */
  readonly waitMs: number;
  readonly onPoint?: (point: Point) => void;
}
