import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthoredDigests, ContentReader, findImageryFiles, WorldCache } from '../src/graph.js';
import { checkWorld } from '../src/commands/check-world.js';
import { planWorld } from '../src/commands/plan-world.js';
import { KeptPrompts, REAL_PLACES } from '../src/plan/index.js';
import { DEFAULT_SETTINGS } from '../src/plan/settings.js';
import type { World } from '../src/content/index.js';

const SAMPLE = fileURLToPath(new URL('../../../content', import.meta.url));
const REED_KING = 'content/characters/reed-king/imagery.yaml';

describe('a world kept for the next process', () => {
  let root: string;
  let file: string;
  let files: string[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'chargen-cache-'));
    file = join(root, 'data', 'world.v8');
    await cp(SAMPLE, join(root, 'content'), { recursive: true });
    files = await findImageryFiles(root, 'content');
  });
  afterEach(() => rm(root, { recursive: true }));

  /** As one process after another: nothing is shared but the file. */
  function readOnce(
    build: string | undefined = 'build',
    inMemoryBytes?: number,
  ): {
    world: World;
    parsed: number;
    digests: string[];
  } {
    const reader = new ContentReader(root);
    const cache = new WorldCache(file, build, inMemoryBytes);
    cache.fill(reader);
    const world = reader.load(files, 'content/style.yaml');
    const ofWorld = new AuthoredDigests(world, DEFAULT_SETTINGS);
    const digests = world.entities.map((loaded) => ofWorld.of(loaded));
    cache.keep(reader);
    return { world, parsed: reader.parsed, digests };
  }

  it('is the world that YAML gives, with the same digests, and no file is read as YAML', () => {
    const first = readOnce();
    const second = readOnce();
    expect(first.parsed).toBe(files.length);
    expect(second.parsed).toBe(0);
    expect(second.world.entities).toStrictEqual(first.world.entities);
    expect(second.digests).toStrictEqual(first.digests);
  });

  it('is read again for a file that changed, and the digests follow', async () => {
    const before = readOnce();
    const text = await readFile(join(root, REED_KING), 'utf8');
    await writeFile(join(root, REED_KING), text.replace(/^name: .*$/m, 'name: Another King'));
    const after = readOnce();
    expect(after.parsed).toBe(1);
    expect(after.world.find('character', 'reed-king')?.entity?.name).toBe('Another King');
    expect(after.digests).not.toStrictEqual(before.digests);
    await rm(file);
    expect(readOnce().digests).toStrictEqual(after.digests);
  });

  it('is the same if it is too large for memory, also for who has it while another process writes it', async () => {
    const usual = readOnce();
    await rm(file);
    const first = readOnce('build', 0);
    expect(first.parsed).toBe(files.length);
    const reader = new ContentReader(root);
    new WorldCache(file, 'build', 0).fill(reader);
    const held = reader.load(files, 'content/style.yaml');
    expect(reader.parsed).toBe(0);
    const text = await readFile(join(root, REED_KING), 'utf8');
    for (let edit = 0; edit < files.length; edit += 1) {
      await writeFile(join(root, REED_KING), `${text}# ${String(edit)}\n`);
      expect(readOnce('build', 0).parsed).toBe(1);
    }
    await rm(file);
    expect(held.entities).toStrictEqual(usual.world.entities);
    expect(first.world.entities).toStrictEqual(usual.world.entities);
    expect(readOnce('another build', 0).digests).toStrictEqual(readOnce('build', 0).digests);
  });

  it('keeps nothing of an entity that is gone', async () => {
    readOnce();
    await rm(join(root, REED_KING));
    files = files.filter((one) => one !== REED_KING);
    expect(readOnce().world.find('character', 'reed-king')).toBeUndefined();
  });

  it('keeps a broken file as broken, until it is mended', async () => {
    const text = await readFile(join(root, REED_KING), 'utf8');
    await writeFile(join(root, REED_KING), `${text}\n  : [`);
    readOnce();
    const again = readOnce().world.entities.find((loaded) => loaded.folder.file === REED_KING);
    expect(again?.entity).toBeUndefined();
    expect(again?.diagnostics).toHaveLength(1);
    await writeFile(join(root, REED_KING), text);
    expect(readOnce().world.find('character', 'reed-king')?.entity).toBeDefined();
  });

  it('is added to for a file that was edited, and written anew when half of it is outdated', async () => {
    readOnce();
    const { size } = await stat(file);
    const text = await readFile(join(root, REED_KING), 'utf8');
    let written = 0;
    for (let edit = 0; edit < files.length; edit += 1) {
      await writeFile(join(root, REED_KING), `${text}# ${String(edit)}\n`);
      const before = (await stat(file)).size;
      expect(readOnce().parsed).toBe(1);
      const after = (await stat(file)).size;
      if (after < before) written += 1;
      else expect(after - before).toBeLessThan(size / 2);
    }
    expect(written).toBe(1);
    expect(readOnce().parsed).toBe(0);
  });

  it('loses no more than what was added, if the addition is cut short or spoilt', async () => {
    readOnce();
    const whole = await readFile(file);
    const text = await readFile(join(root, REED_KING), 'utf8');
    await writeFile(join(root, REED_KING), text.replace(/^name: .*$/m, 'name: Another King'));
    const { digests } = readOnce();
    const added = await readFile(file);
    const spoilt = Buffer.from(added);
    spoilt.writeUInt8(spoilt.readUInt8(whole.length + 40) ^ 1, whole.length + 40);
    for (const bytes of [
      added.subarray(0, added.length - 9),
      spoilt,
      Buffer.concat([added, Buffer.from('x')]),
    ]) {
      await writeFile(file, bytes);
      const again = readOnce();
      expect(again.parsed).toBeLessThanOrEqual(1);
      expect(again.digests).toStrictEqual(digests);
      expect(again.world.find('character', 'reed-king')?.entity?.name).toBe('Another King');
    }
  });

  it('is read anew by another build', () => {
    readOnce();
    expect(readOnce('another build').parsed).toBe(files.length);
    expect(readOnce('another build').parsed).toBe(0);
  });

  it('is not kept by code that runs as tsc wrote it, whose changes no identity shows', async () => {
    const cache = new WorldCache(file, undefined);
    const reader = new ContentReader(root);
    reader.load(files, 'content/style.yaml');
    cache.keep(reader);
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('{"v":1}')],
  ])('is not needed: a file that is %s is read over', async (_what, spoil) => {
    const { digests } = readOnce();
    await writeFile(file, spoil(await readFile(file)));
    const after = readOnce();
    expect(after.parsed).toBe(files.length);
    expect(after.digests).toStrictEqual(digests);
    expect(readOnce().parsed).toBe(0);
  });

  it('is not written where nothing new was read, nor is a folder demanded that cannot be written', async () => {
    readOnce();
    const { mtimeMs } = await stat(file);
    readOnce();
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
    await rm(join(root, 'data'), { recursive: true });
    await writeFile(join(root, 'data'), 'a file in the place of the folder');
    expect(readOnce().parsed).toBe(files.length);
  });

  it('gives back the same world within a process, until something changes', async () => {
    const reader = new ContentReader(root);
    const world = reader.load(files, 'content/style.yaml');
    expect(reader.load([...files].reverse(), 'content/style.yaml')).toBe(world);
    await writeFile(join(root, 'content/style.yaml'), 'style: Woodcut.\n');
    const styled = reader.load(files, 'content/style.yaml');
    expect(styled).not.toBe(world);
    expect(styled.style.style).toBe('Woodcut.');
  });
});

