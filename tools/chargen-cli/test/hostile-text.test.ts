import { describe, expect, it } from 'vitest';
import { NO_COST, type RunReport } from 'chargen-core';
import { githubSummary } from '../src/run/github-summary.js';
import { chargen } from './support/run.js';
import { folderWith } from './support/world.js';

/** What must never reach a terminal: all controls but line feed and tab, and what turns the direction of writing. */
const ACTIVE = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const COMMAND = /^\s*::|##\[/m;

const FOLDER = 'mara\u001b[2J\n::error::x';
const WORLD = {
  [`characters/${FOLDER}/imagery.yaml`]: `entity_type: character
name: "Mara \\e]0;owned\\a"
scenes:
  - id: one
    title: "One \\u202e \\e[31m"
    prompt: "A pier.\\n::set-output name=a::b\\n##[error]x \\x9b2J"
    references:
      - character: "nobody\\e[8m"
`,
} as const;

describe('text of authors in a terminal and in a log', { timeout: 60_000 }, () => {
  it.each([[['check']], [['plan', '--json']]])('is shown and does nothing: chargen %s', async (args) => {
    const root = await folderWith(WORLD);
    const { stdout, stderr } = await chargen(args, { cwd: root, env: { FORCE_COLOR: '0' } });
    expect(stdout + stderr).not.toMatch(ACTIVE);
    expect(stdout + stderr).not.toMatch(COMMAND);
    if (args.includes('--json')) expect(JSON.stringify(JSON.parse(stdout))).toContain('\\u001b');
  });

  it('keeps the colours that chargen itself gives', async () => {
    const root = await folderWith(WORLD);
    const { stdout } = await chargen(['plan'], { cwd: root, env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[1m');
    expect(stdout.replace(/\u001b\[\d+m/g, '')).not.toMatch(ACTIVE);
    expect(stdout).not.toContain('\u001b[8m');
    expect(stdout).not.toContain('\u001b[31m ');
  });
});

it('a step summary shows folder names and messages of the service as text', () => {
  const hostile = '| <b>x</b> [y](https://z) `q` \u001b[31m\n::error::w';
  const report: RunReport = {
    v: 1,
    target: 'generate',
    mode: 'real',
    runId: undefined,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1000,
    totals: {
      done: 0,
      generated: 0,
      analyzed: 0,
      reused: 0,
      refused: 0,
      unusable: 0,
      failed: 1,
      pending: 0,
      waits: 0,
      locked: 0,
    },
    entities: [
      {
        root: 'characters/x',
        file: 'characters/x/imagery.yaml',
        id: 'character/x',
        scenes: [
          {
            scene: `character/${hostile}/one`,
            title: 'One',
            key: undefined,
            picture: undefined,
            outcome: { kind: 'failed', class: 'transient', message: hostile, advice: hostile },
          },
        ],
        diagnostics: [],
        verdict: 'failed',
      },
    ],
    estimate: NO_COST,
    costUsd: 0,
    stop: undefined,
    stopMessage: hostile,
  };
  const text = githubSummary(report);
  expect(text).not.toMatch(ACTIVE);
  expect(text).not.toMatch(/<b>|\]\(|`|^::/m);
});
