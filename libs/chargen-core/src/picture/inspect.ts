import { startsLike } from './bytes.js';
import { inspectJpeg } from './jpeg.js';
import { parseLfsPointer } from './lfs-pointer.js';
import { inspectPng, PNG_SIGNATURE } from './png.js';
import { broken, type PictureVerdict } from './verdict.js';
import { inspectWebp } from './webp.js';

/** `PNG` behind its first byte, which conversions of text spoil. */
const PNG_NAME = [undefined, 0x50, 0x4e, 0x47] as const;
const JPEG_SIGNATURE = [0xff, 0xd8, 0xff] as const;
/** `RIFF`, a length, `WEBP`. */
const WEBP_SIGNATURE = [
  ...[0x52, 0x49, 0x46, 0x46],
  ...[undefined, undefined, undefined, undefined],
  ...[0x57, 0x45, 0x42, 0x50],
] as const;

/**
 * What a file is by its bytes, never by its name: models answer with JPEG where PNG was expected, and a
 * cut download still has the right beginning. Structure alone is read, in one pass, without decoding and
 * without copying; any bytes get an answer, none throw.
 */
export function inspectPicture(bytes: Uint8Array): PictureVerdict {
  if (bytes.length === 0) return { kind: 'empty' };
  const pointer = parseLfsPointer(bytes);
  if (pointer !== undefined) return { kind: 'lfs-pointer', ...pointer };
  // A beginning that is too short to show more counts as the format that it begins.
  if (startsLike(bytes, PNG_SIGNATURE)) return inspectPng(bytes);
  if (bytes.length > PNG_NAME.length && startsLike(bytes, PNG_NAME)) return inspectPng(bytes);
  if (startsLike(bytes, JPEG_SIGNATURE)) {
    return bytes.length > JPEG_SIGNATURE.length
      ? inspectJpeg(bytes)
      : broken('jpeg', 'the file ends inside the JPEG signature');
  }
  if (startsLike(bytes, WEBP_SIGNATURE)) return inspectWebp(bytes);
  return { kind: 'unknown' };
}
