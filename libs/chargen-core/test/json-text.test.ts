import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { cases } from '../../../test/support/long.js';
import { z } from 'zod';
import { REAL_PLACES } from '../src/plan/places.js';
import { layJson } from '../src/record/lay-file.js';
import { jsonText } from '../src/util/json-text.js';

it('JSON in the folders of authors is written as Prettier formats it by default', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ minLength: 15, maxLength: 50 }),
    fc.constantFrom('a lamp', '雾中的渡船', 'é', 'a line\nand another', 'response_modalities'),
  );
  const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      number,
      fc.boolean(),
      fc.constant(null),
      fc.array(number, { maxLength: 40 }),
      fc.array(text, { maxLength: 6 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(value, async (data) => {
      const written = jsonText(data);
      expect(await format(written, { parser: 'json' })).toBe(written);
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(data)));
    }),
    { numRuns: cases(300, 5000) },
  );
});

it('a file of chargen that another formatter wrote is left as it is, as long as it says the same', async () => {
  const workspaceRoot = await mkdtemp(join(tmpdir(), 'chargen-json-'));
  try {
    const context = { workspaceRoot, places: REAL_PLACES };
    const value = { v: 1, warnings: ['another shape'] };
    const tabs = JSON.stringify(value, undefined, '\t');
    await writeFile(join(workspaceRoot, 'one.recipe.json'), tabs);
    const schema = z.object({ v: z.number(), warnings: z.array(z.string()) });
    expect(await layJson(context, 'one.recipe.json', value, schema)).toEqual({ kind: 'laid' });
    expect(await readFile(join(workspaceRoot, 'one.recipe.json'), 'utf8')).toBe(tabs);
    await layJson(context, 'one.recipe.json', { ...value, v: 2 }, schema);
    expect(await readFile(join(workspaceRoot, 'one.recipe.json'), 'utf8')).toBe(
      '{\n  "v": 2,\n  "warnings": ["another shape"]\n}\n',
    );
  } finally {
    await rm(workspaceRoot, { recursive: true });
  }
});
