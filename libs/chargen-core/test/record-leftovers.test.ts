import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startEmulator, type Emulator } from 'gemini-emulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  adoptPictures,
  checkWorld,
  DEFAULT_SETTINGS,
  describeReport,
  discardEditedPicture,
  findEditedPictures,
  generateNow,
  openGemini,
  REAL_PLACES,
  ResultStore,
  SYSTEM_CLOCK,
} from '../src/index.js';
import { asideFolderName } from '../src/util/aside-folder.js';
import { sha256Hex } from '../src/util/digest.js';
import { RunWorld } from './support/run-world.js';

const IMAGES = 'content/locations/harbour/images';
const DAWN = `${IMAGES}/dawn.png`;
const DRAWING = Buffer.from('a drawing of the author');
const OTHER = Buffer.from('another drawing of the author');

describe('what a killed process had taken aside in a folder of pictures', () => {
  let emulator: Emulator;
  let world: RunWorld;

  beforeAll(async () => {
    emulator = await startEmulator({ seed: 11 });
  });
  afterAll(() => emulator.close());

  beforeEach(async () => {
    world = await RunWorld.create(emulator);
    await world.generate({ only: ['harbour'] });
  });
  afterEach(() => world.remove());

  /** As a process leaves it that replaced the tool's picture and was killed after the author had saved. */
  async function leaveAside(path: string, bytes: Buffer): Promise<void> {
    const name = await asideFolderName(sha256Hex('looked at'), sha256Hex('to come'));
    // No system gives such a number to a process.
    const folder = join(world.root, dirname(path), name.replace(/-\d+-[0-9a-z]*-/, '-999999999-1-'));
    await mkdir(folder);
    await writeFile(join(folder, 'dawn.png'), bytes);
  }

  async function scene() {
    const loaded = await world.load();
    const entity = loaded.find('location', 'harbour')?.entity;
    const dawn = entity?.scenes[0];
    if (entity === undefined || dawn === undefined) throw new Error('The harbour cannot be read.');
    const context = {
      workspaceRoot: world.root,
      world: loaded,
      settings: DEFAULT_SETTINGS,
      places: REAL_PLACES,
    };
    return { context, entity, dawn };
  }

  const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
    run: () => world.generate({ only: ['harbour'] }),
    guard: async () => findEditedPictures((await scene()).context),
    adopt: async () => {
      const { context } = await scene();
      return adoptPictures(context, context.world.entities, true);
    },
    now: async () => {
      const { context, entity, dawn } = await scene();
      const options = {
        ...context,
        store: new ResultStore(world.path('.chargen/store')),
        openDoor: () => Promise.resolve(openGemini({ apiKey: 'k', baseUrl: emulator.url })),
        maxCost: undefined,
        confirm: () => Promise.resolve(true),
        onWait: () => undefined,
        signal: new AbortController().signal,
        clock: SYSTEM_CLOCK,
      };
      return generateNow(options, entity, dawn);
    },
  };

  it.each(Object.keys(COMMANDS))('has its name again after: %s', async (name) => {
    const billed = emulator.ledger.billed().length;
    await rm(world.path(DAWN));
    await leaveAside(DAWN, DRAWING);
    await COMMANDS[name]?.();
    expect(await readFile(world.path(DAWN))).toEqual(DRAWING);
    expect(emulator.ledger.billed()).toHaveLength(billed);
  });

  it('is what discard keeps and takes away, not only what lies there', async () => {
    const made = await readFile(world.path(DAWN));
    await rm(world.path(DAWN));
    await leaveAside(DAWN, DRAWING);
    const { context, entity, dawn } = await scene();
    const outcome = await discardEditedPicture(context, entity, dawn);
    expect(outcome).toMatchObject({ kind: 'restored', from: 'store' });
    expect(await readFile(world.path(DAWN))).toEqual(made);
    const [kept] = await world.files('.chargen/store/edited');
    expect(await readFile(world.path(kept ?? ''))).toEqual(DRAWING);
  });

  it('stays beside what has its name since, and a person reads of it until it is gone', async () => {
    await world.write(DAWN, OTHER);
    await leaveAside(DAWN, DRAWING);
    const { report } = await world.generate({ only: ['harbour'] });
    expect(await readFile(world.path(DAWN))).toEqual(OTHER);
    const [version] = report.keptVersions ?? [];
    expect(version).toMatchObject({ of: DAWN });
    const path = version?.path ?? '';
    expect(await readFile(world.path(path))).toEqual(DRAWING);
    const advice = `To use it instead: mv ${path} ${DAWN}.`;
    expect(describeReport(report)).toContain(advice);

    const { context } = await scene();
    const warnings = async () => (await checkWorld(context)).filter(({ code }) => code === 'kept-version');
    expect(await warnings()).toMatchObject([{ severity: 'warning', file: path }]);
    expect((await warnings())[0]?.message).toContain(advice);
    const said: string[] = [];
    await findEditedPictures({ ...context, onKept: (one) => said.push(one.path) });
    expect(said).toEqual([path]);

    await rm(world.path(path));
    expect(await warnings()).toEqual([]);
    expect((await world.generate({ only: ['harbour'] })).report.keptVersions).toBeUndefined();
  });
});
