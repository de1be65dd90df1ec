import { ratioValue, type AspectRatio, type ImageSize } from '../catalogue/index.js';

/**
 * Models round both sides to multiples of 8, 16 or 32 pixels, so that no ratio but 1:1 is exact: 9:16 at 1K
 * is 768x1376 (0.8 % off) of one model and 768x1344 (1.6 %) of another, 21:9 is 1584x672 (1.0 %). Half of
 * the distance between the two ratios that are nearest to each other, 3:4 and 4:5, lets all that pass (3.2 %)
 * and still lets no picture pass for two ratios.
 */
const RATIO_TOLERANCE = Math.log(16 / 15) / 2;

/** A size is a pixel count: 1K is a million for any ratio, and each next size has four times as many. */
const PIXELS: Readonly<Record<ImageSize, number>> = {
  '512': 512 ** 2,
  '1K': 1024 ** 2,
  '2K': 2048 ** 2,
  '4K': 4096 ** 2,
};

/**
 * The published sizes have up to 2.5 % more pixels than their square, the long ratios (384x3072) 12.5 %; the
 * next size is 300 % away. A quarter to either side distinguishes them without doubt.
 */
const PIXEL_TOLERANCE = Math.log(1.25);

/** Whether a picture (in pixels) has the shape and the size that were asked for, as near as models keep to it. */
export function shapeMatches(
  picture: { readonly width: number; readonly height: number },
  ratio: AspectRatio,
  size: ImageSize,
): { ratio: boolean; size: boolean } {
  const { width, height } = picture;
  return {
    ratio: Math.abs(Math.log(width / height) - Math.log(ratioValue(ratio))) < RATIO_TOLERANCE,
    size: Math.abs(Math.log((width * height) / PIXELS[size])) < PIXEL_TOLERANCE,
  };
}
