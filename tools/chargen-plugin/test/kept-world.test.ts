import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findImageryFiles } from 'chargen-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REPOSITORY } from '../../../test/support/workspace.js';

describe('the world that a command reads', () => {
  let root: string;
  let data: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'chargen-kept-'));
    data = join(root, 'data');
    vi.stubEnv('NX_WORKSPACE_DATA_DIRECTORY', data);
    vi.stubEnv('NX_CACHE_PROJECT_GRAPH', undefined);
    await cp(join(REPOSITORY, 'content'), join(root, 'content'), { recursive: true });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true });
  });

  /** As a process of its own does, which remembers nothing. */
  async function readAnew(): Promise<readonly { readonly id: string; readonly name: string | undefined }[]> {
    vi.resetModules();
    const { readKeptWorld } = await import('../src/graph/read-world.js');
    const { worldEntryOf } = await import('../src/world-entries.js');
    const files = await findImageryFiles(root, 'content');
    const world = readKeptWorld(root, files, worldEntryOf(undefined, undefined));
    return world.entities.map(({ id, entity }) => ({ id, name: entity?.name }));
  }

  it('is kept in the folder that Nx has for such things, and in none that Nx did not make', async () => {
    const first = await readAnew();
    await expect(readdir(data)).rejects.toThrow('ENOENT');
    await mkdir(data);
    expect(await readAnew()).toEqual(first);
    expect(await readdir(data)).toHaveLength(1);
    expect(await readAnew()).toEqual(first);
  });

  it('is that of the files, whether what is kept is spoilt, of something else, or older than an edit', async () => {
    await mkdir(data);
    const first = await readAnew();
    const [name = ''] = await readdir(data);
    const keptFile = join(data, name);
    const kept = await readFile(keptFile);
    for (const bytes of [
      kept.subarray(0, kept.length / 3),
      Buffer.from('of something else'),
      Buffer.alloc(0),
    ]) {
      await writeFile(keptFile, bytes);
      expect(await readAnew()).toEqual(first);
      // Whole again; by how much is a question of which files are old enough for their times to be kept.
      expect((await stat(keptFile)).size).toBeGreaterThan(kept.length / 2);
    }
    const file = join(root, 'content/characters/reed-king/imagery.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^name: .*$/m, 'name: Another King'));
    const edited = await readAnew();
    expect(edited).toContainEqual({ id: 'character/reed-king', name: 'Another King' });
    expect(await readAnew()).toEqual(edited);
  });
});
