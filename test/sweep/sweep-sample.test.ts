import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cases } from '../support/long.js';

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
const CRASHES = cases(5, 40);
const OF_A_KIND = cases(1, 8);
const FAULTS = cases(6, 60);
const STORES = cases(3, 60);

it(
  `survives ${String(CRASHES)} of the crashes of the sweep, chosen by seed 20261122: two kills, a lost state, a restarted service and a full disk among them`,
  async () => {
    const { code, output } = await run('sweep.mjs', '--sample', String(CRASHES), '--seed', '20261122');
    expect(output).toMatch(
      new RegExp(`${String(CRASHES)} cases, \\d+ kills, \\d+ runs after a kill, 0 wrong`),
    );
    expect(code).toBe(0);
  },
  LIMIT,
);

it.each([
  ['of a picture that is made at once', '--now', 40],
  ['of a machine beside another one with a shared store', '--shared', 270],
])(
  `survives ${String(OF_A_KIND)} of the crashes %s`,
  async (_what, kind, middle) => {
    const chosen = ['--sample', String(OF_A_KIND), '--from', String(cases(middle, 1))];
    const { code, output } = await run('sweep.mjs', kind, ...chosen);
    expect(output).toMatch(/[1-9]\d* cases, [1-9]\d* kills, \d+ runs after a kill, 0 wrong/);
    expect(code).toBe(0);
  },
  LIMIT,
);

it(
  'lets an author win at points of a run',
  async () => {
    const chosen = ['--sample', String(OF_A_KIND), '--from', String(cases(170, 1))];
    const { code, output } = await run('sweep.mjs', '--author', ...chosen);
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
