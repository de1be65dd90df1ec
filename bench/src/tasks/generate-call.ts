import { readFile } from 'node:fs/promises';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  REAL_PLACES,
  SYSTEM_CLOCK,
  type generatePictures,
  type World,
} from 'chargen-core';
import { z } from 'zod';

const list = z.array(z.string());

/** The world of the files that a JSON file names. */
export async function loadWorld(root: string, path: string): Promise<World> {
  const files = list.parse(JSON.parse(await readFile(path, 'utf8')));
  return new ContentReader(root).load(files, 'content/style.yaml');
}

export function sceneCount(world: World): number {
  return world.entities.reduce((total, { entity }) => total + (entity?.scenes.length ?? 0), 0);
}

export type Call = Omit<Parameters<typeof generatePictures>[0], 'openDoor'>;

/** What `generatePictures` needs for a whole world, beside a door. */
export function callOptions(root: string, world: World): Call {
  return {
    workspaceRoot: root,
    world,
    roots: world.entities.map(({ folder }) => folder.root),
    settings: DEFAULT_SETTINGS,
    places: REAL_PLACES,
    control: {
      pollInterval: 5,
      settleMs: 100,
      retryPause: 5,
      waitMs: Infinity,
      submit: true,
      maxCost: undefined,
    },
    listener: () => undefined,
    onEntity: () => undefined,
    onPlan: () => undefined,
    signal: new AbortController().signal,
    clock: SYSTEM_CLOCK,
  };
}
