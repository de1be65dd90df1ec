import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { canonicalSchema, imageryJsonSchema, styleJsonSchema } from 'chargen-core';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../../test/support/workspace.js';

const folder = join(REPOSITORY, 'libs', 'chargen-core', 'schema');

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

const GOOD: readonly string[] = [
  'entity_type: character\nname: A\nscenes: []\n',
  'entity_type: chapter\nname: A\nscenes:\n  - {id: a, title: A, prompt: P, take: 2, locked: true}\n',
  'entity_type: location\nname: A\nscenes:\n  - {id: a.b-c_d, title: A, prompt: P, aspect_ratio: "21:9", image_size: 4K, temperature: 0.5}\n',
  'entity_type: character\nname: A\nreferences:\n  - {id: p, path: images/p.png, role: portrait}\nscenes:\n  - id: a\n    title: A\n    prompt: P\n    references: [{path: images/p.png}, {character: b, scene: c}, {location: d, reference: e, role: place}, {scene: f}]\n',
  'entity_type: character\nname: A\nscenes:\n  - id: a\n    title: A\n    prompt: P\n    negative_prompt: [x, y]\n    safety_settings: [{category: HARM_CATEGORY_HARASSMENT, threshold: OFF}]\n',
  'entity_type: character\nname: A\nscenes: []\ngenerated_images:\n  - {custom_id: a, anything: 1}\n',
];

const BAD: readonly string[] = [
  '[]\n',
  'entity_type: dragon\nname: A\n',
  'entity_type: character\n',
  'entity_type: character\nname: 7\n',
  'entity_type: character\nname: A\ntitle: B\n',
  'entity_type: character\nname: A\nscenes:\n  - {id: A, title: A, prompt: P}\n',
  'entity_type: character\nname: A\nscenes:\n  - {id: a, title: A}\n',
  'entity_type: character\nname: A\nscenes:\n  - {id: a, title: A, prompt: P, aspect_ratio: "16:10"}\n',
  'entity_type: character\nname: A\nscenes:\n  - {id: a, title: A, prompt: P, take: 0}\n',
  'entity_type: character\nname: A\nscenes:\n  - {id: a, title: A, prompt: P, take: 1.5}\n',
  'entity_type: character\nname: A\nscenes:\n  - {id: a, title: A, prompt: P, locked: "yes"}\n',
  'entity_type: character\nname: A\nscenes:\n  - {id: a, title: A, prompt: P, references: [{nobody: x}]}\n',
  'entity_type: character\nname: A\nscenes:\n  - {id: a, title: A, prompt: P, safety_settings: [{category: X, threshold: OFF}]}\n',
  'entity_type: character\nname: A\nscenes:\n  - {id: a, title: A, prompt: P, temperature: 3}\n',
];

describe('the JSON Schema of imagery.yaml', () => {
  const validate = new Ajv2020({ strict: true }).compile(imageryJsonSchema());

  it('is the committed one; after a change run: node scripts/write-schemas.mjs', () => {
    expect(read('imagery.schema.json')).toEqual(imageryJsonSchema());
    expect(read('style.schema.json')).toEqual(styleJsonSchema());
  });

  it.each(GOOD)('takes what the reader takes: %j', (text) => {
    expect(canonicalSchema.safeParse(load(text)).success).toBe(true);
    expect(validate(load(text)), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each(BAD)('refuses what the reader refuses: %j', (text) => {
    expect(canonicalSchema.safeParse(load(text)).success).toBe(false);
    expect(validate(load(text))).toBe(false);
  });

  it('agrees with the reader on whatever is done to a good file', () => {
    const data = load(GOOD[3] ?? '');
    const junk = fc.constantFrom<unknown>(
      null,
      0,
      1,
      '',
      'x',
      'A B',
      true,
      [],
      {},
      ['x'],
      { path: 'p' },
      '16:9',
      '4K',
    );
    const keys = [
      'id',
      'title',
      'prompt',
      'take',
      'locked',
      'aspect_ratio',
      'image_size',
      'references',
      'tags',
      'mood',
      'extra',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...keys), junk, fc.boolean(), (key, value, inScene) => {
        const copy = structuredClone(data) as { scenes: Record<string, unknown>[]; [key: string]: unknown };
        const target = inScene ? (copy.scenes[0] ?? {}) : copy;
        target[key] = value;
        expect(validate(copy)).toBe(canonicalSchema.safeParse(copy).success);
      }),
      { numRuns: 500 },
    );
  });
});
