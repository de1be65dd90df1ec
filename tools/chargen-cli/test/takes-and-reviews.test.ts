import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator } from 'gemini-emulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chargen, type Ran } from './support/run.js';
import { folderWith, SMALL_WORLD } from './support/world.js';

const MARA = 'characters/mara/imagery.yaml';
const PICTURE = 'characters/mara/images/alone.png';
const SCENE = 'character/mara/alone';

/** A folder in which one picture was made, and commands in it. */
async function madeOnce() {
  const emulator = await startEmulator({ seed: 7 });
  onTestFinished(() => emulator.close());
  const root = await folderWith(SMALL_WORLD);
  const env = { GEMINI_API_KEY: 'test-key-1', GOOGLE_GEMINI_BASE_URL: emulator.url };
  const run = (...args: string[]): Promise<Ran> => chargen(args, { cwd: root, env });
  const json = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await run(...args, '--json');
    return JSON.parse(stdout);
  };
  expect((await run('now', SCENE, '--yes')).code).toBe(0);
  const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
  return { root, emulator, run, json, read };
}

describe('takes', () => {
  it('are listed with where they are, and used without a payment', async () => {
    const { emulator, run, json, read } = await madeOnce();
    await run('reroll', SCENE);
    await run('now', SCENE, '--yes');
    expect(emulator.ledger.billed()).toHaveLength(2);
    expect((await run('takes', SCENE)).stdout).toMatch(
      new RegExp(
        `^${SCENE}\n    {2}1 {2}in the store, run \\S+; chargen use lays it\n  \\* {2}2 {2}${PICTURE}, run \\S+\n` +
          `To use another one: chargen use ${SCENE} <take>\n$`,
      ),
    );
    const used = await run('use', SCENE, '1');
    expect(used).toMatchObject({ code: 0, stderr: '' });
    expect(used.stdout).toBe(
      `${PICTURE} is take 1 now (${MARA}); nothing was paid. To go back: chargen use ${SCENE} 2\n`,
    );
    expect(await read(MARA)).toContain('    take: 1\n');
    expect(await json('takes', SCENE)).toMatchObject({
      scene: SCENE,
      takes: [
        { take: 1, isNamed: true, place: 'folder', path: PICTURE },
        { take: 2, isNamed: false, place: 'folder', path: 'characters/mara/images/takes/alone@2.png' },
      ],
    });
    expect(await json('use', SCENE, '2')).toMatchObject({
      take: 2,
      before: 1,
      picture: PICTURE,
      madeAgain: [],
    });
    expect(emulator.ledger.billed()).toHaveLength(2);
    expect(await run('use', SCENE, '7')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('was never made') as string,
    });
    expect(await run('use', SCENE, 'two')).toMatchObject({ code: 2 });
    expect((await json('plan', '--scene', SCENE)) as object).toMatchObject({
      totals: { done: 1, pending: 0 },
    });
  });

  it('of a scene that is to be made are planned, priced and rolled by their number', async () => {
    const { root, run, json, read } = await madeOnce();
    const plan = async (...args: string[]) =>
      (await json('batch', 'generate', '--scene', SCENE, '--dry-run', ...args)) as {
        totals: object;
        items: object[];
      };
    expect((await plan('--takes', '4')).totals).toMatchObject({ done: 1, takes: 0, requests: 0 });
    expect((await run('reroll', SCENE, '--takes', '3')).stdout).toContain(
      `${SCENE} asks for takes 2 to 4 now (${MARA}).`,
    );
    expect(await read(MARA)).toContain('    takes: 4\n    take: 2\n');
    const { totals, items } = await plan();
    expect(totals).toMatchObject({ scenes: 1, pending: 1, takes: 2, requests: 3 });
    expect(items).toMatchObject([
      { scene: 'alone', state: 'pending' },
      { scene: 'alone@1', state: 'reused' },
      { scene: 'alone@3', state: 'pending', output: 'characters/mara/images/takes/alone@3.{png,jpg,webp}' },
      { scene: 'alone@4', state: 'pending' },
    ]);
    expect((await run('plan', '--scene', SCENE)).stdout).toContain('2 further takes of these');
    // What the environment asks of a run is planned as it is bought; a flag wins over it.
    await writeFile(join(root, '.env'), 'CHARGEN_TAKES=6\n');
    expect((await plan()).totals).toMatchObject({ takes: 4, requests: 5 });
    expect((await json('plan', '--scene', SCENE)) as object).toMatchObject({
      totals: { takes: 4, requests: 5 },
      items: ['alone', 'alone@1', 'alone@3', 'alone@4', 'alone@5', 'alone@6'].map((scene) => ({ scene })),
    });
    expect((await plan('--takes', '3')).totals).toMatchObject({ takes: 1, requests: 2 });
    expect((await json('plan', '--scene', SCENE, '--takes', '3')) as object).toMatchObject({
      totals: { takes: 1, requests: 2 },
    });
    await rm(join(root, '.env'));
    expect((await run('batch', 'generate', '--takes', '0', '--dry-run')).stderr).toContain(
      '--takes is "0"; write a whole number from 1 to 20.',
    );
    expect(await run('reroll', SCENE, '--takes', '20')).toMatchObject({ code: 2 });
  });
});

