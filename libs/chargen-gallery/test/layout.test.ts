import { describe, expect, it } from 'vitest';
import { bottomOf, layCards, type Sizes } from '../src/web/layout.js';
import { neighbour, type Spot } from '../src/web/neighbour.js';

const SIZES: Sizes = {
  width: 1000,
  row: 200,
  caption: 50,
  gap: 10,
  narrowest: 120,
  compact: { width: 240, height: 70 },
};

describe('the places of cards', () => {
  it('fills each row of pictures but the last, without an overlap', () => {
    const ratios = Array.from({ length: 23 }, (_, n) => [1.5, 0.75, 1, 2][n % 4]);
    const places = layCards(ratios, SIZES);
    const tops = [...new Set(places.map(({ top }) => top))];
    for (const top of tops.slice(0, -1)) {
      const row = places.filter((place) => place.top === top);
      const right = row.reduce((edge, { left, width }) => {
        expect(left).toBeGreaterThanOrEqual(edge);
        return left + width;
      }, 0);
      expect(right).toBeCloseTo(SIZES.width);
    }
    expect(places.every(({ width }) => width > 80)).toBe(true);
    expect(bottomOf(places)).toBeGreaterThan(tops.at(-1) ?? 0);
  });

  it('puts scenes without a picture into low columns, also where there is no room for one', () => {
    const places = layCards([1, undefined, undefined, undefined, undefined, undefined], SIZES);
    const low = places.slice(1);
    expect(new Set(low.map(({ height }) => height))).toEqual(new Set([70]));
    expect(new Set(low.map(({ left }) => left)).size).toBe(4);
    expect(layCards([undefined, undefined], { ...SIZES, width: 100 }).map(({ width }) => width)).toEqual([
      100, 100,
    ]);
    expect(layCards([], SIZES)).toEqual([]);
  });
});

describe('the card that a key leads to', () => {
  const spots: Spot[] = [
    { id: 'a', list: 0, top: 0, left: 100 },
    { id: 'b', list: 0, top: 0, left: 300 },
    { id: 'c', list: 0, top: 260, left: 280 },
    { id: 'd', list: 1, top: 0, left: 90 },
    { id: 'e', list: 1, top: 0, left: 310 },
  ];
  const after = (id: string, key: string): string | undefined => {
    const next = neighbour(
      spots,
      spots.findIndex((spot) => spot.id === id),
      key,
    );
    return next === undefined ? undefined : spots[next]?.id;
  };

  it('is the nearest of the next row, also in the next list', () => {
    expect([after('a', 'ArrowDown'), after('c', 'ArrowDown'), after('c', 'ArrowUp')]).toEqual([
      'c',
      'e',
      'b',
    ]);
    expect([after('d', 'ArrowUp'), after('e', 'ArrowDown'), after('a', 'ArrowUp')]).toEqual([
      'c',
      undefined,
      undefined,
    ]);
  });

  it('is the one before or after it, the first or the last', () => {
    expect([after('b', 'ArrowRight'), after('d', 'ArrowLeft')]).toEqual(['c', 'c']);
    expect([after('c', 'Home'), after('c', 'End'), after('e', 'ArrowRight')]).toEqual(['a', 'e', undefined]);
    expect(after('a', 'q')).toBeUndefined();
  });
});
