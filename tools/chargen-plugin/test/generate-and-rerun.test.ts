import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canonicalize } from 'json-canonicalize';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { PATHS, PROJECTS, SCENES, smallWorld } from '../../../test/support/small-world.js';
import { REPOSITORY, TestWorkspace } from '../../../test/support/workspace.js';
import { tasksHere } from './support/tasks-here.js';

const GENERATE = ['run-many', '-t', 'generate'];
const ALL_HITS = `for ${String(PROJECTS)} out of ${String(PROJECTS)} tasks`;

const COUNT_READS = pathToFileURL(join(REPOSITORY, 'bench/dist/preload-count-reads.js')).href;

/** What is younger than two seconds when it is looked at is read again: it may change under the same times. */
async function picturesNotJustWritten(folder: string): Promise<string[]> {
  const pictures = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png'));
  const times = await Promise.all(pictures.map(async (name) => (await stat(join(folder, name))).ctimeMs));
  return pictures.filter((_, index) => (times[index] ?? Infinity) < Date.now() - 2000);
}

/** One workspace through a writer's day; each test goes on where the one before ended. */
describe('generating pictures with Nx', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    service.serve(workspace);
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('makes all scenes of all entities in one run, with one job per wave, and bills each key once', async () => {
    const { code, output } = await workspace.nx(GENERATE);
    expect(output).toContain(`6 generated`);
    expect(code).toBe(0);
    const jobs = service.emulator.ledger
      .requests()
      .filter((request) => request.path.endsWith(':batchGenerateContent'));
    expect(jobs).toHaveLength(2);
    expect(new Set(service.billed()).size).toBe(SCENES);
    expect(service.billed()).toHaveLength(SCENES);
    const uploads = service.emulator.ledger
      .requests()
      .filter((request) => request.path.startsWith('/upload'));
    // Each upload is a start and one chunk: one portrait, two made pictures, two request files.
    expect(uploads).toHaveLength(2 * 5);
    await workspace.commit('pictures');
  });

  it('puts each picture into its entity with its recipe, in the shape that was asked for', async () => {
    for (const [folder, scene, ratio] of [
      ['characters/ione', 'at-the-oar', 3 / 4],
      ['characters/ione', 'lamp', 16 / 9],
      ['chapters/first-crossing', 'departure', 1],
    ] as const) {
      const { width, height } = await sharp(
        await workspace.bytes(`content/${folder}/images/${scene}.png`),
      ).metadata();
      expect(width / height).toBeCloseTo(ratio, 1);
      const recipe: unknown = JSON.parse(
        await workspace.read(`content/${folder}/images/${scene}.recipe.json`),
      );
      expect(recipe).toMatchObject({ picture: { file: `${scene}.png`, width, height } });
    }
  });

  it('lets anybody compute a key again from the recipe alone', async () => {
    const recipe = JSON.parse(await workspace.read('content/characters/ione/images/lamp.recipe.json')) as {
      key: string;
      item: string;
      request: unknown;
    };
    const key = createHash('sha256').update(canonicalize(recipe.request)).digest('hex');
    expect(recipe.key).toBe(key);
    expect(recipe.item).toBe(`character/ione/lamp@sha256:${key}`);
  });

  it('records what was made in imagery.yaml and keeps every byte that the author wrote', async () => {
    const authored = (await smallWorld())[PATHS.ione];
    const text = await workspace.read(PATHS.ione);
    expect(text.startsWith(String(authored))).toBe(true);
    expect(text.slice(String(authored).length)).toMatch(/generated_images:\n {2}- custom_id: "at-the-oar"/);
    expect(text).toContain('file_path: "images/at-the-oar.png"');
  });

  it('asks for nothing when the Nx cache is skipped, and reads no picture that was seen as it is', async () => {
    const before = service.posts();
    const old = await picturesNotJustWritten(workspace.path('content'));
    const first = await tasksHere(workspace, 'generate');
    expect(first.output).toContain('6 done before');
    const reads = join(workspace.base, 'reads');
    await mkdir(reads);
    const { code, output } = await workspace.nx([...GENERATE, '--skip-nx-cache'], {
      NODE_OPTIONS: `${workspace.environment()['NODE_OPTIONS'] ?? ''} --import ${COUNT_READS}`,
      CHARGEN_BENCH_READS: reads,
      CHARGEN_BENCH_WORLD: workspace.path('content'),
    });
    expect(code, output).toBe(0);
    expect(output).toContain('6 done before');
    expect(service.posts()).toBe(before);
    const logs = await Promise.all((await readdir(reads)).map((name) => readFile(join(reads, name), 'utf8')));
    const read = logs.join('').trim().split('\n');
    // Nx looks for `.env` files of each project. Recipes are read only if their pictures were just made.
    expect(read).not.toEqual(['']);
    expect(old).not.toEqual([]);
    expect(read.filter((path) => old.includes(path))).toEqual([]);
  });

  it('brings deleted pictures back from the store when the Nx cache is gone', async () => {
    const before = service.posts();
    await rm(workspace.path('content/characters/ione/images/lamp.png'));
    await rm(workspace.path('content/characters/ione/images/lamp.recipe.json'));
    const { output } = await tasksHere(workspace, 'generate');
    expect(output).toContain('1 reused');
    expect(await workspace.git('status', '--short')).toBe('');
    expect(service.posts()).toBe(before);
  });

  it('takes everything from the Nx cache, a deleted picture too, after a comment, other line endings, another order of keys or a rewritten record', async () => {
    const before = service.requests();
    await rm(workspace.path('content/characters/ione/images/lamp.png'));
    const loner = await workspace.read(PATHS.loner);
    await workspace.write(PATHS.loner, `# the keeper of the locks\n${loner}`);
    await workspace.write(PATHS.quay, (await workspace.read(PATHS.quay)).replaceAll('\n', '\r\n'));
    await workspace.edit(
      PATHS.chapter,
      'entity_type: chapter\nname: The First Crossing\n',
      'name: The First Crossing\nentity_type: chapter\n',
    );
    const ione = await workspace.read(PATHS.ione);
    await workspace.write(PATHS.ione, ione.slice(0, ione.indexOf('# Written by chargen')));
    const { output } = await workspace.nx(GENERATE);
    expect(output).toContain(ALL_HITS);
    expect(service.requests()).toBe(before);
    expect(await workspace.read(PATHS.ione)).toBe(ione);
    await workspace.git('checkout', '-q', PATHS.loner, PATHS.quay, PATHS.chapter);
    expect(await workspace.git('status', '--short')).toBe('');
  });

  it('bills the one scene whose prompt changed, and leaves its siblings as they are', async () => {
    const before = service.billed().length;
    const sibling = await workspace.bytes('content/characters/ione/images/at-the-oar.png');
    await workspace.edit(PATHS.ione, 'lifts a lamp', 'raises a lamp');
    await workspace.nx(GENERATE);
    expect(service.billed()).toHaveLength(before + 1);
    expect(await workspace.bytes('content/characters/ione/images/at-the-oar.png')).toEqual(sibling);
    expect(await workspace.git('status', '--short')).toBe(
      [
        ' M content/characters/ione/imagery.yaml',
        ' M content/characters/ione/images/lamp.png',
        ' M content/characters/ione/images/lamp.recipe.json',
        '',
      ].join('\n'),
    );
  });

  it('bills nothing when a branch is switched and switched back', async () => {
    await workspace.git('checkout', '-q', '-b', 'other');
    await workspace.commit('another lamp');
    const before = service.posts();
    await workspace.git('checkout', '-q', 'main');
    await workspace.nx(GENERATE);
    await workspace.git('checkout', '-q', 'other');
    await workspace.nx(GENERATE);
    expect(service.posts()).toBe(before);
    expect(await workspace.git('status', '--short')).toBe('');
    await workspace.git('checkout', '-q', 'main');
  });

  it('pays once for two scenes that ask for the same, and nothing when an entity folder is renamed', async () => {
    const before = service.posts();
    await workspace.write(
      'content/characters/twin/imagery.yaml',
      'entity_type: character\nname: Twin\nscenes:\n  - id: ring\n    title: Ring\n    prompt: A ring of iron keys on a nail.\n',
    );
    await workspace.git('mv', 'content/characters/lock-keeper', 'content/characters/keeper');
    const { status } = await tasksHere(workspace, 'generate');
    expect(status).toMatchObject({ keeper: 'success', twin: 'success' });
    expect(status).not.toHaveProperty('lock-keeper');
    expect(service.posts()).toBe(before);
    expect(await readdir(workspace.path('content/characters/keeper/images'))).toEqual([
      'keys.png',
      'keys.recipe.json',
    ]);
    expect(await workspace.bytes('content/characters/twin/images/ring.png')).toEqual(
      await workspace.bytes('content/characters/keeper/images/keys.png'),
    );
    expect(await workspace.read('content/characters/keeper/imagery.yaml')).toContain(
      'character/keeper/keys@sha256:',
    );
  });
});
