/** Width and height in pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Pixels at 1K. The first ten were measured on gemini-3-pro-image; the last four belong to the models with fourteen
 * ratios, and their pixel sizes are not confirmed.
 */
const AT_1K: Readonly<Record<string, PixelSize>> = {
  '1:1': { width: 1024, height: 1024 },
  '2:3': { width: 848, height: 1264 },
  '3:2': { width: 1264, height: 848 },
  '3:4': { width: 896, height: 1200 },
  '4:3': { width: 1200, height: 896 },
  '4:5': { width: 928, height: 1152 },
  '5:4': { width: 1152, height: 928 },
  '9:16': { width: 768, height: 1376 },
  '16:9': { width: 1376, height: 768 },
  '21:9': { width: 1584, height: 672 },
  '1:4': { width: 512, height: 2064 },
  '4:1': { width: 2064, height: 512 },
  '1:8': { width: 352, height: 2928 },
  '8:1': { width: 2928, height: 352 },
};

const FACTOR: Readonly<Record<string, number>> = { '512': 0.5, '1K': 1, '2K': 2, '4K': 4 };

/** The pixel size of a ratio and a size letter, or undefined if the table has none. */
export function pixelSize(aspectRatio: string, imageSize: string): PixelSize | undefined {
  const base = AT_1K[aspectRatio];
  const factor = FACTOR[imageSize];
  if (base === undefined || factor === undefined) return undefined;
  return { width: base.width * factor, height: base.height * factor };
}

/** Of the given ratios, the one nearest to a picture's shape. */
export function nearestRatio(size: PixelSize, ratios: readonly string[]): string {
  const wanted = Math.log(size.width / size.height);
  let best = '1:1';
  let distance = Number.POSITIVE_INFINITY;
  for (const ratio of ratios) {
    const at = AT_1K[ratio];
    if (at === undefined) continue;
    const d = Math.abs(Math.log(at.width / at.height) - wanted);
    if (d < distance) [best, distance] = [ratio, d];
  }
  return best;
}
