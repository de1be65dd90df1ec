import type { Claimed, ClaimObstacle } from '../../store/index.js';
import type { Call } from './call.js';
import { stopWith, type StepOutcome } from './step.js';

/** How many poll intervals a shared store that is out of reach is waited for: two minutes at the default. */
const PATIENCE_INTERVALS = 4;

/** The same if nothing may be paid for without it: an hour. */
const REQUIRED_INTERVALS = 120;

/** No loop without a pause, however short the store's own is. */
const LEAST_PAUSE_MS = 10;

/**
 * What a turn does if some of its items could not be claimed in the shared store. Undefined: they are asked for all
 * the same, and the person is warned of how many may be paid for twice. `atMost` is how many items this call may still
 * ask for, so that one warning holds for all of it.
 */
export function whileUnclaimed(
  call: Call,
  { obstacle, unclaimed }: Claimed,
  atMost: number,
): StepOutcome | undefined {
  if (obstacle === undefined) {
    call.storeTroubleSince = undefined;
    return undefined;
  }
  if (obstacle.kind === 'lasting') return stopWith({ kind: 'store', message: describeLasting(obstacle) });
  if (obstacle.kind === 'passing') {
    const wait = waitForStore(call, obstacle);
    if (wait !== undefined) return wait;
    if (obstacle.isRequired) return stopWith({ kind: 'store', message: describeRequired(obstacle) });
  }
  call.noteUnclaimed(Math.max(unclaimed.size, atMost), obstacle.why);
  return undefined;
}

/** Undefined if it was waited for long enough, or nothing is waited for. */
function waitForStore(call: Call, { why, retryInMs, isRequired }: ClaimObstacle): StepOutcome | undefined {
  const { clock, pollInterval, pay } = call.options;
  const now = clock.now();
  call.storeTroubleSince ??= now;
  const patience = pollInterval * (isRequired ? REQUIRED_INTERVALS : PATIENCE_INTERVALS);
  const left = Math.min(call.deadline, call.storeTroubleSince + patience) - now;
  if (left <= 0 || pay.kind === 'synchronous') return undefined;
  call.reportOnce('store', {
    kind: 'waiting',
    message: `The shared store cannot be used now (${withoutStop(why)}). It is tried again before anything is submitted.`,
  });
  return { kind: 'wait', ms: Math.min(left, Math.max(LEAST_PAUSE_MS, retryInMs)) };
}

function describeLasting({ why }: ClaimObstacle): string {
  return (
    `Nothing can be claimed in the shared store (${withoutStop(why)}), so nothing was submitted: another machine could pay ` +
    'for the same pictures. Give this machine a token that may write (CHARGEN_STORE_TOKEN) and a store that can hold ' +
    'claims, or pay beside others with CHARGEN_CLAIMS=ignore'
  );
}

function describeRequired({ why }: ClaimObstacle): string {
  return (
    `The shared store cannot be used (${withoutStop(why)}), and nothing is submitted without it (CHARGEN_STORE is ` +
    '"required", as in CI). Run again when it is back, or go on without it with CHARGEN_STORE=optional'
  );
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
