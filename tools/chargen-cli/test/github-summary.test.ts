import { NO_COST, type RunReport, type SceneOutcome } from 'chargen-core';
import { expect, it } from 'vitest';
import { githubSummary } from '../src/run/github-summary.js';

const PORTRAIT: SceneOutcome = {
  scene: 'character/ione/portrait',
  title: 'Portrait',
  key: undefined,
  picture: 'content/characters/ione/images/portrait.png',
  outcome: { kind: 'analyzed', costUsd: 0.0005, warnings: [] },
  canon: { matches: false, confidence: 0.9, contradictions: ['the scarf is blue', 'no braids'] },
};

it('the summary of an analysis counts what was analyzed, and names what is unlike its canon', () => {
  const totals: RunReport['totals'] = {
    done: 0,
    generated: 0,
    analyzed: 1,
    reused: 0,
    refused: 0,
    unusable: 0,
    failed: 0,
    pending: 0,
    waits: 0,
    locked: 0,
  };
  const text = githubSummary({
    v: 1,
    target: 'analyze',
    mode: 'real',
    runId: undefined,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1000,
    totals,
    entities: [
      {
        root: 'content/characters/ione',
        file: 'content/characters/ione/imagery.yaml',
        id: 'character/ione',
        scenes: [PORTRAIT],
        diagnostics: [],
        verdict: 'done',
      },
    ],
    estimate: NO_COST,
    costUsd: 0.0005,
    stop: undefined,
    stopMessage: undefined,
  });
  expect(text).toMatch(/^\| analyzed \| reused .*\n.*\n\| 1 \| 0 /m);
  expect(text).toContain('| character/ione/portrait | the scarf is blue; no braids |');
});
