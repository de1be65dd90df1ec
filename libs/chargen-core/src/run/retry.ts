import pRetry from 'p-retry';
import { GeminiError, isRetryable } from '../gemini/index.js';
import type { Clock } from '../util/clock.js';

/** Attempts in all; with the doubling below about half a minute at the real pace. */
const ATTEMPTS = 5;

export interface RetryPace {
  /** The first pause in milliseconds; it doubles, with jitter. */
  readonly minTimeout: number;
  readonly clock: Clock;
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
      const wait = error instanceof GeminiError ? error.info.retryAfter : undefined;
      if (wait !== undefined) await pace.clock.sleep(wait, signal);
    },
  });
}
