import { expect, it } from 'vitest';
import { metLimits, NO_COST, type LimitQuestion } from '../src/plan/index.js';

const MODEL = 'gemini-3-pro-image';

function question(usd: number, more: Partial<LimitQuestion> = {}): LimitQuestion {
  const cost = { ...NO_COST, low: usd, expected: usd, high: usd * 2 };
  return { settings: { tier: 'tier1' }, cost, paidThisMonth: 0, tokens: new Map([[MODEL, 1000]]), ...more };
}

it.each([
  ['nothing is near', question(9.5), []],
  ['a 500-picture job of tier 1', question(34), ['ten-minutes']],
  ['the same in tier 2', question(34, { settings: { tier: 'tier2' } }), []],
  ['what was paid before counts', question(5, { paidThisMonth: 246 }), ['month']],
  ['both', question(260), ['month', 'ten-minutes']],
  ['a long queue', question(5, { tokens: new Map([[MODEL, 2_500_000]]) }), ['queue']],
  ['the free tier', question(1, { settings: { tier: 'free' } }), ['no-batch']],
  ['nothing to ask for', question(0, { tokens: new Map() }), []],
] as const)('warns of the limits that a run is likely to meet: %s', (_, asked, kinds) => {
  expect(metLimits(asked).map(({ kind }) => kind)).toEqual(kinds);
});

it('says each in one sentence, with the limit, where and when it was read, and what to do', () => {
  const texts = metLimits(question(260, { tokens: new Map([[MODEL, 3_000_000]]) })).map(({ text }) => text);
  expect(texts).toHaveLength(3);
  for (const text of texts) {
    expect(text).toMatch(/https:\/\/ai\.google\.dev\/gemini-api\/docs\/[a-z-]+, read 2026-\d\d-\d\d\)/);
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toMatch(/\. [A-Z]/);
  }
  expect(texts[0]).toContain('about $260.00, more than the $250.00 of tier1 in a month');
  expect(texts[1]).toMatch(/\$10\.00 of tier1 in ten minutes .*whether batches count is not published/);
  expect(texts[2]).toContain('3,000,000 tokens for gemini-3-pro-image are more than the 2,000,000');
});
