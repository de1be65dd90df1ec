import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

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
const LIMIT = 240_000;

it(
  'survives 5 of the crashes of the sweep, chosen by seed 20261122: two kills, a lost state, a restarted service and a full disk among them',
  async () => {
    const { code, output } = await run('sweep.mjs', '--sample', '5', '--seed', '20261122');
    expect(output).toMatch(/5 cases, \d+ kills, \d+ runs after a kill, 0 wrong/);
    expect(code).toBe(0);
  },
  LIMIT,
);

it.each([
  ['of a picture that is made at once', '--now'],
  ['of a machine beside another one with a shared store', '--shared'],
])(
  'survives two crashes %s',
  async (_what, kind) => {
    const { code, output } = await run('sweep.mjs', kind, '--sample', '2');
    expect(output).toMatch(/2 cases, 2 kills, \d+ runs after a kill, 0 wrong/);
    expect(code).toBe(0);
  },
  LIMIT,
);

it(
  'lets an author win at four points of a run',
  async () => {
    const { code, output } = await run('sweep.mjs', '--author', '--sample', '2');
    expect(output).toMatch(/\d points at which an author acted, 0 wrong/);
    expect(code).toBe(0);
  },
  LIMIT,
);

it(
  'survives 12 of the faults of the sweep, chosen by seed 20261122',
  async () => {
    const { code, output } = await run('sweep.mjs', '--faults', '--runs', '12', '--seed', '20261122');
    expect(output).toMatch(/12 runs .*; 0 wrong/);
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
