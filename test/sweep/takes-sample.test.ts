import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator } from 'gemini-emulator';
import { expect, it, onTestFinished } from 'vitest';
import { cases } from '../support/long.js';
import { runEngine, runUntilDone } from './processes.mjs';

const HARBOUR = 'content/locations/harbour';
const PICTURES = ['dawn.png', 'takes/dawn@2.png', 'takes/dawn@3.png'];

async function makeWorld(root: string, mark: number): Promise<void> {
  const path = join(root, HARBOUR, 'imagery.yaml');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(join(root, 'content/style.yaml'), `style: Ink on paper, sheet ${mark}.\ntakes: 3\n`);
  await writeFile(
    path,
    'entity_type: location\nname: The Harbour\nscenes:\n  - {id: dawn, title: Dawn, prompt: A harbour at dawn.}\n',
  );
}

/** Pictures by their paths below `images`, each proven to be that of its recipe; the distinct keys of the recipes. */
async function laid(
  root: string,
): Promise<{ readonly pictures: readonly string[]; readonly keys: Set<string> }> {
  const images = join(root, HARBOUR, 'images');
  const names = (await readdir(images, { recursive: true })).sort();
  const keys = new Set<string>();
  const pictures: string[] = [];
  for (const name of names.filter((one) => one.endsWith('.recipe.json'))) {
    const recipe = JSON.parse(await readFile(join(images, name), 'utf8')) as {
      key: string;
      picture: { file: string; sha256: string };
    };
    const picture = join(dirname(name), recipe.picture.file);
    const bytes = await readFile(join(images, picture));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(recipe.picture.sha256);
    keys.add(recipe.key);
    pictures.push(picture);
  }
  const rest = names.filter(
    (name) => name !== 'takes' && !name.endsWith('.recipe.json') && !pictures.includes(name),
  );
  expect(rest).toEqual([]);
  return { pictures, keys };
}

it(
  'takes that were killed while they were laid are laid by the next run, and billed once',
  async () => {
    const emulator = await startEmulator({ seed: 7 });
    const folder = await mkdtemp(join(tmpdir(), 'chargen-takes-'));
    onTestFinished(async () => {
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    });
    const left = { author: undefined, countFile: undefined, now: undefined, shared: undefined };
    const call = { ...left, traceFile: undefined, url: emulator.url, key: 'test-key-1' };
    const traceFile = join(folder, 'trace');
    await makeWorld(join(folder, 'traced'), 0);
    expect(await runEngine({ ...call, root: join(folder, 'traced'), traceFile })).toMatchObject({
      kind: 'done',
    });
    expect((await laid(join(folder, 'traced'))).pictures).toEqual(PICTURES);
    const lines = (await readFile(traceFile, 'utf8')).split('\n');
    // Each change of a file in images/takes, and the one after it.
    const points = lines.flatMap((line) => (line.includes('/images/takes') ? [parseInt(line, 10)] : []));
    expect(points.length).toBeGreaterThan(6);
    const step = Math.max(1, Math.floor(points.length / cases(2, points.length)));
    const chosen = points.filter((_, index) => index % step === 0).slice(0, cases(2, points.length));
    for (const [n, killAt] of chosen.entries()) {
      const root = join(folder, `killed-${n}`);
      await makeWorld(root, n + 1);
      const before = emulator.ledger.billed().length;
      expect(await runEngine({ ...call, root, killAt }), `at ${killAt}`).toMatchObject({ kind: 'killed' });
      expect((await runUntilDone({ ...call, root })).wrong).toEqual([]);
      const { pictures, keys } = await laid(root);
      expect(pictures).toEqual(PICTURES);
      expect(keys.size).toBe(3);
      expect(emulator.ledger.billed().length - before).toBe(3);
    }
    expect(emulator.ledger.duplicates()).toEqual([]);
  },
  cases(120_000, 1_800_000),
);