describe('prompts kept for the next process', () => {
  let root: string;
  let folder: string;
  let files: string[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'chargen-prompts-'));
    folder = join(root, 'data', 'prompts');
    await cp(SAMPLE, join(root, 'content'), { recursive: true });
    files = await findImageryFiles(root, 'content');
  });
  afterEach(() => rm(root, { recursive: true }));

  /** As one process after another: nothing is shared but the folder. */
  async function lookOnce(prompts: KeptPrompts | undefined, useTraits = true): Promise<unknown> {
    const world = new ContentReader(root).load(files, 'content/style.yaml');
    const settings = { ...DEFAULT_SETTINGS, useTraits };
    const options = { workspaceRoot: root, world, settings, places: REAL_PLACES, prompts };
    const scenes: unknown[] = [];
    const plan = await planWorld(options, ({ scenes: found }) => {
      scenes.push(...found.map(({ planned, item }) => [planned.prompt, item]));
    });
    return { scenes, plan, found: await checkWorld(options) };
  }
  const kept = (build = 'build'): KeptPrompts => new KeptPrompts(folder, build);
  /** A file that is written gets another inode. */
  const inodes = async (): Promise<number[]> =>
    Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).ino));

  it('are those that compiling gives, and the second process compiles none', async () => {
    const compiled = await lookOnce(undefined);
    expect(await lookOnce(kept())).toStrictEqual(compiled);
    const written = await inodes();
    expect(written).toHaveLength(files.length);
    expect(await lookOnce(kept())).toStrictEqual(compiled);
    expect(await inodes()).toEqual(written);
    const bare = await lookOnce(undefined, false);
    expect(await lookOnce(kept(), false)).toStrictEqual(bare);
  });

  it('follow an edit of the scene, of whom and what it shows, and of the style', async () => {
    await lookOnce(kept());
    const edited = ['chapters', 'characters', 'locations'].map(
      (folder) => files.find((file) => file.startsWith(`content/${folder}/`)) ?? '',
    );
    for (const file of [...edited, 'content/style.yaml']) {
      const path = join(root, file);
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(/^(name|title|style): *(.*)$/m, '$1: Another of these'));
      expect(await lookOnce(kept()), file).toStrictEqual(await lookOnce(undefined));
    }
  });

  it('are not needed: what is damaged, of another build or of no build is compiled', async () => {
    const compiled = await lookOnce(undefined);
    await lookOnce(kept());
    for (const [n, name] of (await readdir(folder)).entries()) {
      const bytes = await readFile(join(folder, name));
      if (n % 2 === 0) bytes.writeUInt8(bytes.readUInt8(bytes.length - 99) ^ 1, bytes.length - 99);
      await writeFile(join(folder, name), n % 2 === 0 ? bytes : bytes.subarray(0, bytes.length / 2));
    }
    expect(await lookOnce(kept())).toStrictEqual(compiled);
    expect(await lookOnce(kept('another build'))).toStrictEqual(compiled);
    await rm(folder, { recursive: true });
    expect(await lookOnce(new KeptPrompts(folder, undefined))).toStrictEqual(compiled);
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });
});
