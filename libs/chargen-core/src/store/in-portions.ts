import pLimit from 'p-limit';
import type { RemoteClaim, RemoteFault } from './remote-store.js';

/** Requests that a shared store is asked at once. */
export const PARALLEL = 8;

/**
 * Asks for each, a few at a time. After a store was out of reach, or refused the token, the rest gets that answer without
 * being asked: each would wait for its time to be over.
 */
export function askEach<Item>(
  items: readonly Item[],
  ask: (item: Item) => Promise<RemoteClaim>,
): Promise<RemoteClaim[]> {
  const limit = pLimit(PARALLEL);
  let fault: RemoteFault | undefined;
  return Promise.all(
    items.map((item) =>
      limit(async () => {
        if (fault !== undefined) return fault;
        const outcome = await ask(item);
        if (outcome.kind === 'unavailable' || outcome.kind === 'denied') fault = outcome;
        return outcome;
      }),
    ),
  );
}

export function portionsOf<Item>(items: readonly Item[], size: number): Item[][] {
  const portions: Item[][] = [];
  for (let start = 0; start < items.length; start += size) portions.push(items.slice(start, start + size));
  return portions;
}