describe('reviews', () => {
  it('are written, listed by state, and taken back', async () => {
    const { run, json, read } = await madeOnce();
    expect((await run('review')).stdout).toBe(
      `  unreviewed  ${SCENE}  ${PICTURE}\n0 of 1 picture reviewed: 0 approved, 0 rejected.\n`,
    );
    expect((await run('approve', SCENE)).stdout).toBe(
      `${SCENE} is now approved (characters/mara/approval.jsonl).\n`,
    );
    expect((await run('status')).stdout).toContain(
      '1 picture: 1 approved, 0 rejected, 0 unreviewed (chargen review).',
    );
    expect(await json('review', '--only', 'approved')).toMatchObject({
      totals: { pictures: 1, approved: 1, again: 0 },
      scenes: [{ scene: SCENE, state: 'approved', picture: PICTURE, note: null }],
    });
    expect((await run('approve', SCENE)).stdout).toContain('is already approved');
    await run('approve', SCENE, '--undo');
    expect(await json('review', '--only', 'unreviewed')).toMatchObject({
      totals: { approved: 0 },
      scenes: [{}],
    });
    expect(await run('approve', 'mara/landing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no picture that could be reviewed') as string,
    });
    expect(await read('characters/mara/approval.jsonl')).toBe('');
  });

  it('that reject a picture list it until it is made again, and the new one is unreviewed', async () => {
    const { run, json, root, read } = await madeOnce();
    expect((await run('reject', SCENE, '--note', 'no oars')).stdout).toContain(
      `Make it again with: chargen reroll ${SCENE}`,
    );
    expect((await run('review')).stdout).toBe(
      `  again  ${SCENE}  ${PICTURE}: no oars\n1 of 1 picture reviewed: 0 approved, 1 rejected.\n` +
        'To be made again: 1. Roll them with: chargen reroll --rejected\n',
    );
    expect((await run('reroll', '--rejected')).stdout).toContain(`${SCENE} asks for take 2 now`);
    // The emulator answers equal requests with equal bytes, which are still rejected.
    const text = await read(MARA);
    await writeFile(join(root, MARA), text.replace('rows alone', 'rows home'));
    await run('now', SCENE, '--yes');
    expect(await json('review')).toMatchObject({ totals: { rejected: 0, unreviewed: 1, again: 0 } });
    expect(await run('reroll', '--rejected')).toMatchObject({
      code: 0,
      stdout: 'No picture is rejected. See: chargen review\n',
    });
    expect(await run('reroll')).toMatchObject({ code: 2 });
    await writeFile(join(root, 'characters/mara/approval.jsonl'), '{"scene":\n');
    const damaged = await run('review');
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain('characters/mara/approval.jsonl:1:1 error approval-damaged');
  });
});
