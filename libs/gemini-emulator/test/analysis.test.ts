import { Ajv } from 'ajv';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeFacts } from '../src/answer/facts.js';
import { measurePicture } from '../src/answer/measure.js';
import { answerSchema } from '../src/answer/schema.js';
import { seededRandom } from '../src/random.js';
import type { JsonObject } from '../src/wire/json.js';
import { makeWorld, runBatch, TEXT_MODEL, textLine } from './support/world.js';

const picture = (width: number, height: number, background: string): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

/** Asks about a picture with a schema and hands back the parsed answer. */
async function ask(bytes: Buffer, text: string, config: object): Promise<unknown> {
  const { ai } = await makeWorld();
  const answer = await ai.models.generateContent({
    model: TEXT_MODEL,
    contents: [
      {
        role: 'user',
        parts: [{ inlineData: { mimeType: 'image/png', data: bytes.toString('base64') } }, { text }],
      },
    ],
    config: { responseMimeType: 'application/json', ...config },
  });
  return JSON.parse(answer.text ?? '');
}

const TRAITS = {
  type: 'object',
  properties: {
    width: { type: 'integer' },
    height: { type: 'integer' },
    brightness: { type: 'string', enum: ['dark', 'medium', 'bright'] },
    orientation: { type: 'string', enum: ['portrait', 'landscape', 'square'] },
    palette: {
      type: 'array',
      items: { type: 'string', pattern: '^#[0-9a-f]{6}$' },
      minItems: 1,
      maxItems: 5,
    },
    caption: { type: 'string', maxLength: 200 },
    nonce: { type: 'string' },
  },
  required: ['width', 'height', 'brightness', 'orientation', 'palette', 'caption', 'nonce'],
};

/** The same in the OpenAPI dialect of `responseSchema`. */
const OPEN_API = JSON.parse(
  JSON.stringify(TRAITS, (key, value: unknown) =>
    key === 'type' && typeof value === 'string' ? value.toUpperCase() : value,
  ),
) as object;

describe('an answer about a picture', () => {
  it.each([
    ['responseJsonSchema', TRAITS],
    ['responseSchema', OPEN_API],
  ])('obeys %s and is true of the pixels', async (field, schema) => {
    const dark = await ask(await picture(300, 100, '#102008'), 'Describe it. nonce: Zx-81', {
      [field]: schema,
    });
    expect(dark).toMatchObject({
      width: 300,
      height: 100,
      brightness: 'dark',
      orientation: 'landscape',
      palette: ['#102008'],
      nonce: 'Zx-81',
    });
    const bright = await ask(await picture(90, 200, '#f0f4ff'), 'Describe it. nonce: 2', { [field]: schema });
    expect(bright).toMatchObject({ width: 90, brightness: 'bright', orientation: 'portrait', nonce: '2' });
    expect(new Ajv().validate(TRAITS, bright)).toBe(true);
  });

  it('differs for another picture, and is the same for the same one', async () => {
    const schema = { responseSchema: { type: 'OBJECT', properties: { description: { type: 'STRING' } } } };
    const red = await ask(await picture(50, 50, '#d02020'), 'What is it?', schema);
    const blue = await ask(await picture(50, 50, '#2040d0'), 'What is it?', schema);
    expect(red).not.toEqual(blue);
    expect(await ask(await picture(50, 50, '#d02020'), 'What is it?', schema)).toEqual(red);
    expect(JSON.stringify(red)).toMatch(/mostly red/);
    expect(JSON.stringify(blue)).toMatch(/mostly blue/);
  });

  it('is an error of the item when the picture cannot be read', async () => {
    const world = await makeWorld();
    const bad = textLine('bad', 'what is it?');
    const request = {
      contents: [
        { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'bm8gcGljdHVyZQ==' } }] },
      ],
    };
    const [result] = await runBatch(world, [{ ...bad, request }], { model: TEXT_MODEL });
    expect(result?.error).toMatchObject({
      code: 3,
      message: expect.stringMatching(/^Unable to process input image/) as string,
    });
  });

  it('measures size, colours and brightness as they are', async () => {
    const halves = await sharp({ create: { width: 100, height: 60, channels: 3, background: '#ffffff' } })
      .composite([{ input: await picture(30, 60, '#000000'), left: 0, top: 0 }])
      .jpeg({ quality: 100 })
      .toBuffer();
    const measured = await measurePicture(halves);
    expect(measured).toMatchObject({ width: 100, height: 60, format: 'jpeg' });
    expect(measured.colours.slice(0, 2)).toEqual(['#ffffff', '#000000']);
    expect(measured.brightness).toBeGreaterThan(170);
    expect(measured.brightness).toBeLessThan(185);
  });
});

