import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContentReader } from 'chargen-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultsSchema, type Results } from '../bench/src/results-file.js';
import { makeRealShapeWorld, SMALL_REAL_SHAPE } from '../bench/src/make/real-shape/index.js';
import { growthExponent, ratio, sideBySide } from '../bench/src/measure.js';
import { IS_LONG } from './support/long.js';
import { REPOSITORY } from './support/workspace.js';

type Measures = Results['results'][number]['measures'];

/** Runs one benchmark at sizes that say nothing about time, in the way that people run it. */
async function smoke(name: string, folder: string, scale = 'smoke'): Promise<Measures> {
  const json = join(folder, `${name}.json`);
  const main = join(REPOSITORY, 'bench', 'dist', 'main.js');
  const child = spawn(process.execPath, [main, '--scale', scale, '--only', name, '--json', json], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, output }).toMatchObject({ code: 0 });
  const results = resultsSchema.parse(JSON.parse(await readFile(json, 'utf8')));
  return results.results.flatMap((one) => one.measures);
}

function valueOf(measures: Measures, what: RegExp): number {
  const found = measures.filter((one) => what.test(one.what));
  expect(found.map((one) => one.what)).toHaveLength(1);
  return found[0]?.value ?? Number.NaN;
}

describe('the benchmark, at small sizes', { timeout: 180_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargen-bench-smoke-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('finds nothing in the plugin process that only a run needs', async () => {
    const measures = await smoke('start-up', folder);
    for (const name of ['@google/genai', 'sharp', 'ajv', 'yaml', '@nx/devkit', 'gemini-emulator']) {
      expect([name, valueOf(measures, new RegExp(`^of these: ${name}$`))]).toEqual([name, 0]);
    }
    expect(valueOf(measures, /^modules in the plugin process/)).toBeLessThanOrEqual(220);
  });

  it('reads and hashes each picture once in planning', async () => {
    const measures = await smoke('planning', folder);
    const counted = measures.filter((one) => one.what.includes('files read and hashed'));
    expect(counted).toHaveLength(2);
    for (const { value, aim } of counted) expect({ exactly: value }).toEqual(aim);
  });

  it('uploads each picture once', async () => {
    const measures = await smoke('staging', folder);
    expect(valueOf(measures, /: uploads$/)).toBe(2);
    expect(valueOf(measures, /HTTP requests with bytes/)).toBe(2);
  });

  it.runIf(IS_LONG)('lays every picture that a store has', async () => {
    const measures = await smoke('joining', folder);
    expect(valueOf(measures, /^20 pictures laid from the clone’s own store/)).not.toBeNaN();
    expect(valueOf(measures, /from a cache server, against the floor/)).not.toBeNaN();
  });

  it.runIf(IS_LONG)('finds every scene done in a rerun without reading a picture', async () => {
    const measures = await smoke('noop-rerun', folder);
    expect(valueOf(measures, /^cached rerun against the trivial plugin$/)).toBeGreaterThan(0);
    expect(valueOf(measures, /skip-nx-cache.*pictures read per scene/)).toBe(0);
  });

  it.runIf(IS_LONG)(
    'bills each distinct content once over a week, and asks nothing where there is nothing to do',
    async () => {
      const measures = await smoke('economy', folder);
      expect(valueOf(measures, /billed per distinct content/)).toBe(1);
      expect(valueOf(measures, /nothing to do/)).toBe(0);
    },
  );

  it.runIf(IS_LONG).each(['inference', 'show-projects', 'collecting', 'growth', 'real-shape', 'exporting'])(
    'runs %s',
    async (name) => {
      const measures = await smoke(name, folder);
      expect(measures.length).toBeGreaterThan(5);
      for (const { what, value } of measures) expect([what, Number.isFinite(value)]).toEqual([what, true]);
    },
  );
});

describe('a thousand exported pictures', () => {
  it.runIf(IS_LONG)(
    'take the memory of a hundred',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'chargen-bench-export-'));
      try {
        const measures = await smoke('exporting', folder, 'default');
        expect(valueOf(measures, /peak memory, largest against smallest/)).toBeLessThan(1.5);
        expect(valueOf(measures, /small copies, 1000 pictures: peak memory/)).toBeLessThan(300);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    1_800_000,
  );
});

describe('the world of real shape', () => {
  it('is read in each of its dialects, with one file that cannot be, and is the same each time', async () => {
    const root = await mkdtemp(join(tmpdir(), 'chargen-real-shape-'));
    try {
      const { imagery, yaml, bytes } = await makeRealShapeWorld(root, SMALL_REAL_SHAPE);
      const { entities } = new ContentReader(root).load(imagery, 'content/style.yaml');
      const dialects = new Set(entities.map(({ entity }) => entity?.dialect));
      expect([...dialects].sort()).toEqual(['C1+C2', 'H1', 'L1', 'L2', 'L3', 'L4', 'L5', 'L6', undefined]);
      expect(entities.filter(({ entity }) => entity === undefined)).toHaveLength(1);
      expect([imagery.length, yaml.length]).toEqual([16, 21]);
      expect(bytes).toBeGreaterThan(1e6);
      const again = await makeRealShapeWorld(root, SMALL_REAL_SHAPE);
      expect(again.bytes).toBe(bytes);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

describe('how the benchmark reckons', () => {
  it('fits the exponent of growth', () => {
    const points = (power: number) => [10, 20, 40, 80].map((size) => ({ size, value: 3 * size ** power }));
    expect(growthExponent(points(1))).toBeCloseTo(1);
    expect(growthExponent(points(2))).toBeCloseTo(2);
    expect(growthExponent(points(0))).toBeCloseTo(0);
  });

  it('compares round by round, so that a slow minute falls on both', async () => {
    const weather = [1, 10, 1];
    let turn = 0;
    const takes = (ms: number) => () => Promise.resolve(ms * (weather[Math.floor(turn++ / 2)] ?? 1));
    const times = await sideBySide(3, [
      { name: 'ours', run: takes(3) },
      { name: 'floor', run: takes(2) },
    ]);
    expect(times('ours')).toEqual([3, 30, 3]);
    expect(ratio(times('ours'), times('floor'))).toBe(1.5);
  });
});
