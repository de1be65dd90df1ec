import { readFile, rename, rm } from 'node:fs/promises';
import { startEmulator, type Emulator } from 'gemini-emulator';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  discardEditedPicture,
  findImageryFiles,
  REAL_PLACES,
} from '../src/index.js';
import { recordAll } from '../src/record/record-all.js';
import { doorWith, outcomes, paidTwice, RunWorld, type Called } from './support/run-world.js';

const DAWN = 'content/locations/harbour/images/dawn';

describe('an author at work while a run waits', () => {
  let emulator: Emulator;
  let world: RunWorld;
  let drawing: Buffer;

  beforeAll(async () => {
    drawing = await sharp({ create: { width: 30, height: 30, channels: 3, background: '#ff00ff' } })
      .png()
      .toBuffer();
  });

  beforeEach(async () => {
    // One of its own: a job of another test would bring its pictures here.
    emulator = await startEmulator({ seed: 7 });
    world = await RunWorld.create(emulator, { 'content/style.yaml': '' });
  });

  afterEach(async () => {
    await world.remove();
    await emulator.close();
  });

  /** A run during which the author acts once, before Google is asked how the job stands. */
  async function during(act: () => Promise<void>): Promise<Called> {
    let done = false;
    return world.generate({
      door: (door) =>
        doorWith(door, {
          getBatch: async (name, signal) => {
            if (!done) {
              done = true;
              await act();
            }
            return door.getBatch(name, signal);
          },
        }),
    });
  }

  /** The author asks for another picture of a scene. */
  async function change(folder: string, from: string, to: string): Promise<void> {
    const path = `content/${folder}/imagery.yaml`;
    await world.write(path, (await readFile(world.path(path), 'utf8')).replace(from, to));
  }

  const verdictOf = ({ report }: Called, folder: string) =>
    report.entities.find((one) => one.root.endsWith(folder));

  it.each(['png', 'jpg', 'webp'])(
    'leaves a picture that is put there as .%s, and says so',
    async (extension) => {
      const path = `${DAWN}.${extension}`;
      const called = await during(() => world.write(path, drawing));
      expect(await readFile(world.path(path))).toEqual(drawing);
      const entity = verdictOf(called, 'harbour');
      expect(entity).toMatchObject({
        verdict: 'unfinished',
        scenes: [{ outcome: { kind: 'failed', class: 'edited' } }],
      });
      expect(JSON.stringify(entity)).toContain(path);
      expect(await world.files('content/locations/harbour/images')).toEqual([path]);
    },
  );

  it("has what was paid for in the store, so that discarding the author's picture brings it", async () => {
    await during(() => world.write(`${DAWN}.png`, drawing));
    expect(outcomes((await world.generate()).report)).toMatchObject({ 'harbour/dawn': 'failed' });
    const loaded = new ContentReader(world.root).load(
      await findImageryFiles(world.root, 'content'),
      undefined,
    );
    const harbour = loaded.find('location', 'harbour')?.entity;
    const dawn = harbour?.scenes[0];
    if (harbour === undefined || dawn === undefined) throw new Error('The harbour cannot be read.');
    const context = {
      workspaceRoot: world.root,
      world: loaded,
      settings: DEFAULT_SETTINGS,
      places: REAL_PLACES,
    };
    expect(await discardEditedPicture(context, harbour, dawn)).toMatchObject({ kind: 'removed' });
    expect(outcomes((await world.generate()).report)).toMatchObject({ 'harbour/dawn': 'reused' });
    expect(paidTwice(emulator)).toEqual([]);
  });

  it('leaves a picture that is retouched while another one is waited for', async () => {
    await world.generate();
    await change('locations/harbour', 'at dawn.', 'at dawn, in fog.');
    const called = await during(() => world.write(`${DAWN}.png`, drawing));
    expect(await readFile(world.path(`${DAWN}.png`))).toEqual(drawing);
    expect(verdictOf(called, 'harbour')).toMatchObject({ verdict: 'unfinished' });
  });

  it('reports a picture that was retouched after it was laid, while a judgement of all is waited for', async () => {
    const second = 'content/characters/mira/images/second.png';
    let wave = 0;
    const called = await world.generate({
      // Entities are reported together at the end, so that the look again is at what was laid long before.
      settings: { canonCheck: true },
      door: (door) =>
        doorWith(door, {
          createBatch: async (request, signal) => {
            wave += 1;
            // By the second wave the pictures of the first one lie in their folders.
            if (wave === 2) await world.write(second, drawing);
            return door.createBatch(request, signal);
          },
        }),
    });
    expect(await readFile(world.path(second))).toEqual(drawing);
    const scenes = verdictOf(called, 'mira')?.scenes.map(({ scene, outcome }) => [scene, outcome.kind]);
    expect(scenes).toContainEqual(['character/mira/second', 'failed']);
    expect(verdictOf(called, 'mira')?.verdict).toBe('unfinished');
  });

  it('lays a picture again that its author deleted meanwhile', async () => {
    await world.generate();
    await change('chapters/storm', 'on the rocks', 'on the reef');
    const leaving = 'content/chapters/storm/images/leaving.png';
    const called = await during(() => rm(world.path(leaving)));
    expect(outcomes(called.report)).toMatchObject({ 'storm/leaving': 'done', 'storm/wreck': 'generated' });
    expect(await world.files('content/chapters/storm/images')).toContain(leaving);
    expect(paidTwice(emulator)).toEqual([]);
  });

  it('makes no folder under the old name of a renamed entity, and lays under the new one next time', async () => {
    const [old, renamed] = ['content/locations/harbour', 'content/locations/old-harbour'];
    const called = await during(() => rename(world.path(old), world.path(renamed)));
    expect(await world.files(old)).toEqual([]);
    const entity = verdictOf(called, '/harbour');
    expect(entity).toMatchObject({
      verdict: 'unfinished',
      scenes: [{ outcome: { kind: 'failed', class: 'moved' } }],
    });
    expect(JSON.stringify(entity)).toContain('safe in the store');
    const next = await world.generate({ only: ['old-harbour'] });
    expect(outcomes(next.report)).toEqual({ 'old-harbour/dawn': 'reused' });
  });

  it('lays nothing beside an imagery.yaml that went, and says so', async () => {
    const gone = await during(() => rm(world.path('content/locations/harbour/imagery.yaml')));
    expect(verdictOf(gone, 'harbour')).toMatchObject({ scenes: [{ outcome: { class: 'moved' } }] });
    expect(await world.files('content/locations/harbour')).toEqual([]);
  });

  it('leaves a recipe alone that is not one', async () => {
    await during(() => world.write(`${DAWN}.recipe.json`, 'my notes'));
    expect(await readFile(world.path(`${DAWN}.recipe.json`), 'utf8')).toBe('my notes');
    expect(await world.files('content/locations/harbour/images')).toEqual([`${DAWN}.recipe.json`]);
  });

  it('keeps a copy of what an author added to a recipe', async () => {
    await world.generate();
    const path = world.path(`${DAWN}.recipe.json`);
    const recipe: unknown = JSON.parse(await readFile(path, 'utf8'));
    const noted = JSON.stringify({ ...(recipe as object), note: 'the third try' });
    await world.write(`${DAWN}.recipe.json`, noted);
    await change('locations/harbour', 'at dawn.', 'at dusk.');
    await world.generate();
    expect(await readFile(path, 'utf8')).not.toContain('the third try');
    const [kept] = await world.files('.chargen/store/edited');
    expect(await readFile(world.path(kept ?? ''), 'utf8')).toBe(noted);
  });

  it('that leaves imagery.yaml unreadable keeps each byte of it, and its picture is not made again', async () => {
    const file = 'content/locations/harbour/imagery.yaml';
    const before = await readFile(world.path(file), 'utf8');
    const broken = before.replace('scenes:', 'scenes: [');
    const { entity } = (await world.load()).find('location', 'harbour') ?? {};
    if (entity === undefined) throw new Error('There is no harbour.');
    const said: string[] = [];
    const record = (): Promise<boolean> =>
      recordAll(world.root, [{ entity }], { prompts: false, say: (line) => said.push(line) });

    const { report } = await during(() => world.write(file, broken));
    expect(outcomes(report)['harbour/dawn']).toBe('generated');
    expect(await record()).toBe(false);
    expect(said.join(' ')).toContain(`1 file was left without the new record: ${file}`);
    expect(await readFile(world.path(file), 'utf8')).toBe(broken);

    const billed = emulator.ledger.billed().length;
    const again = await world.generate();
    expect(again.report.entities.find((one) => one.root.endsWith('/harbour'))?.diagnostics).toMatchObject([
      { severity: 'error', file },
    ]);
    await world.write(file, before);
    expect(outcomes((await world.generate()).report)['harbour/dawn']).toBe('done');
    expect(emulator.ledger.billed()).toHaveLength(billed);
    expect(await record()).toBe(true);
    expect(await readFile(world.path(file), 'utf8')).toContain('generated_images:');
  });
});
