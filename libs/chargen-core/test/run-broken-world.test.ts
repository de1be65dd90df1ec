import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { startEmulator, type Emulator } from 'gemini-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  findEditedPictures,
  ContentReader,
  DEFAULT_SETTINGS,
  findImageryFiles,
  REAL_PLACES,
} from '../src/index.js';
import { WorldCache } from '../src/graph.js';
import { KEYS, RunWorld, type Called } from './support/run-world.js';

function character(more: string, id = 'one'): string {
  return `entity_type: character\nname: Somebody\nscenes:\n  - id: ${id}\n    title: One\n    prompt: ${more}\n`;
}

const SHOWS = (path: string): string => `A person.\n    references:\n      - path: ${path}`;

/** What stands in each broken folder, and what must be said of it, with its line. */
const FAULTS: Readonly<Record<string, { readonly text: string | Uint8Array; readonly told: string }>> = {
  'shows-a-folder': { text: character(SHOWS('images')), told: '8 unreadable-picture' },
  'shows-a-circle': { text: character(SHOWS('images/loop.png')), told: '8 unreadable-picture' },
  'shows-itself': { text: character(SHOWS('images/one.png')), told: '7 scene-cycle' },
  'folder-for-a-picture': { text: character('A person.'), told: '4 unreadable-picture' },
  'long-id': { text: character('A person.', 'y'.repeat(260)), told: '4 invalid-value' },
  'half-character': { text: character('"Waves \\ud83c"'), told: '6 half-character' },
  latin1: { text: Buffer.from(character('Caf\u00e9.'), 'latin1'), told: '6 not-utf8' },
  utf16: { text: Buffer.from(`\ufeff${character('Words.')}`, 'utf16le'), told: '1 not-utf8' },
};

describe('a world with many things broken at once', () => {
  let emulator: Emulator;
  let world: RunWorld;
  let called: Called;

  beforeAll(async () => {
    emulator = await startEmulator({ port: 0 });
    world = await RunWorld.create(emulator, {
      'content/old/characters/mira/imagery.yaml': character('Another Mira.', 'first'),
      'content/characters/makes-both/imagery.yaml': character(
        `${SHOWS('images/two.png')}\n  - id: two\n    title: Two\n    prompt: Someone.`,
      ),
    });
    for (const [name, { text }] of Object.entries(FAULTS)) {
      await world.write(`content/characters/${name}/imagery.yaml`, text);
    }
    await world.write('content/characters/file-for-a-folder/imagery.yaml', character('Not asked for.'));
    await world.write('content/characters/file-for-a-folder/images', 'A list of images.');
    await mkdir(world.path('content/characters/shows-a-folder/images'));
    await mkdir(world.path('content/characters/shows-a-circle/images'));
    await symlink('loop.png', world.path('content/characters/shows-a-circle/images/loop.png'));
    await mkdir(world.path('content/characters/folder-for-a-picture/images/one.png'), { recursive: true });
    called = await world.generate();
  });

  afterAll(async () => {
    await rm(world.root, { recursive: true, force: true });
    await emulator.close();
  });

  function told(root: string): string[] {
    const entity = called.report.entities.find((one) => one.root === root);
    return (entity?.diagnostics ?? []).map(({ line, code }) => `${String(line)} ${code}`);
  }

  it.each(Object.entries(FAULTS))('tells it at its line: %s', (name, fault) => {
    expect(told(`content/characters/${name}`)).toEqual([fault.told]);
  });

  it('fails a folder that says it is an entity which is there already, and never calls it done', () => {
    const twins = called.report.entities.filter(({ id }) => id === 'character/mira');
    expect(Object.fromEntries(twins.map(({ root, verdict }) => [root, verdict]))).toEqual({
      'content/characters/mira': 'done',
      'content/old/characters/mira': 'failed',
    });
    expect(told('content/old/characters/mira')).toEqual(['1 duplicate-entity']);
  });

  it('takes the path of a picture that another scene makes for that scene', () => {
    const both = called.report.entities.find(({ root }) => root.endsWith('/makes-both'));
    expect(both?.scenes.map(({ outcome }) => outcome.kind)).toEqual(['generated', 'generated']);
  });

  it('pays for no picture whose folder cannot be there', async () => {
    const root = 'content/characters/file-for-a-folder';
    const [scene] = called.report.entities.find((one) => one.root === root)?.scenes ?? [];
    expect(scene?.outcome).toMatchObject({
      kind: 'failed',
      class: 'not-written',
      message: `The picture could not be written: ${root}/images is no folder.`,
    });
    expect(emulator.ledger.billed()).toHaveLength(KEYS + 2);
    expect(await readFile(world.path(root, 'images'), 'utf8')).toBe('A list of images.');
  });

  it('makes all the rest', async () => {
    const failed = called.report.entities.filter(({ verdict }) => verdict !== 'done');
    expect(failed).toHaveLength(Object.keys(FAULTS).length + 2);
    expect((await world.pictures()).size).toBe(6);
  });

  it('stops no guard', async () => {
    const files = await findImageryFiles(world.root, 'content');
    const loaded = new ContentReader(world.root).load(files, undefined);
    const context = {
      workspaceRoot: world.root,
      world: loaded,
      settings: DEFAULT_SETTINGS,
      places: REAL_PLACES,
    };
    expect(await findEditedPictures(context)).toEqual([]);
  });

  it('reads the second folder as soon as the first is gone, though both were known', async () => {
    const reader = new ContentReader(world.root);
    const files = await findImageryFiles(world.root, 'content');
    const cache = new WorldCache(world.path('.chargen/world.v8'), 'build');
    reader.load(files, undefined);
    cache.keep(reader);
    const next = new ContentReader(world.root);
    cache.fill(next);
    const left = files.filter((file) => file !== 'content/characters/mira/imagery.yaml');
    for (const known of [reader, next]) {
      expect(known.load(left, undefined).find('character', 'mira')).toMatchObject({
        folder: { root: 'content/old/characters/mira' },
        entity: { name: 'Somebody' },
        diagnostics: [],
      });
    }
    expect(next.parsed).toBe(0);
  });
});
