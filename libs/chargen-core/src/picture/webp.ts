import { fourCharacters, uint16le, uint24le, uint32le } from './bytes.js';
import { broken, whole, type BrokenPicture, type WholePicture } from './verdict.js';

const RIFF_HEADER = 12;
const CHUNK_HEADER = 8;
const ANIMATED = 0x02;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Whether a WebP is whole: the file has the length that its RIFF header states, and chunks fill it, one of
 * them with picture data. Unlike a PNG it has no checksums, so that a damaged byte inside is not seen.
 * Bytes behind the stated end are left alone, as in a PNG.
 */
export function inspectWebp(bytes: Uint8Array): WholePicture | BrokenPicture {
  if (bytes.length < RIFF_HEADER + CHUNK_HEADER)
    return broken('webp', 'the file ends inside the WebP header');
  const end = uint32le(bytes, 4) + 8;
  if (end > bytes.length) {
    return broken('webp', `the file has ${bytes.length} of ${end} bytes`);
  }
  let canvas: Size | undefined;
  let image: Size | undefined;
  let animated = false;
  let frames = 0;
  for (let at = RIFF_HEADER; at < end;) {
    const place = `at byte ${at}`;
    if (end - at < CHUNK_HEADER) return broken('webp', `there is no chunk ${place}`);
    const type = fourCharacters(bytes, at);
    const length = uint32le(bytes, at + 4);
    const start = at + CHUNK_HEADER;
    if (length > end - start) return broken('webp', `the chunk ${place} is longer than the file`);
    const body = bytes.subarray(start, start + length);
    if (type === 'VP8X') {
      if (at !== RIFF_HEADER || length < 10) return broken('webp', `the header ${place} is damaged`);
      animated = ((body[0] ?? 0) & ANIMATED) !== 0;
      canvas = { width: uint24le(body, 4) + 1, height: uint24le(body, 7) + 1 };
    } else if (type === 'VP8 ' || type === 'VP8L') {
      const size = type === 'VP8 ' ? readLossy(body) : readLossless(body);
      if (size === undefined) return broken('webp', `the picture data ${place} is damaged`);
      image ??= size;
    } else if (type === 'ANMF') {
      if (length < 16 + CHUNK_HEADER) return broken('webp', `the frame ${place} is damaged`);
      frames += 1;
    } else if (at === RIFF_HEADER) {
      return broken('webp', `there is no picture header ${place}`);
    }
    // Chunks are padded to an even length; some writers leave out the padding of the last one.
    at = start + length + (length % 2);
  }
  if (animated && frames > 0 && canvas !== undefined) return whole('webp', canvas.width, canvas.height);
  if (image === undefined) return broken('webp', 'there is no picture data');
  if (canvas !== undefined && (canvas.width !== image.width || canvas.height !== image.height)) {
    return broken('webp', 'its picture data and its header differ in size');
  }
  return whole('webp', image.width, image.height);
}

/** A key frame's header (RFC 6386, section 9.1). */
function readLossy(body: Uint8Array): Size | undefined {
  if (body.length < 10) return undefined;
  const tag = uint24le(body, 0);
  const isKeyFrame = (tag & 1) === 0;
  const firstPartition = tag >> 5;
  if (!isKeyFrame || body[3] !== 0x9d || body[4] !== 0x01 || body[5] !== 0x2a) return undefined;
  if (firstPartition > body.length - 10) return undefined;
  return sizeOf(uint16le(body, 6) & 0x3fff, uint16le(body, 8) & 0x3fff);
}

/** The header of the lossless bitstream: 0x2f, then 14 bits of width and height, each less one. */
function readLossless(body: Uint8Array): Size | undefined {
  if (body.length < 6 || body[0] !== 0x2f) return undefined;
  const bits = uint32le(body, 1);
  const version = bits >>> 29;
  if (version !== 0) return undefined;
  return sizeOf((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
}

function sizeOf(width: number, height: number): Size | undefined {
  return width === 0 || height === 0 ? undefined : { width, height };
}
