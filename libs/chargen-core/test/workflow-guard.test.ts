import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { startEmulator, type Emulator } from 'gemini-emulator';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  findEditedPictures,
  findImageryFiles,
  keepEditedPicture,
  REAL_PLACES,
} from '../src/index.js';
import { FILES, RunWorld } from './support/run-world.js';

const LEAVING = 'content/chapters/storm/images/leaving.png';

async function contextOf(world: RunWorld) {
  const loaded = new ContentReader(world.root).load(await findImageryFiles(world.root, 'content'), undefined);
  return { workspaceRoot: world.root, world: loaded, settings: DEFAULT_SETTINGS, places: REAL_PLACES };
}

describe('the guard over edited pictures', () => {
  let emulator: Emulator;
  let world: RunWorld;
  let drawing: Buffer;

  beforeAll(async () => {
    emulator = await startEmulator({ port: 0 });
    world = await RunWorld.create(emulator);
    await world.generate();
    drawing = await sharp({ create: { width: 30, height: 30, channels: 3, background: '#ff00ff' } })
      .png()
      .toBuffer();
  });

  afterAll(async () => {
    await rm(world.root, { recursive: true, force: true });
    await emulator.close();
  });

  it('finds none in what was just made', async () => {
    expect(await findEditedPictures(await contextOf(world))).toEqual([]);
  });

  it('finds one whose scene is blocked, which the hash of an Nx task need not know', async () => {
    await world.write(LEAVING, drawing);
    // Locked, and its picture is not here: what shows it cannot be planned.
    const harbour = await readFile(world.path(FILES.harbour), 'utf8');
    await world.write(FILES.harbour, harbour.replace('id: dawn', 'id: dawn\n    locked: true'));
    await rm(world.path('content/locations/harbour/images/dawn.png'));
    const context = await contextOf(world);
    const found = await findEditedPictures(context);
    expect(found).toMatchObject([{ scene: 'chapter/storm/leaving', path: LEAVING }]);
    const digest = createHash('sha256').update(drawing).digest('hex');
    expect(await readFile(world.path('.chargen/store/edited', `${digest}.png`))).toEqual(drawing);

    const storm = context.world.find('chapter', 'storm')?.entity;
    const leaving = storm?.scenes.find((scene) => scene.id === 'leaving');
    if (storm === undefined || leaving === undefined) throw new Error('The chapter cannot be read.');
    expect(await keepEditedPicture(context, storm, leaving)).toMatchObject({ kind: 'written' });
    expect(await findEditedPictures(await contextOf(world))).toEqual([]);
    expect(await readFile(world.path(LEAVING))).toEqual(drawing);
  });
});
