import { join } from 'node:path';
import { FileDigests, findScene, REAL_PLACES, reviewScene, type World } from 'chargen-core';
import { goneFromWorld } from '../changes/gone.js';
import type { Reviewed, ReviewOrder, SceneReview } from '../protocol.js';

/** Writes what a person decided about pictures into the approvals of their entities. */
export async function writeReviews(
  workspaceRoot: string,
  world: World,
  orders: readonly ReviewOrder[],
  now: number,
): Promise<Reviewed> {
  const digests = await FileDigests.open(
    workspaceRoot,
    join(workspaceRoot, REAL_PLACES.stateDir, 'digests.json'),
  );
  const reviews: SceneReview[] = [];
  const refused: Reviewed['refused'][number][] = [];
  for (const { scene: name, seen, state, note } of orders) {
    const found = findScene(world, name);
    if (found.kind === 'unknown') {
      refused.push({ scene: name, message: goneFromWorld(name).message });
      continue;
    }
    const review = { state, seen, ...(note === '' ? {} : { note }) };
    const outcome = await reviewScene({ workspaceRoot, digests }, found.entity, found.scene, review, now);
    if (outcome.kind === 'refused') refused.push({ scene: name, message: outcome.why });
    else
      reviews.push({
        scene: name,
        review: { state, sha256: seen, note: state === 'unreviewed' ? '' : note },
      });
  }
  return { kind: 'reviewed', at: now, reviews, refused };
}
