import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';
import { tasksHere } from './support/tasks-here.js';

const GENERATE = ['run-many', '-t', 'generate'];
const BOTH = ['run-many', '-t', 'analyze', 'generate'];

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
    const { code, output } = await workspace.nx([...BOTH, '-c', 'preview']);
    expect(output).toContain('Preview Complete');
    expect(output).toContain('analyzed by the emulator');
    expect(code).toBe(0);
    expect(await workspace.git('status', '--short')).toBe('');
    const images = 'content/characters/ione/images';
    expect(await workspace.read(`${images}/preview/portrait.analysis.json`)).toContain('"preview": true');
    expect(existsSync(workspace.path(images, 'portrait.analysis.json'))).toBe(false);
    expect(
      (await workspace.bytes('content/characters/ione/images/preview/lamp.png')).byteLength,
    ).toBeGreaterThan(1000);
  });

  it('say which variable to set, and that a preview needs none, where a key is missing', async () => {
    const analyzed = await tasksHere(workspace, 'analyze');
    expect(analyzed.output).toContain('There is something to analyze, but no API key.');
    expect(analyzed.output).toContain('npx nx run-many -t analyze -c preview');
    // A missing key is no failure of the work, and nothing to analyze needs no key.
    expect(analyzed.status).toMatchObject({ ione: 'skipped', 'lock-keeper': 'success' });
    const generated = await tasksHere(workspace, 'generate');
    expect(new Set(Object.values(generated.status))).toEqual(new Set(['skipped']));
    expect(generated.output).toContain('npx nx run-many -t generate -c preview');
    for (const { output } of [analyzed, generated]) {
      expect(output).toContain('MYTHICINDEX_GOOGLE_API_KEY');
      expect(output).toContain('GEMINI_API_KEY');
      // Not as the end of the longer name.
      expect(output).toMatch(/\bGOOGLE_API_KEY/);
    }
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
    // One preview is drawn anew, the others come from the cache.
    await workspace.edit(PATHS.quay, 'in fog', 'in rain');
    expect((await workspace.nx([...GENERATE, '-c', 'preview'])).code).toBe(0);
    await workspace.edit(PATHS.quay, 'in rain', 'in fog');
    expect((await workspace.nx(GENERATE)).code).toBe(0);
    expect(await workspace.git('status', '--short')).toBe(` M ${PATHS.loner}\n`);
    expect(service.posts()).toBe(before);
  });

  it('need no key where nothing is pending', async () => {
    await workspace.write('.env', '');
    const { status, output } = await tasksHere(workspace, 'generate');
    expect(output).toContain('6 done before');
    expect(new Set(Object.values(status))).toEqual(new Set(['success']));
    expect(await workspace.git('status', '--short')).toBe(` M ${PATHS.loner}\n`);
  });

  it('write no file while other targets run', async () => {
    await workspace.commit('before');
    await workspace.nx(['run-many', '-t', 'lint']);
    expect(await workspace.git('status', '--short')).toBe('');
  });
});
