import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Entity, Scene, World } from '../content/index.js';
import { FoundPictures, Planner, scenePaths, scenesWithTakes, takeOf, takesOf } from '../plan/index.js';
import { digestsOf, storeOf, type SceneContext } from '../pipeline/plan-scene.js';
import { readRecipe } from '../recipe/index.js';
import {
  askedKey,
  MAX_ANSWERS,
  unpackEnvelope,
  type RemoteFault,
  type RemoteStore,
  type RemoteUnable,
  type ResultStore,
  type StoredObject,
} from '../store/index.js';

/** Refusals, analyses and entries of the index are smaller: they take no room, and stay. */
const SMALLEST_PICTURE = 16 * 1024;

const PARALLEL = 8;

/** What a person is shown before anything in a shared store is removed. */
export interface SharedSurvey {
  readonly kind: 'surveyed';
  /** Everything that is there. */
  readonly all: Sum;
  /** Answers to what a scene of this workspace asks for, at present or by its recipe. */
  readonly named: Sum;
  /** Too young, or of an age that the store does not know. */
  readonly young: Sum;
  readonly removable: readonly StoredObject[];
}

export interface Sum {
  readonly count: number;
  readonly bytes: number;
}

export type SharedSurveyOutcome =
  | SharedSurvey
  /** What these files name is not known, so that nothing may be removed. */
  | { readonly kind: 'unreadable'; readonly files: readonly string[] }
  | RemoteUnable
  | RemoteFault;

/**
 * What could leave a shared store: pictures that no scene of these worlds names and that are older than `olderThanMs`.
 * What branches and clones name that are not here is not known: the age is for them.
 */
export async function surveyShared(
  contexts: readonly SceneContext[],
  remote: RemoteStore,
  { olderThanMs, now }: { readonly olderThanMs: number; readonly now: number },
): Promise<SharedSurveyOutcome> {
  const files = contexts.flatMap(({ world }) => filesNotRead(world));
  if (files.length > 0) return { kind: 'unreadable', files };
  const listed = await remote.stored();
  if (listed.kind !== 'listed') return listed;
  const present = new Set(listed.found.map(({ key }) => key));
  const names = new Set<string>();
  for (const context of contexts) {
    const fault = await addNames(context, remote, present, names);
    if (fault !== undefined) return fault;
  }
  const pictures = listed.found.filter(({ bytes }) => bytes >= SMALLEST_PICTURE);
  const others = pictures.filter(({ key }) => !names.has(key));
  const isOld = ({ modified }: StoredObject): boolean =>
    modified !== undefined && now - modified > olderThanMs;
  return {
    kind: 'surveyed',
    all: sumOf(listed.found),
    named: sumOf(pictures.filter(({ key }) => names.has(key))),
    young: sumOf(others.filter((one) => !isOld(one))),
    removable: others.filter(isOld),
  };
}

function filesNotRead({ entities }: World): string[] {
  return entities.flatMap(({ entity, folder }) =>
    entity === undefined || (entity.unread?.length ?? 0) > 0 ? [folder.file] : [],
  );
}

function sumOf(objects: readonly StoredObject[]): Sum {
  return { count: objects.length, bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Adds the keys of all that the scenes of a world ask for, or have. */
async function addNames(
  context: SceneContext,
  remote: RemoteStore,
  present: ReadonlySet<string>,
  names: Set<string>,
): Promise<RemoteFault | undefined> {
  const { workspaceRoot, world, places } = context;
  const store = storeOf(context);
  const digests = await digestsOf(context);
  const found = new FoundPictures(world, places, digests);
  const limit = pLimit(PARALLEL);
  for (const { entity } of world.entities) {
    if (entity === undefined) continue;
    const planner = new Planner({ ...context, store, digests, found });
    const scenes = [...(await scenesWithTakes(workspaceRoot, entity, places)), ...takesBefore(world, entity)];
    const faults = await Promise.all(
      scenes.map((scene) =>
        limit(async () => {
          const recipe = await readRecipe(join(workspaceRoot, scenePaths(entity, scene, places).recipe));
          if (recipe.kind === 'present') names.add(recipe.value.key);
          const { key, asked } = await planner.plan(entity, scene);
          if (key !== undefined) names.add(key);
          return addAnswers(asked.digest, { store, remote, present }, names);
        }),
      ),
    );
    const fault = faults.find((one) => one !== undefined);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Takes that a scene once had stay usable: `use` finds them in the store. */
function takesBefore(world: World, entity: Entity): Scene[] {
  return entity.scenes.flatMap((scene) =>
    Array.from({ length: Math.max(scene.take, takesOf(world, scene)) }, (_, n) => takeOf(scene, n + 1)),
  );
}

/**
 * Every answer to what people asked for, asked by any version and with any pictures: so also that of a
 * scene whose key is not known here.
 */
async function addAnswers(
  digest: string,
  { store, remote, present }: { store: ResultStore; remote: RemoteStore; present: ReadonlySet<string> },
  names: Set<string>,
): Promise<RemoteFault | undefined> {
  for (let n = 0; n < MAX_ANSWERS; n += 1) {
    const key = askedKey(digest, n);
    const local = await store.findEntry(key).catch(() => undefined);
    if (local?.kind === 'asked') names.add(local.of);
    if (!present.has(key)) {
      if (local === undefined) return undefined;
      continue;
    }
    const got = await remote.get(key);
    if (got.kind === 'unavailable' || got.kind === 'denied') return got;
    const outcome = got.kind === 'found' ? unpackEnvelope(key, got.envelope) : undefined;
    if (outcome?.kind === 'unpacked' && outcome.unpacked.result.kind === 'asked') {
      names.add(outcome.unpacked.result.of);
    }
  }
  return undefined;
}

export interface SharedMove {
  readonly moved: Sum;
  /** What stays, since it cannot be read: a person may want to look at it. */
  readonly damaged: readonly string[];
  /** Why the rest stays. */
  readonly why: string | undefined;
}

/**
 * Moves pictures of a shared store into the store of this clone, one by one: each is here, whole, before it is removed
 * there. Nothing that was paid for is lost.
 */
export async function moveFromShared(
  context: Pick<SceneContext, 'workspaceRoot' | 'places'>,
  remote: RemoteStore,
  removable: readonly StoredObject[],
): Promise<SharedMove> {
  // Not the store that shares: it would offer them again.
  const store = storeOf(context);
  const damaged: string[] = [];
  const moved: StoredObject[] = [];
  const end = (why?: string): SharedMove => ({ moved: sumOf(moved), damaged, why });
  for (const object of removable) {
    const got = await remote.get(object.key);
    if (got.kind === 'absent') continue;
    if (got.kind !== 'found') return end(got.why);
    const outcome = unpackEnvelope(object.key, got.envelope);
    if (outcome.kind !== 'unpacked' || outcome.unpacked.result.kind !== 'generated') {
      damaged.push(object.key);
      continue;
    }
    const { result, picture } = outcome.unpacked;
    await store.keep(result, picture);
    if (!(await store.hasPicture(result.picture))) return end('its copy in .chargen/store is not whole');
    const removal = await remote.remove(object.key);
    if (removal.kind !== 'removed') return end(removal.why);
    moved.push(object);
  }
  return end();
}
