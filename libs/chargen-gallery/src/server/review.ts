import { join } from 'node:path';
import { FileDigests, findScene, REAL_PLACES, reviewScene, type World } from 'chargen-core';
import { goneFromWorld } from '../changes/gone.js';
import type { Reviewed, ReviewOrder } from '../protocol.js';

/** Writes what a person decided about a picture into the approvals of its entity. */
export async function writeReview(
  workspaceRoot: string,
  world: World,
  { scene: name, seen, state, note }: ReviewOrder,
  now: number,
): Promise<Reviewed> {
  const found = findScene(world, name);
  if (found.kind === 'unknown') return goneFromWorld(name);
  const digests = await FileDigests.open(
    workspaceRoot,
    join(workspaceRoot, REAL_PLACES.stateDir, 'digests.json'),
  );
  const review = { state, seen, ...(note === '' ? {} : { note }) };
  const outcome = await reviewScene({ workspaceRoot, digests }, found.entity, found.scene, review, now);
  if (outcome.kind === 'refused') return { kind: 'refused', message: outcome.why };
  const written = { state, sha256: seen, note: state === 'unreviewed' ? '' : note };
  return { kind: 'reviewed', review: written, at: now };
}