describe('any schema', () => {
  const ajv = new Ajv({ strict: false });
  const facts = makeFacts('a prompt', 'a subject', []);

  const leaf: fc.Arbitrary<JsonObject> = fc.oneof(
    fc.constant({ type: 'string' }),
    fc.record({
      type: fc.constant('string'),
      minLength: fc.nat(30),
      maxLength: fc.integer({ min: 30, max: 90 }),
    }),
    fc.record({
      type: fc.constant('string'),
      enum: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      type: fc.constant('integer'),
      minimum: fc.integer({ min: -50, max: 0 }),
      maximum: fc.integer({ min: 1, max: 50 }),
    }),
    fc.record({ type: fc.constant('number'), minimum: fc.constant(0), maximum: fc.constant(1) }),
    fc.constant({ type: 'boolean' }),
    fc.constant({ type: ['string', 'null'] }),
    fc.constant({ const: 'fixed' }),
  );
  const name = fc.constantFrom(
    'width',
    'colour',
    'description',
    'mood',
    'score',
    'nonce',
    'brightness',
    'odd_one',
  );
  const { schema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({
        type: fc.constant('array'),
        items: tie('schema'),
        minItems: fc.nat(3),
        maxItems: fc.integer({ min: 3, max: 5 }),
      }),
      fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
      fc.dictionary(name, tie('schema'), { maxKeys: 5 }).map((properties) => ({
        type: 'object',
        properties,
        required: Object.keys(properties),
        additionalProperties: false,
      })),
    ),
  }));

  it('is obeyed, as another validator sees it', () => {
    fc.assert(
      fc.property(schema, fc.integer(), (one, seed) => {
        const value = answerSchema(one, facts, seededRandom(seed));
        expect(ajv.validate(one, value), JSON.stringify({ one, value, errors: ajv.errors })).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('may refer to its own definitions, and even contain itself', () => {
    const recursive: JsonObject = {
      $defs: {
        node: {
          type: 'object',
          properties: {
            label: { type: 'string' },
            children: { type: 'array', items: { $ref: '#/$defs/node' } },
          },
          required: ['label'],
        },
      },
      type: 'object',
      properties: { tree: { $ref: '#/$defs/node' } },
      required: ['tree'],
    };
    const value = answerSchema(recursive, facts, seededRandom(1));
    expect(ajv.validate(recursive, value)).toBe(true);
    expect(JSON.stringify(value).length).toBeLessThan(100_000);
  });

  it.each([
    ['a reference that is none', { $ref: '#/%' }, 'cannot be read'],
    ['a reference to itself', { $ref: '#/a', a: { $ref: '#/a' } }, 'leads to itself'],
    ['an alternative that is itself', { anyOf: [{ $ref: '#' }] }, 'too many states'],
    ['a list without end', { type: 'array', minItems: 1e9, items: { type: 'string' } }, 'too many states'],
    ['a text without end', { type: 'string', minLength: 1e9 }, 'too many states'],
  ])('is refused for %s, the item alone, and its job ends', async (_, responseJsonSchema, reason) => {
    const config = { responseMimeType: 'application/json', responseJsonSchema };
    const found = await runBatch(await makeWorld(), [textLine('bad', 'x', config), textLine('good')], {
      model: TEXT_MODEL,
    });
    const bad = found.find(({ key }) => key === 'bad');
    expect(bad?.error?.code).toBe(3);
    expect(bad?.error?.message).toContain(reason);
    expect(found.find(({ key }) => key === 'good')?.response).toBeDefined();
  });

  it('may contain itself in many places: what is not required is left out when it becomes too much', () => {
    const names = Array.from({ length: 20 }, (_, i) => `p${String(i)}`);
    const bushy: JsonObject = {
      type: 'object',
      properties: Object.fromEntries(names.map((one) => [one, { $ref: '#' }])),
    };
    const value = answerSchema(bushy, facts, seededRandom(1));
    expect(ajv.validate(bushy, value)).toBe(true);
    expect(JSON.stringify(value).length).toBeLessThan(1_000_000);
  });

  it('may give the order of its properties', () => {
    const ordered: JsonObject = {
      type: 'OBJECT',
      properties: { a: { type: 'STRING' }, b: { type: 'STRING' }, c: { type: 'STRING' } },
      propertyOrdering: ['c', 'a', 'b'],
    };
    expect(Object.keys(answerSchema(ordered, facts, seededRandom(1)) as object)).toEqual(['c', 'a', 'b']);
  });

  it('is obeyed in the shape of the recorded call, date, lengths, unions and all', () => {
    const recorded: JsonObject = {
      type: 'object',
      additionalProperties: false,
      properties: {
        when: { type: 'string', format: 'date-time' },
        short: { type: 'string', minLength: 1, maxLength: 10 },
        bounded: { type: 'number', minimum: 1, maximum: 10 },
        either: { type: ['string', 'number'] },
        maybe: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] },
        inner: {
          type: 'object',
          properties: { n: { type: 'number' } },
          required: ['n'],
          additionalProperties: false,
        },
      },
      required: ['when', 'short', 'bounded', 'either', 'maybe', 'inner'],
    };
    const value = answerSchema(recorded, facts, seededRandom(3)) as { when: string };
    expect(new Ajv({ strict: false, formats: { 'date-time': true } }).validate(recorded, value)).toBe(true);
    expect(Number.isNaN(Date.parse(value.when))).toBe(false);
  });
});
