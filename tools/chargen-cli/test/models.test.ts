import { startEmulator } from 'gemini-emulator';
import { describe, expect, it } from 'vitest';
import { chargen } from './support/run.js';
import { folderWith, SMALL_WORLD } from './support/world.js';

const NX = JSON.stringify({
  plugins: [
    {
      plugin: 'chargen-plugin',
      options: {
        generationModel: 'gemini-4-argon',
        models: {
          'gemini-4-argon': { price: { input: 1, output: 10, pictures: { '2K': 0.1 } }, imageSizes: ['2K'] },
        },
      },
    },
  ],
});

interface Listed {
  models: { id: string; status: string; pictures: object[]; priceChanges: object[]; sources: object[] }[];
  differences?: { kind: string; id: string }[];
}

async function listed(cwd: string, args: string[] = [], env: Record<string, string> = {}): Promise<Listed> {
  const { code, stdout, stderr } = await chargen(['models', '--json', ...args], { cwd, env });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Listed;
}

describe('chargen models', { timeout: 60_000 }, () => {
  it('lists what a picture costs at once and in a batch, with dates and sources', async () => {
    const cwd = await folderWith(SMALL_WORLD);
    const { code, stdout } = await chargen(['models'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('gemini-3-pro-image  (generationModel)\n');
    expect(stdout).toContain('  4K   $0.244 at once, $0.122 in a batch\n');
    expect(stdout).toContain('not known to take batches; a run asks first');
    expect(stdout).toMatch(/price: 2026-10-06 https:\/\/ai\.google\.dev\/gemini-api\/docs\/pricing/);
    expect(stdout).not.toContain('gemini-2.5-flash-image\n');
    expect(stdout).toMatch(/\d+ retired: chargen models --all\n$/);
  });

  it('lists for scripts, with models that the workspace describes and those that are retired', async () => {
    const cwd = await folderWith({ ...SMALL_WORLD, 'nx.json': NX });
    const { models, differences } = await listed(cwd, ['--all']);
    expect(differences).toBeUndefined();
    const argon = models.find(({ id }) => id === 'gemini-4-argon');
    expect(argon).toMatchObject({
      for: 'pictures',
      options: ['generationModel'],
      batch: 'unknown',
      pictures: [{ size: '2K', fullUsd: 0.103, batchUsd: 0.0515 }],
    });
    expect(models.find(({ id }) => id === 'gemini-2.5-flash-image')).toMatchObject({
      status: 'retired',
      endsOn: '2026-10-02',
      successors: ['gemini-3-pro-image', 'gemini-3.1-flash-lite-image'],
    });
    for (const { sources } of models) expect(sources.length).toBeGreaterThan(1);
  });

  it('compares with what Google serves to the key', async () => {
    const emulator = await startEmulator({
      withoutBatch: ['gemini-3-pro-image'],
      clock: { now: () => Date.parse('2026-11-28') },
    });
    try {
      const cwd = await folderWith({ ...SMALL_WORLD, 'nx.json': NX });
      const env = { GEMINI_API_KEY: 'test-key-1', GOOGLE_GEMINI_BASE_URL: emulator.url };
      const { differences = [] } = await listed(cwd, ['--live'], env);
      expect(differences).toContainEqual({
        kind: 'batch',
        id: 'gemini-3-pro-image',
        listed: 'yes',
        served: 'no',
      });
      expect(differences).toContainEqual({ kind: 'not-served', id: 'gemini-4-argon' });
      const { stdout } = await chargen(['models', '--live'], { cwd, env });
      expect(stdout).toContain('  gemini-3-pro-image does not take batches.\n');
    } finally {
      await emulator.close();
    }
  });

  it('needs a key to ask Google', async () => {
    const { code, stderr } = await chargen(['models', '--live'], { cwd: await folderWith(SMALL_WORLD) });
    expect(code).toBe(6);
    expect(stderr).toMatch(/key/i);
  });
});
