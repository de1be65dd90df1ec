import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPILER_VERSION } from '../../../libs/chargen-core/src/prompt/compiler-version.js';
import { asOlderVersion } from '../../../libs/chargen-core/test/support/older-version.js';
import { FILES, RunWorld } from '../../../libs/chargen-core/test/support/run-world.js';
import { startEmulator, type Emulator } from 'gemini-emulator';
import { fakeNx } from './support/fake-nx.js';
import { chargen, type Ran } from './support/run.js';
import { KEYS, Terminal } from './support/terminal.js';

const WORDING = `    wording: ${String(COMPILER_VERSION)}\n`;

interface Answer {
  wording: number;
  scenes: { scene: string; file: string; estimatedUsd: number }[];
  along: string[];
  estimatedUsd: number;
  written: { scene: string | null; file: string; error?: { message: string } }[];
  next: string | null;
}

/** A world whose pictures an older version made, in the order of the tests; no call of them may reach Google. */
describe('chargen refresh and retry', { timeout: 120_000 }, () => {
  let emulator: Emulator;
  let world: RunWorld;
  const at = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    chargen([...args, '--root', world.root], { cwd: world.root, env });
  const refresh = async (...args: string[]): Promise<{ code: number | null; data: Answer }> => {
    const { code, stdout } = await at(['refresh', '--json', ...args]);
    return { code, data: JSON.parse(stdout) as Answer };
  };
  const text = (path: string): Promise<string> => readFile(world.path(path), 'utf8');

  beforeAll(async () => {
    emulator = await startEmulator();
    world = await RunWorld.create(emulator);
    const wreck = { match: { key: 'chapter/storm/wreck@*' } };
    emulator.faults.arm({ fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY' }, ...wreck });
    await world.generate();
    await asOlderVersion(world);
  });

  afterAll(async () => {
    await world.remove();
    await emulator.close();
  });

  it('list what would be asked for differently, with what shows it, and write nothing', async () => {
    const before = await text(FILES.harbour);
    const { code, data } = await refresh('--filter', 'harbour');
    expect(code).toBe(0);
    expect(data.scenes.map((one) => one.scene)).toEqual(['location/harbour/dawn']);
    expect(data.along).toEqual(['chapter/storm/leaving']);
    expect(data.written).toEqual([]);
    expect(data.next).toBe('chargen refresh --filter harbour --write');
    const shown = await at(['refresh', '--filter', 'harbour']);
    expect(shown.stdout).toContain('1 finished picture would be asked for differently today.');
    expect(shown.stdout).toContain('Nothing was written. To have them made again: chargen refresh --filter');
    expect(await text(FILES.harbour)).toBe(before);
  });

  it('write nothing in a terminal if Enter answers the question', async () => {
    const before = await text(FILES.harbour);
    const it = Terminal.start(['refresh', '--filter', 'harbour', '--write', '--root', world.root], {
      cwd: world.root,
    });
    await it.sees('makes and pays them again?');
    it.press(KEYS.enter);
    expect(await it.exitCode()).toBe(0);
    expect(await text(FILES.harbour)).toBe(before);
  });

  it('write the wording into the selected scenes only, and buy nothing', async () => {
    const harbour = await text(FILES.harbour);
    const others = [await text(FILES.chapter), await text(FILES.mira)];
    const posts = emulator.ledger.requests().length;
    const { code, data } = await refresh('--filter', 'harbour', '--write');
    expect(code).toBe(0);
    expect(data.written).toEqual([{ scene: 'location/harbour/dawn', file: FILES.harbour }]);
    expect(data.next).toBe('chargen plan --filter harbour');
    expect(await text(FILES.harbour)).toBe(`${harbour}${WORDING}`);
    expect([await text(FILES.chapter), await text(FILES.mira)]).toEqual(others);
    expect(emulator.ledger.requests()).toHaveLength(posts);
    const again = await at(['refresh', '--filter', 'harbour']);
    expect(again.stdout).toBe('No finished picture would be asked for differently today.\n');
  });

  it('write it once into the style guide for the whole world, and into a broken one nothing', async () => {
    const style = 'content/style.yaml';
    const wrong = await at(['refresh', '--all', '--filter', 'mira', '--write']);
    expect(wrong.code).toBe(2);
    await world.write(style, '- a list\n');
    const broken = await at(['refresh', '--all', '--write']);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toContain(`Write "wording: ${String(COMPILER_VERSION)}" at its top level by hand.`);
    expect(await text(style)).toBe('- a list\n');
    await writeFile(world.path(style), '# Ours.\nmoods: { calm: soft }\n');
    const { code, data } = await refresh('--all', '--write');
    expect(code).toBe(0);
    expect(data.written).toEqual([{ scene: null, file: style }]);
    expect(await text(style)).toBe(`# Ours.\nmoods: { calm: soft }\n${WORDING.trimStart()}`);
  });

  it('state what asking again makes with the takes of the environment, and write nothing for that', async () => {
    const before = await text(FILES.chapter);
    const asks = ['retry', 'storm/wreck', '--dry-run'];
    const { stdout } = await at([...asks, '--json'], { CHARGEN_TAKES: '3' });
    expect(JSON.parse(stdout)).toMatchObject({ requests: 3 });
    expect((await at(asks)).stderr).toMatch(/To be asked again, word for word: 1 picture for about \$\S+/);
    expect(await text(FILES.chapter)).toBe(before);
  });

  it('raise the attempt of a refusal once, however often it is called before a run', async () => {
    const before = await text(FILES.chapter);
    for (let calls = 0; calls < 2; calls += 1) {
      const { code, stdout } = await at(['retry', 'storm/wreck', '--no-run', '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ retried: [{ scene: 'chapter/storm/wreck', attempt: 2 }] });
      expect(await text(FILES.chapter)).toBe(`${before}    attempt: 2\n`);
    }
    const plan = await at(['plan', '--scene', 'storm/wreck', '--json']);
    expect(JSON.parse(plan.stdout)).toMatchObject({ items: [{ scene: 'wreck', state: 'pending' }] });
  });

  it('name a take that failed beside its finished picture, which resume and retry alone ask for', async () => {
    const take = 'location/harbour/dawn@2';
    const calls = "appendFileSync('calls.txt', (process.env.CHARGEN_SELECTION ?? 'all') + '\\n');";
    for (const [path, content] of Object.entries(fakeNx(calls))) {
      if (path.startsWith('node_modules/') || path.endsWith('.json')) await world.write(path, content);
    }
    await world.write(FILES.harbour, `${await text(FILES.harbour)}    takes: 2\n`);
    const match = { key: `${take}@*` };
    emulator.faults.arm({ fault: { kind: 'item-error', code: 13 }, match, times: 'always' });
    const settings = { workspaceId: 'a-world' };
    const { report } = await world.generate({ only: ['harbour'], settings });
    emulator.faults.clear();
    expect(report.totals).toMatchObject({ generated: 1, failed: 1 });
    const status = await at(['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ missingTakes: [{ scene: take }] });
    expect((await at(['status'])).stdout).toMatch(
      /1 take of pictures that are done .*: chargen retry\n {2}\S+@2: /,
    );
    const plan = await at(['plan', '--filter', 'harbour', '--json']);
    expect(JSON.parse(plan.stdout)).toMatchObject({ totals: { requests: 0 } });
    const asked = await at(['retry', 'harbour/dawn', '--dry-run', '--json']);
    expect(JSON.parse(asked.stdout)).toMatchObject({ retried: [{ scene: take }], requests: 1 });
    const state = world.path('.chargen/batch', report.runId ?? '', 'state.json');
    await writeFile(state, (await readFile(state, 'utf8')).replace('"failed"', '"running"'));
    await at(['batch', 'resume']);
    expect(await readFile(world.path('calls.txt'), 'utf8')).toBe(
      `generate\n["location/harbour","${take}"]\n`,
    );
  });

  it('ask again for what failed, until a later run has made it', async () => {
    const match = { key: 'character/mira/first@*' };
    emulator.faults.arm({ fault: { kind: 'item-error', code: 13 }, match, times: 'always' });
    await world.write(FILES.mira, (await text(FILES.mira)).replace('mends a net', 'mends a torn net'));
    const failed = await world.generate({ only: ['mira'] });
    emulator.faults.clear();
    expect(failed.report.totals).toMatchObject({ failed: 1 });
    const retry = ['retry', 'mira/first', '--dry-run', '--json'];
    expect(JSON.parse((await at(retry)).stdout)).toMatchObject({
      retried: [{ scene: 'character/mira/first' }],
      requests: 1,
    });
    const made = await world.generate({ only: ['mira'] });
    expect(made.report.totals).toMatchObject({ generated: 1, failed: 0 });
    expect(JSON.parse((await at(retry)).stdout)).toEqual({ exitCode: 0, retried: [], report: null });
  });
});
