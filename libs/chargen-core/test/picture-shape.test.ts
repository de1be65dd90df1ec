import { describe, expect, it } from 'vitest';
import { ASPECT_RATIOS, IMAGE_SIZES, type AspectRatio } from '../src/catalogue/index.js';
import { shapeMatches } from '../src/picture/index.js';

/** The sizes that Google publishes for 1K, and of the older model where they differ. */
const AT_1K: readonly (readonly [AspectRatio, number, number])[] = [
  ['1:1', 1024, 1024],
  ['2:3', 848, 1264],
  ['3:2', 1264, 848],
  ['3:4', 896, 1200],
  ['4:3', 1200, 896],
  ['4:5', 928, 1152],
  ['5:4', 1152, 928],
  ['9:16', 768, 1376],
  ['9:16', 768, 1344],
  ['16:9', 1376, 768],
  ['16:9', 1344, 768],
  ['21:9', 1584, 672],
];

describe('the shape of a picture', () => {
  it.each(AT_1K)('fits its own ratio and no other: %s as %ix%i', (ratio, width, height) => {
    const fitting = ASPECT_RATIOS.filter((one) => shapeMatches({ width, height }, one, '1K').ratio);
    expect(fitting).toEqual([ratio]);
  });

  it.each(AT_1K)('fits its own size and no other: %s as %ix%i', (ratio, width, height) => {
    for (const [size, factor] of [
      ['512', 0.5],
      ['1K', 1],
      ['2K', 2],
      ['4K', 4],
    ] as const) {
      const picture = { width: width * factor, height: height * factor };
      expect(IMAGE_SIZES.filter((one) => shapeMatches(picture, ratio, one).size)).toEqual([size]);
    }
  });

  it('differs where the model drew a square for a wide picture', () => {
    expect(shapeMatches({ width: 1024, height: 1024 }, '16:9', '1K')).toEqual({ ratio: false, size: true });
    expect(shapeMatches({ width: 1376, height: 768 }, '16:9', '2K')).toEqual({ ratio: true, size: false });
  });
});
