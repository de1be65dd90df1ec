import {
  describeCauses,
  describeEstimate,
  findEditedPictures,
  planWorld,
  REAL_PLACES,
  sceneName,
  Selection,
  type PlannedScene,
  type World,
} from 'chargen-core';
import type { GalleryWorkspace } from '../data/collect.js';
import type { RunPlan } from '../protocol.js';

/**
 * What a run of these scenes makes, as `chargen plan` states it; and what it changes elsewhere. Asks nothing of Google.
 * The bytes of a picture that a person edited are kept, as the guard of the run does.
 */
export async function planOfRun(
  { root, settings }: GalleryWorkspace,
  world: World,
  scenes: readonly string[],
): Promise<RunPlan> {
  const selection = new Selection(scenes);
  const common = { workspaceRoot: root, world, settings, places: REAL_PLACES };
  const pictures: RunPlan['pictures'][number][] = [];
  const { totals } = await planWorld({ ...common, selection }, ({ scenes: planned }) => {
    for (const { planned: one, item } of planned) {
      if (one.state.kind !== 'pending' && one.state.kind !== 'waits' && one.state.kind !== 'reused') continue;
      if (item.state === 'in-flight') continue;
      pictures.push({
        scene: one.name,
        title: titleOf(one),
        why: item.reason,
        estimatedUsd: item.estimatedUsd,
        comesAlong: !selection.hasName(one.name),
      });
    }
  });
  const made = new Set(pictures.map(({ scene }) => scene));
  const later: RunPlan['later'][number][] = [];
  if (made.size > 0) {
    await planWorld(common, ({ scenes: planned }) => {
      for (const { planned: one } of planned) {
        const { state, name } = one;
        const isOpen = state.kind === 'waits' || state.kind === 'pending';
        if (!isOpen || state.before !== 'outdated' || made.has(name)) continue;
        if (shownBy(one).some((other) => made.has(other))) later.push({ scene: name, title: titleOf(one) });
      }
    });
  }
  // Of the whole world: the guard of a run stops at any of them.
  const edited = await findEditedPictures(common);
  return {
    kind: 'plan',
    pictures,
    requests: totals.requests,
    cost: describeEstimate(totals.cost),
    causes: describeCauses(totals.causes, world.style),
    later,
    edited: edited.map(({ scene, path, why }) => ({ scene, path, why })),
  };
}

function titleOf({ entity, scene }: PlannedScene): string {
  return `${entity.name}: ${scene.title}`;
}

function shownBy({ references }: PlannedScene): string[] {
  return references.flatMap(({ reference }) =>
    reference.kind === 'scene' ? [sceneName(reference.entity, reference.scene)] : [],
  );
}
