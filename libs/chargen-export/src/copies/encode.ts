import type { Sharp } from 'sharp';
import type { Variant } from './variants.js';

/** An original as it is shown: turned as its EXIF orientation states. */
export interface Shown {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Four channels in print, which no format of the web but JPEG has: such a copy is converted to sRGB. */
  readonly isCmyk: boolean;
  readonly hasAlpha: boolean;
}

/** sharp decodes and encodes with native code of some 20 MB; only what makes copies loads it. */
async function open(bytes: Uint8Array): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  return sharp(bytes);
}

/** A file whose structure is whole, and whose pixels cannot be decoded. */
export class UndecodableError extends Error {}

/** Rejects with UndecodableError. */
export async function readShown(bytes: Uint8Array): Promise<Shown> {
  const { autoOrient, space, hasAlpha } = await (await open(bytes)).metadata().catch(undecodable);
  return { ...autoOrient, isCmyk: space === 'cmyk', hasAlpha };
}

export interface Encoded {
  readonly data: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** One copy with its colour profile and an XMP packet; nothing else of the original's metadata. As `readShown`. */
export async function encodeCopy(
  bytes: Uint8Array,
  shown: Shown,
  { width, format, quality }: Variant,
  xmp: string,
): Promise<Encoded> {
  const copy = (await open(bytes)).autoOrient().resize({ width, withoutEnlargement: true });
  if (!shown.isCmyk) copy.keepIccProfile();
  // JPEG has no transparency, and without a background it would become black.
  if (format === 'jpeg' && shown.hasAlpha) copy.flatten({ background: '#ffffff' });
  const { data, info } = await copy
    .withXmp(xmp)
    .toFormat(format, { quality })
    .toBuffer({ resolveWithObject: true })
    .catch(undecodable);
  return { data, width: info.width, height: info.height };
}

function undecodable(error: unknown): never {
  throw new UndecodableError(error instanceof Error ? error.message : String(error), { cause: error });
}

/**
 * The side of the picture that a placeholder is made from, in pixels. thumbhash keeps at most seven waves a side, and
 * takes time for each pixel and wave.
 */
const PLACEHOLDER_SIDE = 32;

export interface Placeholder {
  /** `#8a5b3c` */
  readonly colour: string;
  /** In base64. */
  readonly thumbhash: string;
}

export async function placeholderOf(bytes: Uint8Array): Promise<Placeholder> {
  const { default: sharp } = await import('sharp');
  const { rgbaToThumbHash } = await import('thumbhash');
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .resize({ width: PLACEHOLDER_SIDE, height: PLACEHOLDER_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const { dominant } = await sharp(data, { raw: { width, height, channels } }).removeAlpha().stats();
  const hex = [dominant.r, dominant.g, dominant.b].map((one) => one.toString(16).padStart(2, '0'));
  const hash = rgbaToThumbHash(width, height, data);
  return { colour: `#${hex.join('')}`, thumbhash: Buffer.from(hash).toString('base64') };
}
