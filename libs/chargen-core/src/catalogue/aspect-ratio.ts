/** Every aspect ratio that some Gemini image model takes (14, model table of October 2026). */
export const ASPECT_RATIOS = [
  '1:1',
  '2:3',
  '3:2',
  '3:4',
  '4:3',
  '4:5',
  '5:4',
  '9:16',
  '16:9',
  '21:9',
  '1:4',
  '4:1',
  '1:8',
  '8:1',
] as const;
export type AspectRatio = (typeof ASPECT_RATIOS)[number];

/** Image sizes as Gemini spells them: the K is a capital letter. */
export const IMAGE_SIZES = ['512', '1K', '2K', '4K'] as const;
export type ImageSize = (typeof IMAGE_SIZES)[number];

/** The ten ratios of the 2.5 and 3 Pro image models; the four long ones came with 3.1. */
export const CLASSIC_RATIOS: readonly AspectRatio[] = ASPECT_RATIOS.slice(0, 10);

export function isAspectRatio(text: string): text is AspectRatio {
  return ASPECT_RATIOS.some((ratio) => ratio === text);
}

export function isImageSize(text: string): text is ImageSize {
  return IMAGE_SIZES.some((size) => size === text);
}

/** Width divided by height. */
export function ratioValue(ratio: AspectRatio): number {
  const [width = 1, height = 1] = ratio.split(':').map(Number);
  return width / height;
}

/**
 * The ratio whose shape is nearest to a size in pixels, on a logarithmic scale so that 2:1 is as far from
 * 1:1 as 1:2 is. Older files state sizes such as 1792x1024, which no Gemini model takes.
 */
export function nearestRatio(width: number, height: number, among: readonly AspectRatio[]): AspectRatio {
  const wanted = Math.log(width / height);
  let best: AspectRatio = '1:1';
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const ratio of among) {
    const distance = Math.abs(Math.log(ratioValue(ratio)) - wanted);
    if (distance < bestDistance) {
      best = ratio;
      bestDistance = distance;
    }
  }
  return best;
}
