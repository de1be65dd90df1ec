import { randomUUID } from 'node:crypto';
import { mayBeAlive, thisProcess } from '../../util/process-identity.js';
import type { RunOwner } from './run-state.js';

/** Calls of the engine that are under way in this process. */
const underWay = new Set<string>();

/** Marks the beginning of a call; `leave` marks its end. */
export async function enter(): Promise<{ readonly owner: RunOwner; leave(): void }> {
  const owner: RunOwner = { ...(await thisProcess()), call: randomUUID(), since: Date.now() };
  underWay.add(owner.call);
  return { owner, leave: () => underWay.delete(owner.call) };
}

/**
 * Whether the call that made a run is still under way and will go on with it. Unlike a lock, a run whose maker
 * cannot be seen from here (another machine, another container) may be continued by any process: nothing
 * is lost by finishing it.
 */
export async function isUnderWay(owner: RunOwner | undefined): Promise<boolean> {
  if (owner === undefined) return false;
  const me = await thisProcess();
  if (owner.host !== me.host || owner.space !== me.space) return false;
  if (owner.pid === me.pid && owner.started === me.started) return underWay.has(owner.call);
  return mayBeAlive(owner, owner.since);
}
