import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTITY_TYPES } from '../src/model.js';
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
