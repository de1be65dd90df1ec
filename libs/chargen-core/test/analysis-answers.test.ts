import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultAnswerSchema } from '../src/analysis/answer-schema.js';
import type { JsonMap } from '../src/analysis/gemini-schema.js';
import { readAnalysisAnswer, schemaOf, type AnswerVerdict } from '../src/analysis/read-answer.js';
import { loadValidation, type ValidateAnswer } from '../src/analysis/validate-answer.js';
import { nonceOf } from '../src/analysis/wire-text.js';
import { canonicalRequestSchema, contentKey } from '../src/recipe/canonical-request.js';

const CANON = { matches: true, verified_features: [], contradictions: [], confidence: 1 };
const SCHEMA = defaultAnswerSchema();
const KEY = contentKey({ v: 1, model: 'm', take: 1, request: { contents: [], generationConfig: {} } });

function goodAnswer(): Record<string, unknown> {
  return {
    nonce: nonceOf(KEY),
    title: 'Ada at the window',
    description: 'A weaver stands at a window.',
    alt_text: 'A weaver at a window.',
    tags: ['weaver'],
    archetype: 'old weaver',
    traits: ['white hair'],
    attire: ['grey apron'],
    palette: { dominant: ['grey'], accent: [] },
    mood: 'quiet',
    style: 'pencil drawing',
    lighting: {
      primary_source: 'window',
      quality: 'soft',
      direction: 'left',
      color_temperature: 'cool',
      shadow_depth: 'shallow',
      atmospheric: 'none',
    },
    composition: 'Half figure, centred.',
    image_type: 'portrait',
    image_subtype: 'formal',
    canon: { matches: true, verified_features: ['white hair'], contradictions: [], confidence: 0.9 },
    suggested_filename: 'ada-at-the-window',
  };
}

describe('the answer to an analysis', () => {
  let validate: ValidateAnswer;
  const read = (text: string, finishReason = 'STOP'): AnswerVerdict =>
    readAnalysisAnswer(KEY, text, finishReason, SCHEMA, validate);
  const readChanged = (change: Record<string, unknown>): AnswerVerdict =>
    read(JSON.stringify({ ...goodAnswer(), ...change }));

  beforeAll(async () => {
    validate = await loadValidation();
  });

  it('becomes data without its nonce where it fits', () => {
    const answer = Object.fromEntries(Object.entries(goodAnswer()).filter(([field]) => field !== 'nonce'));
    expect(read(JSON.stringify(goodAnswer()))).toEqual({ kind: 'accepted', answer });
  });

  it('to a job of an earlier version may lack what was not asked for then; to one of this version it may not', () => {
    const { attire: _, ...earlier } = goodAnswer();
    const request = canonicalRequestSchema.parse({
      v: 1,
      model: 'm',
      take: 1,
      request: { contents: [], generationConfig: { responseSchema: SCHEMA } },
    });
    const judged = (schema: JsonMap): AnswerVerdict =>
      readAnalysisAnswer(KEY, JSON.stringify(earlier), 'STOP', schema, validate);
    expect(judged(schemaOf(undefined, SCHEMA)).kind).toBe('accepted');
    expect(judged(schemaOf(request, SCHEMA)).kind).toBe('rejected');
  });

  it('loses half a character, which no file could hold', () => {
    expect(readChanged({ mood: 'quiet \ud83d' })).toMatchObject({ answer: { mood: 'quiet \ufffd' } });
  });

  it('loses fields that nobody asked for, at every depth', () => {
    const verdict = readChanged({
      chatter: 'Here you are!',
      palette: { dominant: ['grey'], accent: [], note: 'I like grey.' },
    });
    const answer = verdict.kind === 'accepted' ? verdict.answer : {};
    expect(answer).not.toHaveProperty('chatter');
    expect(answer['palette']).toEqual({ dominant: ['grey'], accent: [] });
  });

  it.each([
    ['a missing field', { title: undefined }, /required property 'title'/],
    ['a missing field deep inside', { canon: { matches: true } }, /canon must have required property/],
    ['a field of another type', { tags: 'weaver' }, /tags must be array/],
    ['a word that is not offered', { image_type: 'selfie' }, /image_type must be equal to one of .*portrait/],
    ['an empty text', { title: '' }, /title must NOT have fewer/],
    ['a number out of range', { canon: { ...CANON, confidence: 40 } }, /confidence must be <= 1/],
    ['the nonce of another request', { nonce: 'aaaaaaaaaa' }, /another picture/],
    ['no nonce', { nonce: undefined }, /another picture/],
    [
      'talk in place of a description',
      { description: 'As an AI, I cannot see pictures.' },
      /"description" holds talk/,
    ],
    ['talk in a list', { traits: ["I'm sorry, please upload the portrait."] }, /"traits.0" holds talk/],
  ])('is refused for %s', (_what, change, why) => {
    const verdict = readChanged(change);
    expect(verdict.kind).toBe('rejected');
    expect(verdict.kind === 'rejected' ? verdict.why : '').toMatch(why);
  });

  it.each([
    ['prose', 'The picture shows a weaver.'],
    ['a refusal in words', "I'm sorry, but I can't help with that."],
    ['prose before JSON', `Here is the JSON: ${JSON.stringify(goodAnswer())}`],
    ['prose behind JSON', `${JSON.stringify(goodAnswer())} Hope this helps!`],
    ['a fenced block', `\`\`\`json\n${JSON.stringify(goodAnswer())}\n\`\`\``],
    ['JSON cut short', JSON.stringify(goodAnswer()).slice(0, -20)],
    ['two answers', `${JSON.stringify(goodAnswer())}\n${JSON.stringify(goodAnswer())}`],
    ['a list', JSON.stringify([goodAnswer()])],
    ['null', 'null'],
    ['nothing', ''],
  ])('is refused as %s', (_what, text) => {
    expect(read(text).kind).toBe('rejected');
  });

  it('is refused where it was cut at its greatest length, whatever it holds', () => {
    expect(read(JSON.stringify(goodAnswer()), 'MAX_TOKENS')).toMatchObject({
      kind: 'rejected',
      why: expect.stringContaining('cut off') as string,
    });
  });

  it('never throws, and is never accepted without the nonce, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((one) => JSON.stringify(one)),
        ),
        (text) => {
          expect(read(text).kind).toBe('rejected');
        },
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(goodAnswer())), fc.jsonValue(), (field, value) => {
        const verdict = readChanged({ [field]: value });
        if (field === 'nonce' && value !== nonceOf(KEY)) expect(verdict.kind).toBe('rejected');
        if (verdict.kind === 'accepted') {
          expect(Object.keys(verdict.answer).sort()).toEqual(
            Object.keys(goodAnswer())
              .sort()
              .filter((one) => one !== 'nonce'),
          );
        }
      }),
    );
  });
});
