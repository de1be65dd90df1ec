import type { BilledItem, Duplicate } from './types.js';

/** Items grouped by what was paid for: the hash in the key, else the hash of the request itself. */
export function findDuplicates(items: readonly BilledItem[]): Duplicate[] {
  const groups = new Map<string, BilledItem[]>();
  for (const item of items) {
    const hash = item.hash ?? item.requestHash;
    const group = groups.get(hash);
    if (group === undefined) groups.set(hash, [item]);
    else group.push(item);
  }
  return [...groups]
    .filter(([, group]) => group.length > 1)
    .map(([hash, group]) => ({ hash, count: group.length, items: group }));
}
