/** Cells along the longer side. */
export const THUMBNAIL_SIDE = 72;

/** A small copy of a referenced picture; a cell is a colour of the palette's 5 x 5 x 5 cube. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly cells: Uint8Array;
}

/**
 * Averages boxes of pixels in whole numbers (a library's resampling may differ in the last bit between processors),
 * and rounds with a 2 x 2 pattern, so that gradients do not turn into bands.
 * @param rgb three bytes a pixel
 */
export function makeThumbnail(rgb: Uint8Array, width: number, height: number): Thumbnail {
  const longer = Math.max(width, height);
  const side = Math.min(THUMBNAIL_SIDE, longer);
  const w = Math.max(1, Math.floor((width * side) / longer));
  const h = Math.max(1, Math.floor((height * side) / longer));
  const cells = new Uint8Array(w * h);
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      const [r, g, b] = boxMean(rgb, width, {
        x0: Math.floor((x * width) / w),
        x1: Math.max(Math.floor((x * width) / w) + 1, Math.floor(((x + 1) * width) / w)),
        y0: Math.floor((y * height) / h),
        y1: Math.max(Math.floor((y * height) / h) + 1, Math.floor(((y + 1) * height) / h)),
      });
      const nudge = [8, 40, 56, 24][(y % 2) * 2 + (x % 2)] ?? 32;
      const level = (value: number): number => Math.min(4, Math.floor((value + nudge) / 64));
      cells[y * w + x] = level(r) * 25 + level(g) * 5 + level(b);
    }
  }
  return { width: w, height: h, cells };
}

interface Box {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

function boxMean(rgb: Uint8Array, width: number, box: Box): readonly [number, number, number] {
  let [r, g, b, n] = [0, 0, 0, 0];
  // Eight samples a side say as much about a box as all of its pixels.
  const stepX = Math.max(1, Math.floor((box.x1 - box.x0) / 8));
  const stepY = Math.max(1, Math.floor((box.y1 - box.y0) / 8));
  for (let y = box.y0; y < box.y1; y += stepY) {
    for (let x = box.x0; x < box.x1; x += stepX) {
      const at = (y * width + x) * 3;
      r += rgb[at] ?? 0;
      g += rgb[at + 1] ?? 0;
      b += rgb[at + 2] ?? 0;
      n += 1;
    }
  }
  return [Math.floor(r / n), Math.floor(g / n), Math.floor(b / n)];
}
