import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';

const GENERATE = ['run-many', '-t', 'generate'];

describe('previews, and runs without a key', () => {
  let workspace: TestWorkspace;
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  it('draw previews without a key and change no file that git tracks', async () => {
    const { code, output } = await workspace.nx(['run-many', '-t', 'analyze', 'generate', '-c', 'preview']);
    expect(output).toContain('Preview Complete');
    expect(code).toBe(0);
    expect(await workspace.git('status', '--short')).toBe('');
    expect(
      (await workspace.bytes('content/characters/ione/images/preview/lamp.png')).byteLength,
    ).toBeGreaterThan(1000);
  });

  it('say which variable to set, and that a preview needs none, where a key is missing', async () => {
    const { code, output } = await workspace.nx(GENERATE);
    expect(code).toBe(130);
    expect(output).toContain('MYTHICINDEX_GOOGLE_API_KEY');
    expect(output).toContain('GEMINI_API_KEY');
    expect(output).toContain('GOOGLE_API_KEY');
    expect(output).toContain('-c preview');
    expect(await workspace.git('status', '--short')).toBe('');
  });

  it('take the key from the .env file, and never write it anywhere', async () => {
    await workspace.write('.env', 'MYTHICINDEX_GOOGLE_API_KEY=s3cret-0f-the-writer\n');
    workspace.env['GOOGLE_GEMINI_BASE_URL'] = service.emulator.url;
    workspace.env['GOOGLE_GENAI_USE_VERTEXAI'] = 'true';
    const { code, output } = await workspace.nx(GENERATE);
    expect(output).toContain('6 generated');
    expect(code).toBe(0);
    expect(output).not.toContain('s3cret-0f-the-writer');
    const grep = await workspace
      .git('grep', '-l', '--no-index', 's3cret-0f-the-writer', '--', '.')
      .catch(() => '');
    expect(
      grep
        .trim()
        .split('\n')
        .filter((path) => !path.endsWith('.env')),
    ).toEqual([]);
    await workspace.commit('pictures');
  });

  it('leave real pictures and previews apart, in whatever order they run', async () => {
    const before = service.posts();
    await workspace.edit(PATHS.loner, 'title: Keys', 'title: The keys');
    for (const extra of [['-c', 'preview'], [], ['-c', 'preview', '--skip-nx-cache'], ['--skip-nx-cache']]) {
      expect((await workspace.nx([...GENERATE, ...extra])).code).toBe(0);
    }
    expect(await workspace.git('status', '--short')).toBe(` M ${PATHS.loner}\n`);
    expect(service.posts()).toBe(before);
  });

  it('need no key where nothing is pending', async () => {
    await workspace.write('.env', '');
    const { code, output } = await workspace.nx([...GENERATE, '--skip-nx-cache']);
    expect(output).toContain('6 done before');
    expect(code).toBe(0);
  });

  it('write no file while the graph is made or other targets run', async () => {
    await workspace.commit('before');
    await workspace.nx(['graph', '--file=../graph.json']);
    await workspace.nx(['run-many', '-t', 'lint']);
    expect(await workspace.git('status', '--short')).toBe('');
  });

  it('refuse a flag with the verb that does it', async () => {
    const { code, output } = await workspace.nx(['run', 'lock-keeper:generate', '--dry-run']);
    expect(code).toBe(1);
    expect(output).toContain('chargen plan');
  });
});
