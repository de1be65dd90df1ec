import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { approvalsOf, FileDigests, reviewScene } from 'chargen-core';
import { loadManifest, manifestJsonSchema, parseManifest, writeManifest } from '../src/index.js';
import { exiftool } from './support/exiftool.js';
import {
  digestOf,
  drawnWorld,
  type GeneratedWorld,
  exportAll,
  generatedWorld,
  ownWorld,
  fileOf,
  FILES,
  worldOf,
} from './support/world.js';
import type { ExportOptions } from '../src/options.js';
import type { TestWorkspace } from '../../../test/support/workspace.js';

const IONE = 'character/ione';
const WORLD = [IONE, 'chapter/crossing', 'chapter/ch01-before-the-ferry'];

/** For tests that read it, each into a folder of its own. */
let shared: GeneratedWorld;
beforeAll(async () => {
  shared = await generatedWorld();
});
afterAll(() => shared.remove());

/** Every chunk is whole, and what stands in the data is no compressed picture. */
function undecodablePng(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 2, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = Buffer.from('this is not deflated');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

async function imagesOf(files: TestWorkspace): Promise<Record<string, string>> {
  const names = (await readdir(files.path(FILES.images))).sort();
  const digests = names.map(async (name) => [name, digestOf(await files.bytes(`${FILES.images}/${name}`))]);
  return Object.fromEntries(await Promise.all(digests)) as Record<string, string>;
}

describe('exported pictures', () => {
  it('have the formats and widths that were asked for, are never enlarged, and leave originals as they are', async () => {
    const { files } = shared;
    const before = await imagesOf(files);
    const outcome = fileOf(await exportAll(files, { folder: 'dist/one' }), IONE);
    expect(await imagesOf(files)).toEqual(before);

    const { scenes, missing, entity } = outcome.file;
    expect(scenes.map(({ id }) => id)).toEqual(['at-the-oar', 'lamp', 'drawn']);
    expect(missing).toEqual([
      { scene: `${IONE}/toll`, entity: IONE, id: 'toll', title: 'The toll', why: 'refused' },
    ]);
    expect(entity.scenes).toHaveLength(4);
    const oar = scenes[0];
    if (oar === undefined) throw new Error('There is no scene.');
    const widest = oar.width;
    expect(oar.files.map(({ format, width }) => [format, width])).toEqual(
      ['webp', 'jpeg'].flatMap((format) => [200, 400, widest].map((width) => [format, width])),
    );
    const read = await exiftool(oar.files.map(({ path }) => files.path('dist/one', path)));
    for (const [index, copy] of oar.files.entries()) {
      const bytes = await files.bytes(join('dist/one', copy.path));
      expect([digestOf(bytes), bytes.length]).toEqual([copy.sha256, copy.bytes]);
      expect(read[index]).toMatchObject({
        'File:MIMEType': copy.mimeType,
        'Composite:ImageSize': `${String(copy.width)}x${String(copy.height)}`,
      });
    }
    expect(oar.colour).toMatch(/^#[0-9a-f]{6}$/);
    expect(Buffer.from(oar.thumbhash, 'base64').length).toBeLessThan(30);
  });

  it('state their origin in the fields of IPTC, as an independent reader finds them', async () => {
    const { files } = shared;
    const { file } = fileOf(
      await exportAll(files, { formats: ['avif', 'webp', 'jpeg'], widths: [64], folder: 'dist/two' }),
      IONE,
    );
    const paths = ['at-the-oar', 'drawn'].flatMap((id) =>
      (file.scenes.find((scene) => scene.id === id)?.files ?? []).map(({ path }) =>
        files.path('dist/two', path),
      ),
    );
    const read = await exiftool(paths);
    expect(read).toHaveLength(6);
    for (const made of read.slice(0, 3)) {
      expect(made).toMatchObject({
        'XMP-iptcExt:DigitalSourceType':
          'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
        'XMP-iptcExt:AISystemUsed': 'Google Gemini',
        'XMP-iptcExt:AISystemVersionUsed': expect.stringMatching(/^gemini-3-pro-image/) as string,
        'XMP-dc:Creator': ['Low Quay Press'],
        'XMP-photoshop:Credit': 'Low Quay Press / Ione',
        'XMP-dc:Title': 'At the oar',
        'XMP-iptcCore:AltTextAccessibility': 'A ferrywoman pulls one oar <in fog> & "rain".',
      });
      expect(made).not.toHaveProperty('XMP-iptcExt:AIPromptInformation');
    }
    for (const drawn of read.slice(3)) {
      expect(drawn).toMatchObject({ 'XMP-dc:Creator': ['Low Quay Press'], 'XMP-dc:Title': 'Drawn by hand' });
      expect(Object.keys(drawn).filter((name) => name.startsWith('XMP-iptcExt'))).toEqual([]);
    }
  });

  it('hold prompt, cost and path only if they are asked for', async () => {
    const { files } = shared;
    const plain = JSON.stringify(
      fileOf(await exportAll(files, { widths: [64], folder: 'dist/two' }), IONE).file,
    );
    for (const secret of ['pulls one long oar', 'costUsd', 'content/']) expect(plain).not.toContain(secret);
    const all: Partial<ExportOptions> = {
      widths: [64],
      folder: 'dist/three',
      include: ['prompt', 'cost', 'path'],
    };
    const [oar] = fileOf(await exportAll(files, all), IONE).file.scenes;
    expect(oar).toMatchObject({
      prompt: expect.stringContaining('pulls one long oar') as string,
      path: `${FILES.images}/at-the-oar.png`,
      costUsd: expect.any(Number) as number,
    });
    const [read] = await exiftool([files.path('dist/three', oar?.files[0]?.path ?? '')]);
    expect(read?.['XMP-iptcExt:AIPromptInformation']).toContain('pulls one long oar');
  });

  it('are encoded again only if their picture or what is written into them changed', async () => {
    const files = await ownWorld();
    expect(fileOf(await exportAll(files), IONE).encoded).toBe(16);
    expect(fileOf(await exportAll(files), IONE).encoded).toBe(0);
    await files.edit(FILES.ione, 'tags: [fog]', 'tags: [fog, dawn]');
    const tagged = fileOf(await exportAll(files), IONE);
    expect([tagged.encoded, tagged.file.scenes[0]?.tags]).toEqual([0, ['fog', 'dawn']]);
    await files.edit(FILES.ione, 'title: The lamp', 'title: A lamp');
    expect(fileOf(await exportAll(files), IONE).encoded).toBe(6);
    await files.write('dist/pictures/character/ione/lamp-200.webp', 'spoilt');
    expect(fileOf(await exportAll(files), IONE).encoded).toBe(1);
  });

  it('are taken away if their scene has none any more, and other files of that folder stay', async () => {
    const files = await ownWorld();
    await exportAll(files, { widths: [200] });
    await files.write('dist/pictures/character/ione/notes.txt', 'mine');
    await files.edit(FILES.ione, 'Ione lifts a lamp', 'Ione hides a lamp');
    await rm(files.path(FILES.images, 'at-the-oar.png'));
    const { file } = fileOf(await exportAll(files, { widths: [200] }), IONE);
    expect(file.missing.map(({ id, why }) => [id, why])).toEqual([
      ['at-the-oar', 'not-made'],
      ['lamp', 'outdated'],
      ['toll', 'refused'],
    ]);
    expect((await readdir(files.path('dist/pictures/character/ione'))).sort()).toEqual([
      'drawn-200.jpg',
      'drawn-200.webp',
      'entity.json',
      'notes.txt',
    ]);
  });

  it('are left out for a picture whose pixels cannot be decoded, and the other pictures are exported', async () => {
    const files = await ownWorld();
    await files.write(`${FILES.images}/drawn.png`, undecodablePng());
    const { file } = fileOf(await exportAll(files, { widths: [64] }), IONE);
    expect(file.scenes.map(({ id }) => id)).toEqual(['at-the-oar', 'lamp']);
    expect(file.missing.at(-1)).toMatchObject({ id: 'drawn', why: 'unreadable' });
  });

  it('are made two at a time, however many pictures there are', async () => {
    let most = 0;
    const look = (): void => {
      const { queue, process } = sharp.counters();
      most = Math.max(most, queue + process);
    };
    sharp.queue.on('change', look);
    onTestFinished(() => {
      sharp.queue.off('change', look);
    });
    for (const count of [2, 24]) {
      const files = await drawnWorld(count);
      onTestFinished(() => files.remove());
      most = 0;
      const { encoded } = fileOf(await exportAll(files, { widths: [16, 32] }), 'character/ada');
      expect(encoded).toBe(4 * count);
      // sharp counts a task twice for a moment when it passes from the queue to a thread.
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(4);
    }
  });

  it('follow what people approved and rejected', async () => {
    const files = await ownWorld();
    const world = await worldOf(files);
    const entity = world.find('character', 'ione')?.entity;
    if (entity === undefined) throw new Error('There is no entity.');
    const context = { workspaceRoot: files.root, digests: await FileDigests.open(files.root) };
    for (const [id, state] of [
      ['at-the-oar', 'approved'],
      ['lamp', 'rejected'],
    ] as const) {
      const scene = entity.scenes.find((one) => one.id === id);
      if (scene === undefined) throw new Error(`There is no scene ${id}.`);
      await reviewScene(context, entity, scene, { state }, Date.now());
    }
    expect((await approvalsOf(context, entity)).scenes.get('lamp')?.state).toBe('rejected');
    const whyOf = async (options: Partial<ExportOptions>): Promise<unknown> => {
      const { file } = fileOf(await exportAll(files, { widths: [200], ...options }), IONE);
      return Object.fromEntries([
        ...file.scenes.map(({ id }) => [id, 'exported']),
        ...file.missing.map(({ id, why }) => [id, why]),
      ]);
    };
    const rest = { 'at-the-oar': 'exported', lamp: 'rejected', toll: 'refused' };
    expect(await whyOf({})).toEqual({ ...rest, drawn: 'exported' });
    expect(await whyOf({ approvedOnly: true })).toEqual({ ...rest, drawn: 'not-approved' });
  });
});

describe('the manifest of a world', () => {
  it('has its entities in the order of the story, and is read by the loader', async () => {
    const { files } = shared;
    await exportAll(files, { widths: [64] });
    const outcome = await writeManifest(files.path('dist/pictures'), WORLD);
    expect(outcome.kind).toBe('written');
    const manifest = await loadManifest(files.path('dist/pictures/manifest.json'));
    expect(manifest.entities.map(({ id, chapter }) => [id, chapter])).toEqual([
      [IONE, null],
      ['chapter/ch01-before-the-ferry', 1],
      ['chapter/crossing', 2],
    ]);
    expect(manifest.scenes.map(({ scene, source }) => [scene, source])).toEqual([
      [`${IONE}/at-the-oar`, 'generated'],
      [`${IONE}/lamp`, 'generated'],
      [`${IONE}/drawn`, 'authored'],
      ['chapter/ch01-before-the-ferry/ford', 'generated'],
      ['chapter/crossing/departure', 'generated'],
    ]);
    expect(manifest.scenes[0]).toMatchObject({ altBy: 'author' });
    expect(manifest.scenes[1]).toMatchObject({ alt: null, altBy: null });
  });

  it('is written with the copies of entities that are gone removed, and nothing else', async () => {
    const files = await ownWorld();
    await exportAll(files, { widths: [64] });
    const places = ['character/ione', 'chapter/crossing'];
    const folder = 'dist/pictures';
    const crossing = await readdir(files.path(folder, 'chapter/crossing'));
    await files.write(`${folder}/character/ione/notes.txt`, 'mine');
    await files.write(`${folder}/character/ione/lamp-64.webp`, 'repainted');
    await files.write(`${folder}/character/drawn/entity.json`, '{"v":1}');
    await cp(files.path(folder, 'character/ione'), files.path(folder, 'character/copy'), { recursive: true });
    const outcome = await writeManifest(files.path(folder), places.slice(1));
    expect(outcome).toMatchObject({
      kind: 'written',
      gone: [
        { place: 'character/ione', isRemoved: false },
        { place: 'chapter/ch01-before-the-ferry', isRemoved: true },
      ],
    });
    expect((await readdir(files.path(folder, 'character/ione'))).sort()).toEqual([
      'lamp-64.webp',
      'notes.txt',
    ]);
    expect((await readdir(files.path(folder, 'character'))).sort()).toEqual(['copy', 'drawn', 'ione']);
    expect(await readdir(files.path(folder, 'character/copy'))).toContain('entity.json');
    expect(await readdir(files.path(folder, 'chapter'))).toEqual(['crossing']);
    expect(await readdir(files.path(folder, 'chapter/crossing'))).toEqual(crossing);
    const second = await writeManifest(files.path(folder), places.slice(1));
    expect(second).toMatchObject({ kind: 'written', gone: [] });
  });

  it('is not written while an entity has no export, and says which', async () => {
    const { files } = shared;
    await exportAll(files, { widths: [64] });
    const more = [...WORLD, 'location/quay'];
    expect(await writeManifest(files.path('dist/pictures'), more)).toEqual({
      kind: 'incomplete',
      without: ['location/quay'],
    });
  });

  it('has the JSON Schema that the package publishes', async () => {
    const published = new URL('../schema/manifest.schema.json', import.meta.url);
    expect(JSON.parse(await readFile(published, 'utf8'))).toEqual(manifestJsonSchema());
  });

  it('is refused with the command that makes it if it is not one', async () => {
    await expect(loadManifest('/nowhere/manifest.json')).rejects.toThrow('nx run-many -t export-manifest');
    expect(() => parseManifest('{')).toThrow('is not JSON');
    expect(() => parseManifest('{"v":2}')).toThrow('no manifest of this version of chargen-export (v:');
  });
});
