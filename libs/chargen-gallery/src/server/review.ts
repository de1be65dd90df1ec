import { join } from 'node:path';
import { FileDigests, findScene, REAL_PLACES, reviewScene, type World } from 'chargen-core';
import { goneFromWorld } from '../changes/gone.js';
import type { Reviewed, ReviewOrder, SceneReview } from '../protocol.js';

/** Writes what a person decided about pictures into the approvals of their entities. */
export async function writeReviews(
  workspaceRoot: string,
  world: World,
  orders: readonly ReviewOrder[],
  now: () => number,
): Promise<Reviewed> {
  const digests = await FileDigests.open(
    workspaceRoot,
    join(workspaceRoot, REAL_PLACES.stateDir, 'digests.json'),
  );
  const reviews: SceneReview[] = [];
  const stayed: SceneReview[] = [];
  const refused: Reviewed['refused'][number][] = [];
  for (const { scene: name, ...review } of orders) {
    const found = findScene(world, name);
    if (found.kind === 'unknown') {
      refused.push({ scene: name, message: goneFromWorld(name).message });
      continue;
    }
    const outcome = await reviewScene({ workspaceRoot, digests }, found.entity, found.scene, review, now());
    const { seen: sha256, state, note } = review;
    if (outcome.kind !== 'refused')
      reviews.push({ scene: name, review: { state, sha256, note: state === 'unreviewed' ? '' : note } });
    else if (outcome.since === undefined) refused.push({ scene: name, message: outcome.why });
    else {
      const { state, note = '' } = outcome.since;
      stayed.push({ scene: name, review: { state, sha256, note } });
    }
  }
  // Of the last one: data that were made while others were written do not have all of them.
  return { kind: 'reviewed', at: now(), reviews, stayed, refused };
}
