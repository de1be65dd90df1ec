import pRetry from 'p-retry';
import { GeminiError, isRetryable } from '../gemini/index.js';
import type { Clock } from '../util/clock.js';

/** Attempts in all; with the doubling below about half a minute at the real pace. */
const ATTEMPTS = 5;

export interface RetryPace {
  /** The first pause in milliseconds; it doubles, with jitter. */
  readonly minTimeout: number;
  readonly clock: Clock;
  /** Milliseconds since 1970 after which no stated wait is kept any more. */
  readonly deadline: number;
  /** Called before a stated wait that a person would notice. */
  readonly onWait: (message: string) => void;
}

/** A wait of which nothing is reported. */
const UNNOTICED_MS = 2000;

/** The time for waiting would be over before what is waited for comes. */
export class WaitOver extends Error {
  override readonly name = 'WaitOver';
  constructor(
    /** What is waited for, as it stands after "waiting for". */
    readonly on: string,
  ) {
    super(`Waited for ${on}`);
  }
}

/**
 * Repeats what may be repeated: reads, uploads, downloads, deletes. Never wrapped around a create. A wait that
 * Google itself states (RetryInfo) is kept before the next attempt.
 */
export function withRetries<T>(pace: RetryPace, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return pRetry(work, {
    retries: ATTEMPTS - 1,
    minTimeout: pace.minTimeout,
    factor: 2,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => isRetryable(error),
    onFailedAttempt: async ({ error, retriesLeft }) => {
      if (retriesLeft === 0) return;
      const info = error instanceof GeminiError ? error.info : undefined;
      const wait = info?.retryAfter;
      if (info === undefined || wait === undefined) return;
      const on = `Google, which asks for a pause of ${Math.ceil(wait / 1000)} s (${info.message})`;
      if (wait > UNNOTICED_MS && pace.clock.now() + wait > pace.deadline) throw new WaitOver(on);
      if (wait > UNNOTICED_MS) pace.onWait(`Waiting for ${on}.`);
      await pace.clock.sleep(wait, signal);
    },
  });
}
