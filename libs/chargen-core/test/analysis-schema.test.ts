import { describe, expect, it } from 'vitest';
import { answerSchema, defaultAnswerSchema } from '../src/analysis/answer-schema.js';
import { toGeminiSchema } from '../src/analysis/gemini-schema.js';
import { AnalysisWorld, FILES } from './support/analysis-world.js';

const OWN = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties: {
    heraldry: { type: 'string', description: 'Arms and badges, or "none".' },
    people: { type: 'integer', minimum: 0 },
  },
  required: ['heraldry'],
};

describe('the schema that is sent', () => {
  it('is in Gemini’s words, asks for the nonce first and for all fields', () => {
    const schema = defaultAnswerSchema();
    expect(schema['type']).toBe('OBJECT');
    const order = schema['propertyOrdering'];
    expect(Array.isArray(order) ? order[0] : undefined).toBe('nonce');
    expect(schema['required']).toEqual(order);
    expect(JSON.stringify(schema)).not.toMatch(/additionalProperties|\$schema|"type":"[a-z]/);
  });

  it('says of a workspace’s own schema what Gemini can understand', () => {
    expect(
      toGeminiSchema({
        type: 'object',
        properties: {
          kind: { const: 'portrait', type: 'string' },
          age: { type: ['integer', 'null'] },
          list: { type: 'array', items: { type: 'string', enum: ['a', 'b'] }, maxItems: 2 },
        },
        required: ['kind'],
      }),
    ).toEqual({
      kind: 'schema',
      schema: {
        type: 'OBJECT',
        properties: {
          kind: { type: 'STRING', enum: ['portrait'] },
          age: { type: 'INTEGER', nullable: true },
          list: { type: 'ARRAY', items: { type: 'STRING', enum: ['a', 'b'] }, maxItems: 2 },
        },
        required: ['kind'],
        propertyOrdering: ['kind', 'age', 'list'],
      },
    });
  });

  it.each([
    [{ type: 'object', properties: { a: { $ref: '#/$defs/a' } } }, /"a" must have one type/],
    [{ type: 'object', properties: { a: { type: 'string', pattern: '^x' } } }, /"a" uses "pattern"/],
    [{ type: 'object', properties: { a: { type: 'object' } } }, /"a" is an object without properties/],
    [{ type: 'object', properties: { a: { type: 'array' } } }, /"a\[\]" is not a schema/],
    [
      { type: 'object', properties: { a: { type: 'integer', enum: [1] } } },
      /enum with a value that is no text/,
    ],
    [{ type: 'array', items: { type: 'string' } }, /must be of type "object"/],
    ['text', /must be of type "object"/],
  ])('refuses what Gemini cannot say, and names the place (%#)', (schema, why) => {
    const outcome = answerSchema(schema, 'replace');
    expect(outcome.kind === 'refused' ? outcome.why : '').toMatch(why);
  });
});

describe('a workspace’s own schema', () => {
  const settings = { analysisSchema: 'content/analysis.schema.json' } as const;
  const files = { 'content/analysis.schema.json': JSON.stringify(OWN) };

  it('adds its fields to those that are always asked for', () =>
    AnalysisWorld.with(
      async (world) => {
        expect((await world.analyze({ settings })).outcomes).toEqual({
          'character/ada/portrait': 'analyzed',
        });
        const sidecar = await world.sidecar();
        const analysis = sidecar.kind === 'analyzed' ? sidecar.analysis : {};
        expect(analysis).toHaveProperty('heraldry');
        expect(analysis).toHaveProperty('traits');
        // It is part of the key: without it something else was asked.
        expect((await world.analyze()).outcomes).toEqual({ 'character/ada/portrait': 'analyzed' });
      },
      { files },
    ));

  it('stands in the place of the built-in one', () =>
    AnalysisWorld.with(
      async (world) => {
        await world.analyze({ settings: { ...settings, analysisSchemaMode: 'replace' } });
        const sidecar = await world.sidecar();
        expect(sidecar.kind === 'analyzed' ? Object.keys(sidecar.analysis) : []).toEqual([
          'heraldry',
          'people',
        ]);
        const text = await world.read(FILES.ada);
        expect(text).toContain('picture_analysis:');
        expect(text).not.toContain('title: "');
      },
      { files },
    ));

  it('that cannot be used stops before anything is asked, with its name', () =>
    AnalysisWorld.with(
      async (world, emulator) => {
        await expect(world.analyze({ settings })).rejects.toThrow(
          /content\/analysis\.schema\.json .*"x" uses "oneOf"/,
        );
        expect(emulator.ledger.requests()).toEqual([]);
      },
      {
        files: {
          'content/analysis.schema.json': JSON.stringify({
            type: 'object',
            properties: { x: { type: 'string', oneOf: [] } },
          }),
        },
      },
    ));
});

describe('the model for analysis', () => {
  it('that Google has retired is named with its successor, and nothing is asked', () =>
    AnalysisWorld.with(async (world, emulator) => {
      const { report, outcomes } = await world.analyze({ settings: { analysisModel: 'gemini-2.0-flash' } });
      expect(outcomes).toEqual({ 'character/ada/portrait': 'failed' });
      expect(JSON.stringify(report)).toContain('gemini-3.5-flash-lite');
      expect(emulator.ledger.requests()).toEqual([]);
    }));
});
