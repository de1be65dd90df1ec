import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { findMarker, withoutMarkers } from '../src/answer/markers.js';
import type { ItemFault } from '../src/index.js';
import {
  createJob,
  IMAGE_MODEL,
  makeWorld,
  pictureLine,
  picturesOf,
  resultText,
  runBatch,
  TEXT_MODEL,
  textLine,
  type Result,
  type World,
} from './support/world.js';

const LINES = [pictureLine('hero'), pictureLine('villain'), pictureLine('place')];

/** A batch of three in which `fault` strikes the hero alone. */
async function withFault(
  fault: ItemFault,
  world?: World,
): Promise<{ world: World; hero: Result[]; others: Result[] }> {
  const used = world ?? (await makeWorld());
  used.emulator.faults.arm({ fault, match: { key: 'hero' } });
  const all = await runBatch(used, LINES);
  return {
    world: used,
    hero: all.filter(({ key }) => key === 'hero'),
    others: all.filter(({ key }) => key !== 'hero'),
  };
}

const candidate = (result: Result | undefined) => result?.response?.candidates?.[0];

describe('a refusal arrives as an answer, not as an error', () => {
  it.each([
    ['IMAGE_SAFETY', 'null-parts', { parts: null }],
    ['IMAGE_PROHIBITED_CONTENT', 'role-only', { role: 'model' }],
    ['IMAGE_OTHER', 'empty-content', {}],
    ['RECITATION', 'no-content', undefined],
    ['NO_IMAGE', 'empty-content', {}],
  ] as const)('%s, its content %s', async (finishReason, shape, content) => {
    const { world, hero, others } = await withFault({ kind: 'refuse', finishReason, shape });
    expect(hero).toHaveLength(1);
    expect(candidate(hero[0])).toMatchObject({ finishReason });
    expect(candidate(hero[0])?.finishMessage).toMatch(/^Unable to show/);
    expect(candidate(hero[0])?.content).toEqual(content);
    expect(others.every((other) => picturesOf(other).length === 1)).toBe(true);
    const billed = world.emulator.ledger.billed().find(({ key }) => key === 'hero');
    expect(billed).toMatchObject({ kind: 'refusal', images: 0 });
  });

  it('with a message of the test, which the SDK drops from a direct call', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({
      fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY', finishMessage: 'too sharp a blade' },
      match: { route: 'models.generateContent' },
    });
    const answer = await world.ai.models.generateContent({ model: IMAGE_MODEL, contents: 'a blade' });
    expect(answer.candidates?.[0]).toMatchObject({ finishReason: 'IMAGE_SAFETY' });
    expect(answer.candidates?.[0]?.finishMessage).toBeUndefined();
  });

  it('as a blocked prompt: no candidate at all', async () => {
    const { hero } = await withFault({ kind: 'prompt-blocked', blockReason: 'BLOCKLIST' });
    expect(hero[0]?.response?.candidates).toBeUndefined();
    expect(hero[0]?.response?.promptFeedback).toEqual({ blockReason: 'BLOCKLIST' });
  });

  it('as MAX_TOKENS with nothing said', async () => {
    const { hero } = await withFault({ kind: 'max-tokens' });
    expect(candidate(hero[0])).toMatchObject({ finishReason: 'MAX_TOKENS', content: { role: 'model' } });
    expect(candidate(hero[0])?.content?.parts).toBeUndefined();
  });
});

describe('an item goes wrong by itself', () => {
  it('with code 13 and its message', async () => {
    const { world, hero } = await withFault({ kind: 'item-error', code: 13 });
    expect(hero[0]?.error).toMatchObject({
      code: 13,
      message: expect.stringMatching(/^An internal error/) as string,
    });
    expect(world.emulator.ledger.billed().map(({ key }) => key)).not.toContain('hero');
  });

  it('with a code and no message', async () => {
    const { hero } = await withFault({ kind: 'item-error', code: 8, message: null });
    expect(hero[0]?.error).toEqual({ code: 8 });
  });

  it('as an HTTP error where it was no batch', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({
      fault: { kind: 'item-error', code: 14 },
      match: { route: 'models.generateContent' },
    });
    await expect(world.ai.models.generateContent({ model: TEXT_MODEL, contents: 'x' })).rejects.toMatchObject(
      {
        status: 503,
      },
    );
  });

  it('with drafts before the final picture, every one of them billed', async () => {
    const { world, hero } = await withFault({ kind: 'drafts', count: 2 });
    const pictures = picturesOf(hero[0]);
    expect(pictures.map(({ draft }) => draft)).toEqual([true, true, false]);
    expect(new Set(pictures.map(({ bytes }) => bytes.toString('base64'))).size).toBe(3);
    const [plain] = picturesOf((await runBatch(await makeWorld(), LINES)).find(({ key }) => key === 'hero'));
    expect(pictures[2]?.bytes.equals(plain?.bytes ?? Buffer.alloc(0))).toBe(true);
    const billed = world.emulator.ledger.billed().find(({ key }) => key === 'hero');
    expect(billed?.images).toBe(3);
    expect(billed?.outputTokens).toBeGreaterThan(3 * 1120);
  });

  it('with words where a picture was asked', async () => {
    const { hero } = await withFault({ kind: 'text-only' });
    expect(picturesOf(hero[0])).toEqual([]);
    expect(candidate(hero[0])).toMatchObject({ finishReason: 'STOP', content: { parts: [{ text: /./ }] } });
  });

  it('with a picture of another shape than asked', async () => {
    const { hero } = await withFault({ kind: 'wrong-aspect', aspectRatio: '9:16' });
    expect(await sharp(picturesOf(hero[0])[0]?.bytes).metadata()).toMatchObject({ width: 768, height: 1376 });
  });

  it.each(['not-json', 'wrong-shape', 'loop'] as const)(
    'with an answer that breaks its schema: %s',
    async (style) => {
      const world = await makeWorld();
      world.emulator.faults.arm({ fault: { kind: 'schema-garbage', style }, match: { key: 'a' } });
      const responseJsonSchema = {
        type: 'object',
        properties: { mood: { type: 'string' } },
        required: ['mood'],
      };
      const [result] = await runBatch(
        world,
        [textLine('a', 'describe', { responseMimeType: 'application/json', responseJsonSchema })],
        { model: TEXT_MODEL },
      );
      const text = candidate(result)?.content?.parts?.[0]?.text ?? '';
      let value: object;
      try {
        value = JSON.parse(text) as object;
      } catch {
        value = {};
      }
      expect(value).not.toHaveProperty('mood');
      expect(text.length > 1000).toBe(style === 'loop');
    },
  );
});

