import { describe, expect, it } from 'vitest';
import {
  BATCH_PRICE_FACTOR,
  CATALOGUE,
  describedModelSchema,
  describeSuccessors,
  judgeModel,
  modelFacts,
  pictureUsd,
  pricesAt,
  type DescribedModel,
  type ModelTerms,
} from '../src/catalogue/index.js';
import { ENDED_MODELS } from '../src/catalogue/retired-models.js';
import { actualCost, estimateCost, FULL_PRICE } from '../src/plan/index.js';
import type { CanonicalRequest } from '../src/recipe/index.js';

function terms(day: string, more: Partial<ModelTerms> = {}): ModelTerms {
  return { models: {}, allowRetired: false, at: Date.parse(day), ...more };
}

/** A request of 1000 tokens of text. */
function request(model: string, imageSize?: string): CanonicalRequest {
  return {
    v: 1,
    model,
    take: 1,
    request: {
      contents: [{ role: 'user', parts: [{ text: 'x'.repeat(4000) }] }],
      generationConfig:
        imageSize === undefined
          ? { responseMimeType: 'application/json' }
          : { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '1:1', imageSize } },
    },
  };
}

describe('prices have dates', () => {
  const model = 'gemini-3.8-flash';
  const usd = (input: number, output: number): number => (1000 * input + 800 * output) / 1_000_000;

  it.each([
    ['2026-11-28', usd(0.75, 3.75)],
    ['2026-12-31', usd(0.75, 3.75)],
    ['2027-01-01', usd(1.5, 7.5)],
    ['2027-06-01', usd(1.5, 7.5)],
  ])('estimates a request of %s at the price of that day', (day, full) => {
    expect(estimateCost(request(model), terms(day), FULL_PRICE).expected).toBeCloseTo(full, 9);
    expect(estimateCost(request(model), terms(day)).expected).toBeCloseTo(full / 2, 9);
  });

  it('lets the high estimate of a batch hold the price that it may be billed at two days later', () => {
    const early = estimateCost(request(model), terms('2026-12-29T23:00:00Z'));
    const late = estimateCost(request(model), terms('2026-12-30T01:00:00Z'));
    const after = estimateCost(request(model), terms('2027-01-01'));
    expect(late.expected).toBe(early.expected);
    expect(late.low).toBe(early.low);
    expect(early.high).toBeLessThan(after.high);
    expect(late.high).toBe(after.high);
    // What is asked for at once is billed at once.
    const now = estimateCost(request(model), terms('2026-12-31'), FULL_PRICE);
    expect(now.high).toBeLessThan(after.high * 2);
  });

  it('prices an answer by the day on which Google gave it', () => {
    const usage = { promptTokens: 4000, candidateTokens: 2400, thoughtTokens: 800, totalTokens: 7200 };
    const cost = (day: string): number | null =>
      actualCost({ model, usage, pictures: 0, imageSize: '1K' }, { models: {}, at: Date.parse(day) });
    expect(cost('2026-12-31T23:59:59Z')).toBeCloseTo(usd(0.75, 3.75) * 2, 6);
    expect(cost('2027-01-01T00:00:00Z')).toBeCloseTo(usd(1.5, 7.5) * 2, 6);
  });
});

describe('a picture is estimated with its thoughts', () => {
  it('counts about 900 of them for gemini-nano-banana-2.1', () => {
    const { expected } = estimateCost(request('gemini-nano-banana-2.1', '1K'), terms('2026-11-28'));
    expect(expected).toBeCloseTo((0.0336 + 0.00675 + 0.0015) / 2, 5);
  });

  it.each([
    ['gemini-3-pro-image', '1K', 0.1344, 0.0672],
    ['gemini-3-pro-image', '4K', 0.24, 0.12],
    ['gemini-3.1-flash-lite-image', '1K', 0.0336, 0.0168],
    ['gemini-nano-banana-2.1', '4K', 0.1134, 0.0567],
  ] as const)('has the published price of a picture by %s at %s', (id, size, full, batch) => {
    const model = modelFacts(id);
    const prices = model === undefined ? undefined : pricesAt(model, Date.parse('2026-11-28'));
    if (model === undefined || prices === undefined) throw new Error('It is listed.');
    const usd = pictureUsd(model, prices, size) ?? 0;
    expect(usd).toBeCloseTo(full, 6);
    expect(usd * BATCH_PRICE_FACTOR).toBeCloseTo(batch, 6);
  });
});

