import type { CostEstimate } from '../plan/index.js';

/** How what is wanted is asked for. Keys, journal, budget, store and recipes are the same for both. */
export type WayToPay =
  /** Batch jobs at half price, answered within 24 hours. */
  | { readonly kind: 'batch' }
  /**
   * Requests one after the other at full price, each answered within minutes. Nothing is waited for that Google, or
   * another machine, works on already: the call then ends with `in-flight`.
   */
  | {
      readonly kind: 'synchronous';
      /** Asked once before anything is sent, with the cost of all that is about to be sent at full price. */
      readonly confirm: (cost: CostEstimate) => Promise<boolean>;
    };
