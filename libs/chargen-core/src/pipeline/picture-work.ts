import {
  addCosts,
  estimateCost,
  expectedOutputBytes,
  inputTokens,
  sceneName,
  sceneRequest,
  type CostEstimate,
  type Planner,
  type PlannedScene,
} from '../plan/index.js';
import { COMPILER_VERSION } from '../prompt/compiler-version.js';
import { itemName, type ContentKey } from '../recipe/index.js';
import type { Work, WorkItem } from '../run/index.js';
import type { Tracked } from './item-kind.js';

/** Everything that is pending for the chosen scenes, other entities' scenes that they show included. */
export async function pictureWork(
  tracked: ReadonlyMap<string, Tracked<PlannedScene>>,
  planner: Planner,
): Promise<Work> {
  const scenes = await openScenes(tracked, planner);
  const pending = new Map<ContentKey, PlannedScene[]>();
  const estimates = new Map<string, CostEstimate>();
  let waiting = 0;
  for (const planned of scenes) {
    const { state, request, scene, model, prompt, name } = planned;
    if (state.kind === 'pending') {
      pending.set(state.key, [...(pending.get(state.key) ?? []), planned]);
      if (request !== undefined) estimates.set(state.key, estimateCost(request));
    }
    if (state.kind === 'waits') {
      waiting += 1;
      estimates.set(name, estimateCost(sceneRequest(scene, model, prompt.text, [])));
    }
  }
  const items = [...pending]
    .map(([key, list]) => workItem(key, list))
    // A picture of which only the Git LFS pointer is here cannot be sent.
    .filter((item) => !item.files.some((file) => file.pointer))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const entities = new Set([...pending.values()].flat().map((one) => one.entity.root));
  return { items, waiting, estimate: addCosts(estimates.values()), entities: entities.size };
}

/** Scenes of this run that did not fail, and those that they wait for, of whatever entity. */
async function openScenes(
  tracked: ReadonlyMap<string, Tracked<PlannedScene>>,
  planner: Planner,
): Promise<PlannedScene[]> {
  const found = new Map<string, PlannedScene>();
  const queue = [...tracked.values()].filter((one) => one.failure === undefined).map((one) => one.planned);
  for (let planned = queue.pop(); planned !== undefined; planned = queue.pop()) {
    if (found.has(planned.name)) continue;
    found.set(planned.name, planned);
    if (planned.state.kind !== 'waits') continue;
    for (const { reference } of planned.references) {
      if (reference.kind !== 'scene') continue;
      const { entity, scene } = reference;
      const known = tracked.get(sceneName(entity, scene))?.planned;
      queue.push(known ?? (await planner.plan(entity, scene)));
    }
  }
  return [...found.values()];
}

/** The item for all scenes that ask for the same; its line bears the name of the first. */
function workItem(key: ContentKey, scenes: readonly PlannedScene[]): WorkItem {
  const first = [...scenes].sort((a, b) => (a.name < b.name ? -1 : 1))[0];
  if (first?.request === undefined) throw new Error(`The key ${key} has no request.`);
  const { request, files, name, asked, scene } = first;
  return {
    key,
    name: itemName(name, key),
    request,
    files,
    asked: { digest: asked.digest, compiler: COMPILER_VERSION, attempt: scene.attempt ?? 1 },
    estimate: estimateCost(request),
    inputTokens: inputTokens(request),
    outputBytes: expectedOutputBytes(request.request.generationConfig.imageConfig?.imageSize),
  };
}
