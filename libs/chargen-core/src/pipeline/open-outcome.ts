import type { Diagnostic } from '../content/index.js';
import type { Outcome } from '../report/outcome.js';
import { describeStop, wordsOfNx, type EngineOutcome, type RunKind } from '../run/index.js';
import type { ContentKey } from '../recipe/index.js';
import { isRetryableStop } from './run-control.js';

/** The outcome of an item that is not made: why it failed, or why it is still pending. */
export function openOutcome(
  key: ContentKey,
  why: string,
  target: RunKind,
  request: EngineOutcome | undefined,
): Outcome {
  const failure = request?.failures.get(key);
  if (failure !== undefined) {
    return { kind: 'failed', class: failure.class, message: failure.message, advice: failure.advice };
  }
  const stop = request?.held.get(key) ?? request?.stop;
  if (stop === undefined) return { kind: 'pending', why, retryable: true };
  return {
    kind: 'pending',
    why: describeStop(stop, target, wordsOfNx(target, request?.nxTarget)),
    retryable: isRetryableStop(stop),
  };
}

/** The outcome of an item that errors of its entity's files stop. */
export function blockedOutcome(diagnostics: readonly Diagnostic[]): Outcome {
  return {
    kind: 'failed',
    class: 'blocked',
    message: diagnostics.map((one) => one.message).join(' '),
    advice: 'Correct the file, then run the same command again.',
  };
}
