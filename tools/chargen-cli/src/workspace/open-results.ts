import { join } from 'node:path';
import {
  openStore,
  sharedStoreFrom,
  SYSTEM_CLOCK,
  type RemoteStore,
  type RunEvent,
  type Store,
  type TakesContext,
} from 'chargen-core';
import { variableOf } from 'chargen-core/names';
import { CliError } from '../cli/cli-error.js';
import type { Io } from '../cli/io.js';
import type { Workspace } from './open-workspace.js';

/** Where the runs of a workspace are. */
export function batchFolderOf({
  workspaceRoot,
  places,
}: Pick<Workspace, 'workspaceRoot' | 'places'>): string {
  return join(workspaceRoot, places.stateDir, 'batch');
}

/** Whether other machines get what is paid for here. */
export function isShared(env: Io['env']): boolean {
  return variableOf(env, 'CHARGEN_STORE_REMOTE') !== undefined;
}

/** The shared store that the environment names. Rejects with CliError if it names none. */
export function sharedStoreOf(env: Io['env']): RemoteStore {
  const settings = remoteOf(env);
  if (settings === undefined) {
    throw new CliError('There is no shared store: CHARGEN_STORE_REMOTE is not set.');
  }
  return settings.store;
}

/** Undefined if the environment names no shared store. Throws CliError if what it says of it is not right. */
export function remoteOf(env: Io['env']): ReturnType<typeof sharedStoreFrom> {
  try {
    return sharedStoreFrom(env);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

/** The store, with the shared one behind it if the environment names one. */
export function openResults(workspace: Workspace, env: Io['env'], io: Io): Store {
  const { workspaceRoot, places } = workspace;
  return openStore({
    workspaceRoot,
    places,
    remote: remoteOf(env),
    clock: SYSTEM_CLOCK,
    listener: warnings(io),
  });
}

/** What commands about the takes of a scene need. */
export function takesContext(workspace: Workspace, env: Io['env'], io: Io): TakesContext {
  return { ...workspace, store: openResults(workspace, env, io), listener: warnings(io) };
}

function warnings(io: Io): (event: RunEvent) => void {
  return (event) => {
    if (event.kind === 'warning') io.err(`Warning: ${event.message}\n`);
  };
}
