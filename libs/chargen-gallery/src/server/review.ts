import { join } from 'node:path';
import {
  FileDigests,
  findScene,
  REAL_PLACES,
  reviewScenes,
  type Entity,
  type Scene,
  type World,
} from 'chargen-core';
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
  const byEntity = new Map<Entity, { readonly order: ReviewOrder; readonly scene: Scene }[]>();
  for (const order of orders) {
    const found = findScene(world, order.scene);
    if (found.kind === 'unknown') {
      refused.push({ scene: order.scene, message: goneFromWorld(order.scene).message });
      continue;
    }
    const own = byEntity.get(found.entity) ?? [];
    byEntity.set(found.entity, [...own, { order, scene: found.scene }]);
  }
  for (const [entity, own] of byEntity) {
    const decided = own.map(({ scene, order: { scene: _name, ...review } }) => ({ scene, review }));
    const outcomes = await reviewScenes({ workspaceRoot, digests }, entity, decided, now());
    for (const [n, outcome] of outcomes.entries()) {
      const order = own[n]?.order;
      if (order === undefined) continue;
      const { scene, seen: sha256, state, note } = order;
      if (outcome.kind !== 'refused')
        reviews.push({ scene, review: { state, sha256, note: state === 'unreviewed' ? '' : note } });
      else if (outcome.since === undefined) refused.push({ scene, message: outcome.why });
      else {
        const { state, note = '' } = outcome.since;
        stayed.push({ scene, review: { state, sha256, note } });
      }
    }
  }
  // Of the last one: data that were made while others were written do not have all of them.
  return { kind: 'reviewed', at: now(), reviews, stayed, refused };
}