describe('retirements have dates', () => {
  it('lets a model live until its day, and names what takes its place from then on', () => {
    expect(judgeModel('gemini-2.5-flash', terms('2026-11-30T23:59:59Z')).kind).toBe('living');
    expect(judgeModel('gemini-2.5-flash', terms('2026-12-01T00:00:00Z'))).toMatchObject({
      kind: 'retired',
      retirement: { on: '2026-12-01', successors: ['gemini-3.5-flash-lite', 'gemini-3.8-flash'] },
    });
  });

  it('names successors that make pictures of the size, and says whose batches are not known', () => {
    const now = terms('2026-11-28');
    const verdict = judgeModel('gemini-3.1-flash-image', now);
    if (verdict.kind !== 'retired') throw new Error('It is retired.');
    expect(describeSuccessors(verdict.retirement, now, '1K')).toMatch(/^"gemini-3.1-flash-lite-image" or/);
    expect(describeSuccessors(verdict.retirement, now, '4K')).toBe(
      '"gemini-nano-banana-2.1" (not known to take batches) or "gemini-3-pro-image"',
    );
  });

  it('lets those who know better ask for a retired model, at the price that is known', () => {
    const anyway = terms('2026-11-28', { allowRetired: true });
    expect(judgeModel('gemini-2.5-flash-image', anyway).kind).toBe('living');
    expect(estimateCost(request('gemini-2.5-flash-image', '1K'), anyway).expected).toBeCloseTo(
      (0.0387 + 0.0003) / 2,
      6,
    );
    expect(estimateCost(request('gemini-2.5-flash-image', '1K'), terms('2026-11-28')).unknown).toBe(1);
    expect(judgeModel('imagen-3.0-generate-002', anyway)).toEqual({
      kind: 'unlisted',
      id: 'imagen-3.0-generate-002',
    });
  });

  it('names only models that the catalogue knows as successors', () => {
    const known = new Set(CATALOGUE.map(({ id }) => id));
    for (const { retirement } of [...CATALOGUE, ...ENDED_MODELS]) {
      for (const id of retirement?.successors ?? []) expect(known).toContain(id);
    }
  });
});

describe('a model that the workspace describes', () => {
  const described: DescribedModel = {
    price: { input: 1, output: 10, pictures: { '1K': 0.05, '2K': 0.1 } },
    aspectRatios: ['1:1', '16:9'],
    imageSizes: ['1K', '2K'],
    references: 5,
    batch: false,
  };
  const models = { 'gemini-4-argon': described };

  it('has the price, shapes, sizes and references that it is given', () => {
    expect(modelFacts('gemini-4-argon', models)).toMatchObject({
      task: 'generate',
      aspectRatios: ['1:1', '16:9'],
      imageSizes: ['1K', '2K'],
      maxReferences: 5,
      batch: 'no',
    });
    const cost = estimateCost(request('gemini-4-argon', '2K'), terms('2026-11-28', { models }));
    expect(cost).toMatchObject({ unknown: 0 });
    expect(cost.expected).toBeCloseTo((0.1 + 0.001 + 0.003) / 2, 6);
    expect(cost.high).toBeGreaterThan(0.1);
  });

  it('has the price of its answers reckoned by its pictures', () => {
    const usage = { promptTokens: 1000, candidateTokens: 1500, thoughtTokens: 100, totalTokens: 2600 };
    const answer = { model: 'gemini-4-argon', usage, pictures: 1, imageSize: '1K' } as const;
    expect(actualCost(answer, { models, at: 0 })).toBeCloseTo((0.05 + 0.001 + 0.001) / 2, 6);
    expect(actualCost(answer, { models: {}, at: 0 })).toBeNull();
  });

  it('goes before what the catalogue says of it, and leaves the rest', () => {
    const price = { input: 4, output: 24, pictures: { '1K': 0.3 } };
    const facts = modelFacts('gemini-3-pro-image', { 'gemini-3-pro-image': { price } });
    expect(facts).toMatchObject({ maxReferences: 14, batch: 'yes', prices: [{ input: 4 }] });
  });

  it.each([
    [{ price: { input: -1, output: 1 } }],
    [{ aspectRatios: ['7:3'] }],
    [{ imageSizes: ['2k'] }],
    [{ cost: 1 }],
  ])('is refused as %j', (wrong) => {
    expect(describedModelSchema.safeParse(wrong).success).toBe(false);
  });
});

it('says of each fact where it was read, and when', () => {
  const sources = [...CATALOGUE, ...ENDED_MODELS].flatMap((model) => [
    ...('sources' in model ? Object.values(model.sources) : []),
    ...('prices' in model ? model.prices.map(({ source }) => source) : []),
    ...(model.retirement === undefined ? [] : [model.retirement.source]),
  ]);
  for (const { url, read } of sources) {
    expect(url).toMatch(/^https:\/\/(ai\.google\.dev|github\.com)\//);
    expect(read).toMatch(/^2026-\d\d-\d\d$/);
  }
});
