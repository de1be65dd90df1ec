import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  FileDigests,
  findImageryFiles,
  FoundPictures,
  Planner,
  REAL_PLACES,
  ResultStore,
  type CanonicalRequest,
} from '../src/index.js';
import { canonicalRequestSchema, contentKey } from '../src/recipe/canonical-request.js';
import fc from 'fast-check';
import { canonicalize } from 'json-canonicalize';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../../test/support/workspace.js';

const REQUEST: CanonicalRequest = {
  v: 1,
  model: 'gemini-3-pro-image',
  take: 1,
  request: {
    contents: [
      {
        role: 'user',
        parts: [
          { file: { sha256: 'ab'.repeat(32), mimeType: 'image/png' } },
          { text: 'A quay — „fog", a 🦊 and a \u2028 line.' },
        ],
      },
    ],
    generationConfig: {
      responseModalities: ['IMAGE'],
      imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
      temperature: 0.7,
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
  },
};

/** RFC 8785 by another library than the engine's, and sha256: all that a stranger needs. */
function independentKey(request: unknown): string {
  return createHash('sha256').update(canonicalize(request)).digest('hex');
}

/** The same data with the members of each object in another order. */
function reordered(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => reordered(one, turn));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, reordered(one, turn)] as const);
  return Object.fromEntries(
    turn % 2 === 0 ? entries.reverse() : entries.sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe('the content key', () => {
  it('can be computed again from the canonical request by anybody with an RFC 8785 library', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text)),
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (text, temperature, take) => {
          const request: CanonicalRequest = {
            ...REQUEST,
            take,
            request: {
              ...REQUEST.request,
              contents: [{ role: 'user', parts: [{ text }] }],
              generationConfig: { ...REQUEST.request.generationConfig, temperature },
            },
          };
          expect(contentKey(request)).toBe(independentKey(request));
        },
      ),
    );
  });

  it('does not depend on the order of members', () => {
    for (const turn of [0, 1])
      expect(contentKey(reordered(REQUEST, turn) as CanonicalRequest)).toBe(contentKey(REQUEST));
  });

  it('changes with everything that can change the answer', () => {
    const { request } = REQUEST;
    const config = request.generationConfig;
    const changes: CanonicalRequest[] = [
      { ...REQUEST, model: 'gemini-nano-banana-2.1' },
      { ...REQUEST, take: 2 },
      {
        ...REQUEST,
        request: { ...request, contents: [{ role: 'user', parts: [{ text: 'Another quay.' }] }] },
      },
      {
        ...REQUEST,
        request: {
          ...request,
          contents: [{ role: 'user', parts: [{ file: { sha256: 'cd'.repeat(32), mimeType: 'image/png' } }] }],
        },
      },
      {
        ...REQUEST,
        request: { ...request, generationConfig: { ...config, imageConfig: { aspectRatio: '1:1' } } },
      },
      { ...REQUEST, request: { ...request, generationConfig: { ...config, temperature: 0.8 } } },
      { ...REQUEST, request: { ...request, safetySettings: [] } },
    ];
    const keys = new Set([REQUEST, ...changes].map(contentKey));
    expect(keys.size).toBe(changes.length + 1);
  });
});

describe('the keys of the sample world', () => {
  it('are the golden ones: a change here makes every picture of every user pending', async () => {
    const files = await findImageryFiles(REPOSITORY, 'content');
    const world = new ContentReader(REPOSITORY).load(files, 'content/style.yaml');
    const digests = await FileDigests.open(REPOSITORY);
    const store = new ResultStore(join(REPOSITORY, 'no-such-folder'));
    const found = new FoundPictures(world, REAL_PLACES, digests);
    const planner = new Planner({
      world,
      settings: DEFAULT_SETTINGS,
      places: REAL_PLACES,
      store,
      digests,
      found,
    });
    const keys: Record<string, string> = {};
    for (const { entity } of world.entities) {
      for (const scene of entity?.scenes ?? []) {
        if (entity === undefined) continue;
        const planned = await planner.plan(entity, scene);
        if (planned.key === undefined) continue;
        keys[planned.name] = planned.key;
        // What is hashed is what a recipe can hold.
        expect(canonicalRequestSchema.parse(planned.request)).toEqual(planned.request);
      }
    }
    const golden: unknown = JSON.parse(readFileSync(new URL('golden-keys.json', import.meta.url), 'utf8'));
    expect(keys).toEqual(golden);
  });
});
