import type { StopReason } from '../run/index.js';
import type { SharedStoreSettings } from './open-store.js';

/** How a run behaves without changing what it makes; none of it is part of a key or of an Nx hash. */
export interface RunControl {
  readonly pollInterval: number;
  readonly settleMs: number;
  readonly retryPause: number;
  /** Milliseconds; infinity for no limit. */
  readonly waitMs: number;
  readonly submit: boolean;
  readonly maxCost: number | undefined;
  /** Results that other machines share. */
  readonly remote?: SharedStoreSettings | undefined;
}

/** Whether coming back later is all that is needed. */
export function isRetryableStop(stop: StopReason): boolean {
  switch (stop.kind) {
    case 'wait-over':
    case 'interrupted':
    case 'not-submitting':
    case 'in-flight':
    case 'declined':
      return true;
    case 'uncertain':
    case 'over-budget':
    case 'other-key':
    case 'no-key':
    case 'no-batch':
    case 'billing':
    case 'quota':
    case 'service':
    case 'store':
      return false;
  }
}
