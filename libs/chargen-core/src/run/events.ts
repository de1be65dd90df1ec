import type { CostEstimate } from '../plan/index.js';
import type { ItemFailure, RunPhase } from './run-state.js';

/** What happens in a run, for whoever shows it: the terminal, Nx, the log file. No event holds a secret. */
export type RunEvent =
  | {
      readonly kind: 'run-planned';
      readonly runId: string;
      readonly items: number;
      readonly entities: number;
      readonly estimate: CostEstimate;
    }
  | {
      readonly kind: 'run-resumed';
      readonly runId: string;
      readonly phase: RunPhase;
      readonly openJobs: number;
    }
  | { readonly kind: 'run-adopted'; readonly runId: string; readonly job: string; readonly state: string }
  | { readonly kind: 'phase'; readonly runId: string; readonly phase: RunPhase }
  | {
      readonly kind: 'uploaded';
      readonly name: string;
      readonly bytes: number;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'upload-reused'; readonly name: string; readonly done: number; readonly total: number }
  | {
      readonly kind: 'job-submitted';
      readonly runId: string;
      readonly n: number;
      readonly job: string;
      readonly items: number;
      readonly model: string;
    }
  | { readonly kind: 'job-rejected'; readonly runId: string; readonly n: number; readonly message: string }
  | {
      readonly kind: 'job-delayed';
      readonly runId: string;
      readonly n: number;
      readonly message: string;
      readonly retryInMs: number;
    }
  | {
      readonly kind: 'job-uncertain';
      readonly runId: string;
      readonly n: number;
      readonly displayName: string;
      readonly why: string;
    }
  | { readonly kind: 'job-adopted'; readonly runId: string; readonly n: number; readonly job: string }
  | {
      readonly kind: 'job-polled';
      readonly runId: string;
      readonly n: number;
      readonly job: string;
      readonly state: string;
      readonly items: number;
      readonly succeeded: number | undefined;
      readonly failed: number | undefined;
      readonly ageMs: number;
      readonly stalledMs: number;
      readonly nextPollMs: number;
    }
  | {
      readonly kind: 'job-ended';
      readonly runId: string;
      readonly n: number;
      readonly job: string;
      readonly state: string;
      readonly error: string | undefined;
    }
  | {
      readonly kind: 'collected';
      readonly runId: string;
      readonly n: number;
      readonly generated: number;
      readonly refused: number;
      readonly failed: number;
      readonly doubled: number;
      readonly unknown: number;
      readonly missing: number;
    }
  | { readonly kind: 'item-failed'; readonly failure: ItemFailure }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'waiting'; readonly message: string }
  | { readonly kind: 'run-ended'; readonly runId: string; readonly phase: RunPhase };

export type RunListener = (event: RunEvent) => void;
