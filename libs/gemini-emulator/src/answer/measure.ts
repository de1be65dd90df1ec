import sharp from 'sharp';
import { makeThumbnail, type Thumbnail } from '../picture/thumbnail.js';

/** What an answer about a picture is made of; all of it read from the pixels. */
export interface Measured {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** Most frequent first, at most five, as `#rrggbb`. */
  readonly colours: readonly string[];
  /** Mean luma, 0 to 255. */
  readonly brightness: number;
  readonly thumbnail: Thumbnail;
}

/** @throws Error when the bytes are no picture that can be decoded */
export async function measurePicture(bytes: Buffer): Promise<Measured> {
  const image = sharp(bytes, { limitInputPixels: 200_000_000 });
  const { format } = await image.metadata();
  const { data, info } = await image
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rgb = info.channels === 3 ? data : greyToRgb(data, info.channels);
  return {
    width: info.width,
    height: info.height,
    format,
    ...tally(rgb),
    thumbnail: makeThumbnail(rgb, info.width, info.height),
  };
}

function greyToRgb(data: Buffer, channels: number): Buffer {
  const pixels = Math.floor(data.length / channels);
  const rgb = Buffer.alloc(pixels * 3);
  for (let i = 0; i < pixels; i += 1) rgb.fill(data[i * channels] ?? 0, i * 3, i * 3 + 3);
  return rgb;
}

function tally(rgb: Uint8Array): { colours: string[]; brightness: number } {
  const pixels = Math.floor(rgb.length / 3);
  // A prime step, so that the samples do not line up with the picture's columns.
  const step = pixels > 40_000 ? 37 : 1;
  const counts = new Map<number, { n: number; r: number; g: number; b: number }>();
  let luma = 0;
  let n = 0;
  for (let i = 0; i < pixels; i += step) {
    const r = rgb[i * 3] ?? 0;
    const g = rgb[i * 3 + 1] ?? 0;
    const b = rgb[i * 3 + 2] ?? 0;
    luma += 299 * r + 587 * g + 114 * b;
    n += 1;
    const bin = ((r >> 5) << 6) | ((g >> 5) << 3) | (b >> 5);
    const seen = counts.get(bin);
    if (seen === undefined) counts.set(bin, { n: 1, r, g, b });
    else {
      seen.n += 1;
      seen.r += r;
      seen.g += g;
      seen.b += b;
    }
  }
  const hex = (sum: number, of: number): string =>
    Math.round(sum / of)
      .toString(16)
      .padStart(2, '0');
  const colours = [...counts.values()]
    .sort((a, b) => b.n - a.n)
    .slice(0, 5)
    .map((bin) => `#${hex(bin.r, bin.n)}${hex(bin.g, bin.n)}${hex(bin.b, bin.n)}`);
  return { colours, brightness: n === 0 ? 0 : Math.round(luma / n / 1000) };
}

/** Measurements of the pictures seen last, by sha256: a portrait is sent with every scene of its character. */
export class MeasureCache {
  private readonly byHash = new Map<string, Promise<Measured>>();

  constructor(private readonly max = 64) {}

  measure(sha256: string, read: () => Promise<Buffer>): Promise<Measured> {
    const known = this.byHash.get(sha256);
    if (known !== undefined) {
      this.byHash.delete(sha256);
      this.byHash.set(sha256, known);
      return known;
    }
    const made = read().then(measurePicture);
    this.byHash.set(sha256, made);
    made.catch(() => this.byHash.delete(sha256));
    if (this.byHash.size > this.max) {
      const oldest = this.byHash.keys().next();
      if (oldest.done !== true) this.byHash.delete(oldest.value);
    }
    return made;
  }
}
