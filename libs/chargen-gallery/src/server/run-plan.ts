import {
  describeCauses,
  describeEstimate,
  findEditedPictures,
  planWorld,
  REAL_PLACES,
  scenesShownIn,
  Selection,
  type PlannedScene,
  type World,
} from 'chargen-core';
import { digestOf } from '../changes/authored.js';
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
  takes: number | undefined,
): Promise<RunPlan> {
  const selection = new Selection(scenes);
  const common = { workspaceRoot: root, world, settings, places: REAL_PLACES };
  const pictures: RunPlan['pictures'][number][] = [];
  const outdated: PlannedScene[] = [];
  const onOther = (planned: PlannedScene): void => {
    const { state } = planned;
    if ((state.kind === 'waits' || state.kind === 'pending') && state.before === 'outdated') {
      outdated.push(planned);
    }
  };
  const { totals } = await planWorld({ ...common, selection, takes, onOther }, (entity) => {
    for (const { planned: one, item } of [...entity.scenes, ...entity.takes]) {
      if (one.state.kind !== 'pending' && one.state.kind !== 'waits' && one.state.kind !== 'reused') continue;
      pictures.push({
        scene: one.name,
        title: titleOf(one),
        why: item.reason,
        // What Google works on is paid: the run waits for it, also if the one that asked for it was killed.
        estimatedUsd: item.state === 'in-flight' ? 0 : item.estimatedUsd,
        comesAlong: !selection.hasName(one.name),
      });
    }
  });
  const made = new Set(pictures.map(({ scene }) => scene));
  const later = outdated.filter((one) => scenesShownIn(one).some((other) => made.has(other)));
  // Of the whole world: the guard of a run stops at any of them.
  const edited = await findEditedPictures(common);
  const cost = describeEstimate(totals.cost);
  const bought = [pictures.map(({ scene, estimatedUsd }) => [scene, estimatedUsd]), totals.requests, cost];
  return {
    kind: 'plan',
    digest: digestOf(JSON.stringify(bought)),
    pictures,
    requests: totals.requests,
    cost,
    causes: describeCauses(totals.causes, world.style),
    later: later.map((one) => ({ scene: one.name, title: titleOf(one) })),
    edited: edited.map(({ scene, path, why }) => ({ scene, path, why })),
  };
}

function titleOf({ entity, scene }: PlannedScene): string {
  return `${entity.name}: ${scene.title}`;
}
