import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTITY_TYPES, type EntityCard } from '../src/model.js';
import { inStoryOrder } from '../src/web/filter.js';
import { formatView, MARKS, NO_VIEW, parseView, type View } from '../src/web/view.js';

const view: fc.Arbitrary<View> = fc.record({
  types: fc.subarray([...ENTITY_TYPES]),
  marks: fc.subarray([...MARKS]),
  entity: fc.string(),
  run: fc.string(),
  tags: fc.uniqueArray(fc.string({ minLength: 1 })),
  text: fc.string({ unit: 'binary' }),
  scene: fc.string({ minLength: 1 }),
  compare: fc.string(),
});

describe('the address of what is looked at', () => {
  it('gives back every view', () => {
    fc.assert(
      fc.property(view, (one) => {
        const well = JSON.parse(JSON.stringify(one)) as View;
        fc.pre(!/[\ud800-\udfff]/.test(JSON.stringify(Object.values(one))));
        expect(parseView(`#${formatView(one)}`)).toEqual(well);
      }),
    );
  });

  it('is empty for everything, and can be read', () => {
    expect(formatView(NO_VIEW)).toBe('');
    expect(formatView({ ...NO_VIEW, marks: ['failed'], entity: 'character/ione' })).toBe(
      'state=failed&entity=character/ione',
    );
  });

  it('leaves out what it does not know', () => {
    expect(parseView('#type=dragon&state=nonsense&x=1&%')).toEqual(NO_VIEW);
  });
});

describe('the order of entities', () => {
  it('is that of the story: by number, then chapters without one by their names', () => {
    const entity = (id: string, chapter?: number): EntityCard => ({
      id,
      type: id.startsWith('chapter/') ? 'chapter' : 'character',
      name: id,
      description: '',
      tags: [],
      file: '',
      references: 0,
      offCanon: [],
      errors: [],
      details: 0,
      ...(chapter === undefined ? {} : { chapter }),
    });
    const entities = [
      entity('character/ione'),
      entity('chapter/beneath', 2),
      entity('chapter/part-10'),
      entity('chapter/part-2'),
      entity('chapter/the-hour', 1),
    ];
    expect(inStoryOrder(entities).map(({ id }) => id)).toEqual([
      'character/ione',
      'chapter/the-hour',
      'chapter/beneath',
      'chapter/part-2',
      'chapter/part-10',
    ]);
  });
});
