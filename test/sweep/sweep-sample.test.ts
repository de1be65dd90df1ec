import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cases, IS_LONG } from '../support/long.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));

function run(script: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(HERE, script), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (piece: Buffer) => (output += piece.toString('utf8')));
    child.stderr.on('data', (piece: Buffer) => (output += piece.toString('utf8')));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

// The whole sweeps take from minutes to an hour: npm run sweep, npm run sweep -- --faults, npm run sweep -- --nx.
const LIMIT = cases(240_000, 3_600_000);
const FAULTS = cases(3, 60);
const STORES = cases(3, 60);

it(
  'survives two kills, a lost state, a restarted service and a full disk, one after another in one world',
  async () => {
    const { code, output } = await run('sweep.mjs', '--at', '90,60,60,60,40');
    expect(output).toMatch(/1 cases, 5 kills, \d+ runs after a kill, 0 wrong/);
    expect(code).toBe(0);
  },
  LIMIT,
);

it.runIf(IS_LONG)(
  'survives 40 of the crashes of the sweep, chosen by seed 20261122',
  async () => {
    const { code, output } = await run('sweep.mjs', '--sample', '40', '--seed', '20261122');
    expect(output).toMatch(/40 cases, \d+ kills, \d+ runs after a kill, 0 wrong/);
    expect(code).toBe(0);
  },
  LIMIT,
);

/** One crash, or at night eight over all boundaries. */
function chosen(at: number): string[] {
  return IS_LONG ? ['--sample', '8'] : ['--at', String(at)];
}

it.each([
  ['of a picture that is made at once', '--now', 40],
  ['of a machine beside another one with a shared store', '--shared', 270],
])(
  'survives a crash %s',
  async (_what, kind, at) => {
    const { code, output } = await run('sweep.mjs', kind, ...chosen(at));
    expect(output).toMatch(/[1-9]\d* cases, [1-9]\d* kills, \d+ runs after a kill, 0 wrong/);
    expect(code).toBe(0);
  },
  LIMIT,
);

it(
  'lets an author win at points of a run',
  async () => {
    const { code, output } = await run('sweep.mjs', '--author', ...chosen(170));
    expect(output).toMatch(/[1-9]\d* points at which an author acted, 0 wrong/);
    expect(code).toBe(0);
  },
  LIMIT,
);

it(
  `bills each picture once in ${String(STORES)} rounds of machines whose shared store has a bad moment`,
  async () => {
    const { code, output } = await run('sweep.mjs', '--store', '--runs', String(STORES), '--seed', '12');
    expect(output).toContain(`${String(STORES)} rounds, 0 wrong.`);
    expect(code).toBe(0);
  },
  LIMIT,
);

it(
  `survives ${String(FAULTS)} of the faults of the sweep, chosen by seed 20261122`,
  async () => {
    const { code, output } = await run(
      'sweep.mjs',
      '--faults',
      '--runs',
      String(FAULTS),
      '--seed',
      '20261122',
    );
    expect(output).toMatch(new RegExp(`${String(FAULTS)} runs .*; 0 wrong`));
    expect(code).toBe(0);
  },
  LIMIT,
);

it(
  'collects a result file of 100 MB within 300 MB of memory',
  async () => {
    const { code, output } = await run('large-results.mjs', '--gigabytes', '0.1', '--limit-mb', '300');
    expect(output).toMatch(/13 pictures collected/);
    expect(code).toBe(0);
  },
  LIMIT,
);
