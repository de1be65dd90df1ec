import { join, posix } from 'node:path';
import { TAKES_FOLDER } from '../content/file-names.js';
import { MAX_TAKES, type Entity, type Scene, type World } from '../content/index.js';
import { namesIn } from '../util/names-in.js';
import type { Places } from './places.js';
import type { Selection } from './selection.js';

/** How many takes the run that makes a scene asks for; `override` is what a person asked for in this run alone. */
export function takesOf({ style }: Pick<World, 'style'>, scene: Scene, override?: number): number {
  return override ?? scene.takes ?? style.takes ?? 1;
}

/** What decides in a run which takes are asked for. */
export interface TakesAsked {
  readonly world: Pick<World, 'style'>;
  readonly places: Pick<Places, 'mode'>;
  /** How many takes a scene is asked for in this run, in place of what the files state. */
  readonly takes?: number | undefined;
  /** Takes that it names are asked for by themselves. */
  readonly selection?: Selection | undefined;
}

/**
 * The takes of a scene beside the one that it names, by their numbers. A locked scene has none that the tool touches.
 * A preview shows one picture a scene.
 */
export function spareTakes(entity: Entity, scene: Scene, asked: TakesAsked): number[] {
  const { world, places, takes, selection } = asked;
  if (scene.locked || places.mode === 'preview') return [];
  const count = takesOf(world, scene, takes);
  return Array.from({ length: MAX_TAKES }, (_, index) => index + 1).filter((take) => {
    if (take === scene.take) return false;
    // Of a scene that asks for one, earlier takes stay in the store.
    return (count > 1 && take <= count) || selection?.namesTake(entity, scene, take) === true;
  });
}

/**
 * Whether a run asks for a take. `isOpen`: it makes the scene, and with it its other takes; but a take above them, which
 * a person rolled, is asked for alone.
 */
export function asksForTake(
  entity: Entity,
  scene: Scene,
  take: number,
  isOpen: boolean,
  { world, takes, selection }: TakesAsked,
): boolean {
  if (selection?.namesTake(entity, scene, take) === true) return true;
  return isOpen && scene.take <= takesOf(world, scene, takes);
}

/** A take of a scene: the scene itself if it names this one, else one whose files lie in `images/takes/`. */
export function takeOf(scene: Scene, take: number): Scene {
  return take === scene.take ? scene : { ...scene, take, isSpare: true };
}

/**
 * Takes that lie in an entity's folder apart, by the id of their scene; sorted. One of a scene that does not exist any
 * more is there too.
 */
export async function takesOnDisk(
  workspaceRoot: string,
  { root }: Pick<Entity, 'root'>,
  { imagesDir }: Pick<Places, 'imagesDir'>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, Set<number>>();
  for (const name of await namesIn(join(workspaceRoot, takesFolder(root, imagesDir)))) {
    const [, id, take] = /^([^@]+)@([1-9]\d{0,5})\.[a-z.]+$/.exec(name) ?? [];
    if (id === undefined || take === undefined) continue;
    found.set(id, (found.get(id) ?? new Set()).add(Number(take)));
  }
  return new Map([...found].map(([id, takes]) => [id, [...takes].sort((a, b) => a - b)]));
}

/** Where the takes lie that their scenes do not name, relative to the workspace. */
export function takesFolder(root: string, imagesDir: string): string {
  return posix.join(root, imagesDir, TAKES_FOLDER);
}

/** Each scene of an entity, and after it the takes of it that lie apart. */
export async function scenesWithTakes(
  workspaceRoot: string,
  entity: Entity,
  places: Pick<Places, 'imagesDir'>,
): Promise<Scene[]> {
  const onDisk = await takesOnDisk(workspaceRoot, entity, places);
  return entity.scenes.flatMap((scene) => [
    scene,
    // A copy of the named take, as a crash leaves it, is one of those that lie apart.
    ...(onDisk.get(scene.id) ?? []).map((take): Scene => ({ ...scene, take, isSpare: true })),
  ]);
}
