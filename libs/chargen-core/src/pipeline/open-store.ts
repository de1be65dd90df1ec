import { join } from 'node:path';
import type { Places } from '../plan/index.js';
import {
  RemoteBackedStore,
  RemoteFolder,
  RemoteHttp,
  ResultStore,
  type RemoteStore,
  type Store,
} from '../store/index.js';
import type { RunListener } from '../run/index.js';
import { SYSTEM_CLOCK, type Clock } from '../util/clock.js';
import { variableOf, VARIABLES } from '../util/variables.js';

export interface StoreOptions {
  readonly workspaceRoot: string;
  readonly places: Places;
  /** Results that other machines share; undefined for a store of this clone alone. */
  readonly remote: SharedStoreSettings | undefined;
  readonly listener: RunListener;
  readonly clock: Clock;
}

export interface SharedStoreSettings {
  readonly store: RemoteStore;
  /** False: nothing is claimed, and claims of others are not waited for. */
  readonly claims: boolean;
}

/** The store of a run that may pay: the clone's own, with the shared one behind it if there is one. */
export function openStore({ workspaceRoot, places, remote, listener, clock }: StoreOptions): Store {
  const folder = join(workspaceRoot, places.stateDir, 'store');
  // Previews are not shared, and the shared store holds no previews.
  if (remote === undefined || places.mode === 'preview') return new ResultStore(folder);
  return new RemoteBackedStore({
    folder,
    remote: remote.store,
    claims: remote.claims,
    now: () => clock.now(),
    warn: (message) => {
      listener({ kind: 'warning', message });
    },
  });
}

/** The shared store that the environment names. Throws an Error with words for people. */
export function sharedStoreFrom(
  environment: Readonly<Record<string, string | undefined>>,
): SharedStoreSettings | undefined {
  const place = variableOf(environment, 'CHARGEN_STORE_REMOTE');
  if (place === undefined) return undefined;
  const claims = variableOf(environment, 'CHARGEN_CLAIMS') ?? VARIABLES.CHARGEN_CLAIMS.default;
  if (claims !== 'ignore' && claims !== 'keep') {
    throw new Error(`CHARGEN_CLAIMS is "${claims}"; write "ignore" to pay beside others, or leave it out.`);
  }
  return { store: storeAt(place, environment), claims: claims !== 'ignore' };
}

function storeAt(place: string, environment: Readonly<Record<string, string | undefined>>): RemoteStore {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) return new RemoteFolder(place, () => SYSTEM_CLOCK.now());
  if (!/^https?:\/\//i.test(place) || !URL.canParse(place)) {
    throw new Error(
      `CHARGEN_STORE_REMOTE is "${place}"; write the address of a chargen-cache-server (https://…) or a folder.`,
    );
  }
  // Of one request with its body: a picture of 4K over a slow line takes long.
  const timeout = Number(variableOf(environment, 'CHARGEN_STORE_TIMEOUT_MS') ?? '');
  return new RemoteHttp({
    url: place,
    token: variableOf(environment, 'CHARGEN_STORE_TOKEN'),
    timeoutMs: timeout > 0 ? timeout : VARIABLES.CHARGEN_STORE_TIMEOUT_MS.default,
    retryPause: 250,
  });
}
