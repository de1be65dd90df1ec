import type { RemoteStore } from '../../src/index.js';

/** A shared store of which some methods are replaced. */
export function storeWith(real: RemoteStore, replaced: Partial<RemoteStore>): RemoteStore {
  return {
    name: real.name,
    get: (key) => real.get(key),
    present: (keys) => real.present(keys),
    put: (key, envelope) => real.put(key, envelope),
    claim: (requests, claimant, seconds, mayShorten) => real.claim(requests, claimant, seconds, mayShorten),
    release: (keys, claimant) => real.release(keys, claimant),
    claims: () => real.claims(),
    stored: () => real.stored(),
    remove: (key) => real.remove(key),
    ...replaced,
  };
}

/** A shared store that is empty, takes everything and grants every key to everybody. */
export const EMPTY_STORE: RemoteStore = {
  name: 'shared',
  get: () => Promise.resolve({ kind: 'absent' }),
  present: () => Promise.resolve({ kind: 'listed', found: new Set() }),
  put: () => Promise.resolve({ kind: 'stored' }),
  claim: (requests) => Promise.resolve(requests.map(() => ({ kind: 'granted' }))),
  release: () => Promise.resolve(),
  claims: () => Promise.resolve({ kind: 'listed', found: [] }),
  stored: () => Promise.resolve({ kind: 'listed', found: [] }),
  remove: () => Promise.resolve({ kind: 'removed' }),
};