describe('result lines go wrong', () => {
  it('by being missing', async () => {
    const { world, hero, others } = await withFault({ kind: 'line-missing' });
    expect(hero).toEqual([]);
    expect(others).toHaveLength(2);
    expect(world.emulator.ledger.billed()).toHaveLength(3);
  });

  it('in a batch alone: a call that has no lines does not use the fault up', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'line-missing' } });
    await world.ai.models.generateContent({ model: TEXT_MODEL, contents: 'hello' });
    expect(await runBatch(world, LINES)).toHaveLength(2);
  });

  it('by being there twice', async () => {
    const { hero, others } = await withFault({ kind: 'line-doubled' });
    expect(hero).toHaveLength(2);
    expect(others).toHaveLength(2);
  });

  it('by a key that nobody sent', async () => {
    const { hero, others } = await withFault({ kind: 'line-unknown-key' });
    expect(hero).toHaveLength(1);
    expect(others.map(({ key }) => key).sort()).toEqual(['hero-nobody-asked', 'place', 'villain']);
  });

  it('by being cut short in the middle of the file', async () => {
    const world = await makeWorld();
    world.emulator.faults.arm({ fault: { kind: 'line-garbled' }, match: { key: 'hero' } });
    const { name } = await createJob(world, LINES);
    const lines = (await resultText(world, name)).trim().split('\n');
    const broken = lines.filter((line) => {
      try {
        JSON.parse(line);
        return false;
      } catch {
        return true;
      }
    });
    expect(lines).toHaveLength(3);
    expect(broken).toHaveLength(1);
  });
});

describe('a marker in the prompt does what a rule would', () => {
  it.each([
    ['[[refuse:IMAGE_RECITATION]]', (result: Result) => candidate(result)?.finishReason, 'IMAGE_RECITATION'],
    ['[[block:OTHER]]', (result: Result) => result.response?.promptFeedback?.blockReason, 'OTHER'],
    ['[[error:13]]', (result: Result) => result.error?.code, 13],
    ['[[drafts:1]]', (result: Result) => picturesOf(result).length, 2],
    ['[[text-only]]', (result: Result) => picturesOf(result).length, 0],
    ['[[max-tokens]]', (result: Result) => candidate(result)?.finishReason, 'MAX_TOKENS'],
  ] as const)('%s', async (marker, read, expected) => {
    const [result] = await runBatch(await makeWorld(), [pictureLine('a', `a cat ${marker} at noon`)]);
    expect(result && read(result)).toBe(expected);
  });

  it('[[missing]] and [[doubled]]', async () => {
    const found = await runBatch(await makeWorld(), [
      pictureLine('a', 'x [[missing]]'),
      pictureLine('b', 'y [[doubled]]'),
    ]);
    expect(found.map(({ key }) => key)).toEqual(['b', 'b']);
  });

  it('[[…:once]] the first time only, also after a restart on the same state', async () => {
    const first = await makeWorld();
    const stateDir = `${first.folder}/state`;
    const lines = [pictureLine('a', 'a cat [[error:13:once]]')];
    const world = await makeWorld({ stateDir });
    expect((await runBatch(world, lines))[0]?.error?.code).toBe(13);
    await world.emulator.close();
    const again = await makeWorld({ stateDir, seed: 8 });
    expect(picturesOf((await runBatch(again, lines))[0])).toHaveLength(1);
  });

  it.each(['[[drafts:many]]', '[[drafts:1000000]]', '[[drafts:0]]', '[[error:x]]'])(
    '%s is no marker, and does not spoil the answer',
    (text) => {
      expect(findMarker(text)).toBeUndefined();
    },
  );

  it('is no part of the text that the picture shows, and other brackets are left alone', () => {
    expect(withoutMarkers('a [[strange]] sign [[refuse:NO_IMAGE:once]] [[x]]')).toBe(
      'a [[strange]] sign  [[x]]',
    );
    expect(findMarker('a [[strange]] sign [[missing]]')).toEqual({
      fault: { kind: 'line-missing' },
      once: false,
    });
    expect(findMarker('a [[strange]] sign')).toBeUndefined();
  });
});
