import { join } from 'node:path';
import type { Places } from '../plan/index.js';
import { RemoteBackedStore, openRemote, ResultStore, type RemoteStore, type Store } from '../store/index.js';
import type { RunListener } from '../run/index.js';
import { SYSTEM_CLOCK, type Clock } from '../util/clock.js';
import { isCi, variableOf, VARIABLES } from '../util/variables.js';

export interface StoreOptions {
  readonly workspaceRoot: string;
  readonly places: Places;
  /** Results that other machines share; undefined for a store of this clone alone. */
  readonly remote: SharedStoreSettings | undefined;
  readonly listener: RunListener;
  readonly clock: Clock;
  /** Milliseconds after the first failure of the shared store in which it is left alone; a second, if left out. */
  readonly retryPause?: number;
}

export interface SharedStoreSettings {
  readonly store: RemoteStore;
  /** False: nothing is claimed, and claims of others are not waited for. */
  readonly claims: boolean;
  /** Nothing is paid for if it cannot be claimed, however long the store is out of reach. */
  readonly isRequired: boolean;
}

/** The store of a run that may pay: the clone's own, with the shared one behind it if there is one. */
export function openStore({
  workspaceRoot,
  places,
  remote,
  listener,
  clock,
  retryPause = 1000,
}: StoreOptions): Store {
  const folder = join(workspaceRoot, places.stateDir, 'store');
  // Previews are not shared, and the shared store holds no previews.
  if (remote === undefined || places.mode === 'preview') return new ResultStore(folder);
  return new RemoteBackedStore({
    folder,
    remote: remote.store,
    claims: { isEnabled: remote.claims, isRequired: remote.isRequired },
    retryPause,
    now: () => clock.now(),
    warn: (message) => {
      listener({ kind: 'warning', message });
    },
  });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The shared store that the environment names. Throws an Error with words for people. */
export function sharedStoreFrom(environment: Environment): SharedStoreSettings | undefined {
  const place = variableOf(environment, 'CHARGEN_STORE_REMOTE');
  if (place === undefined) {
    if (variableOf(environment, 'CHARGEN_STORE') !== 'required') return undefined;
    // Such as a variable of CI that a build of a fork does not get.
    throw new Error(
      'CHARGEN_STORE is "required", and CHARGEN_STORE_REMOTE names no shared store: set it, or leave both out.',
    );
  }
  const claims = variableOf(environment, 'CHARGEN_CLAIMS') ?? VARIABLES.CHARGEN_CLAIMS.default;
  if (claims !== 'ignore' && claims !== 'keep') {
    throw new Error(`CHARGEN_CLAIMS is "${claims}"; write "ignore" to pay beside others, or leave it out.`);
  }
  const hasClaims = claims !== 'ignore';
  return {
    store: storeAt(place, environment),
    claims: hasClaims,
    isRequired: isRequired(environment, hasClaims),
  };
}

/** In CI by default: two builds start at the same moment more often than two people, and no person reads a warning. */
function isRequired(environment: Environment, hasClaims: boolean): boolean {
  const { default: always, inCi } = VARIABLES.CHARGEN_STORE;
  const chosen = variableOf(environment, 'CHARGEN_STORE');
  const mode = chosen ?? (hasClaims && isCi(environment) ? inCi : always);
  switch (mode) {
    case 'optional':
      return false;
    case 'required':
      if (hasClaims) return true;
      throw new Error('CHARGEN_STORE is "required" and CHARGEN_CLAIMS is "ignore"; leave one of them out.');
    default:
      throw new Error(`CHARGEN_STORE is "${mode}"; write "required" or "optional", or leave it out.`);
  }
}

function storeAt(place: string, environment: Environment): RemoteStore {
  // Of one request with its body: a picture of 4K over a slow line takes long.
  const timeout = Number(variableOf(environment, 'CHARGEN_STORE_TIMEOUT_MS') ?? '');
  return openRemote({
    place,
    token: variableOf(environment, 'CHARGEN_STORE_TOKEN'),
    timeoutMs: timeout > 0 ? timeout : VARIABLES.CHARGEN_STORE_TIMEOUT_MS.default,
    retryPause: 250,
    now: () => SYSTEM_CLOCK.now(),
    environment,
  });
}
