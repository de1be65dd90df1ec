import {
  addCosts,
  expectedOutputBytes,
  inputTokens,
  withAwaited,
  type CostEstimate,
  type Planner,
  type PlannedScene,
} from '../plan/index.js';
import { COMPILER_VERSION } from '../prompt/compiler-version.js';
import { itemName, type ContentKey } from '../recipe/index.js';
import type { Work, WorkItem } from '../run/index.js';
import type { Tracked } from './item-kind.js';

/**
 * Everything that is pending for the scenes of a run that `asks` names and for those that these wait for, with the
 * other takes that are asked for of each.
 * `onNeeded` is called with the name of each scene that is needed.
 */
export async function pictureWork(
  tracked: ReadonlyMap<string, Tracked<PlannedScene>>,
  planner: Planner,
  asks: (name: string) => boolean,
  onNeeded: (name: string) => void,
): Promise<Work> {
  const own = [...tracked.values()].filter(
    ({ failure, subject }) => subject.of === undefined && failure === undefined && asks(subject.name),
  );
  const named = await withAwaited(
    own.map(({ planned }) => planned),
    planner,
    (name) => tracked.get(name)?.planned,
  );
  for (const { name } of named) onNeeded(name);
  const scenes = [...named, ...(await sparesOf(named, tracked, planner))];
  const pending = new Map<ContentKey, PlannedScene[]>();
  const estimates = new Map<string, CostEstimate>();
  let waiting = 0;
  for (const planned of scenes) {
    const { state, request, cost, name } = planned;
    if (state.kind === 'pending') {
      pending.set(state.key, [...(pending.get(state.key) ?? []), planned]);
      if (request !== undefined) estimates.set(state.key, cost);
    }
    if (state.kind === 'waits') {
      waiting += 1;
      estimates.set(name, cost);
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

/** The other takes of these scenes that are asked for. */
async function sparesOf(
  named: readonly PlannedScene[],
  tracked: ReadonlyMap<string, Tracked<PlannedScene>>,
  planner: Planner,
): Promise<PlannedScene[]> {
  const known = new Map<string, Tracked<PlannedScene>[]>();
  for (const one of tracked.values()) {
    const { of } = one.subject;
    if (of !== undefined) known.set(of, [...(known.get(of) ?? []), one]);
  }
  const found = await Promise.all(
    named.map(async ({ name, entity, scene }) => {
      // A scene of another entity is not among the tracked ones.
      if (!tracked.has(name)) return planner.spares(entity, scene);
      return (known.get(name) ?? []).flatMap(({ planned, failure }) =>
        failure === undefined ? [planned] : [],
      );
    }),
  );
  return found.flat().filter((planned) => planned.isUnasked !== true);
}

/** The item for all scenes that ask for the same; its line bears the name of the first. */
function workItem(key: ContentKey, scenes: readonly PlannedScene[]): WorkItem {
  const first = [...scenes].sort((a, b) => (a.name < b.name ? -1 : 1))[0];
  if (first?.request === undefined) throw new Error(`The key ${key} has no request.`);
  const { request, files, name, asked, scene, cost } = first;
  return {
    key,
    name: itemName(name, key),
    request,
    files,
    asked: { digest: asked.digest, compiler: COMPILER_VERSION, attempt: scene.attempt ?? 1 },
    estimate: cost,
    inputTokens: inputTokens(request),
    outputBytes: expectedOutputBytes(request.request.generationConfig.imageConfig?.imageSize),
  };
}
