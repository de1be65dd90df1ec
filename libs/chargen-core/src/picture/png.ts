import { crc32 } from 'node:zlib';
import { fourCharacters, uint32be } from './bytes.js';
import { broken, whole, type BrokenPicture, type WholePicture } from './verdict.js';

export const PNG_SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Length, type and CRC. */
const CHUNK_FRAME = 12;

/** The bit depths that each colour type takes (PNG specification, third edition, table 12). */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Whether a PNG is whole: every chunk with a right CRC from IHDR to IEND. Bytes behind IEND are left alone:
 * every decoder ignores them, some tools append data there, and a picture that was paid for must not be
 * thrown away for them.
 */
export function inspectPng(bytes: Uint8Array): WholePicture | BrokenPicture {
  if (bytes.length < PNG_SIGNATURE.length) return broken('png', 'the file ends inside the PNG signature');
  if (PNG_SIGNATURE.some((byte, index) => bytes[index] !== byte)) {
    return broken('png', 'the PNG signature is damaged, as when line endings are converted in a binary file');
  }
  let size: { width: number; height: number } | undefined;
  let needsPalette = false;
  let hasData = false;
  for (let at = PNG_SIGNATURE.length; ;) {
    if (bytes.length - at < CHUNK_FRAME)
      return broken('png', `the file ends at byte ${bytes.length}, before IEND`);
    const length = uint32be(bytes, at);
    const type = fourCharacters(bytes, at + 4);
    const place = `at byte ${at}`;
    if (!/^[A-Za-z]{4}$/.test(type)) return broken('png', `there is no chunk ${place}`);
    if (length > bytes.length - at - CHUNK_FRAME)
      return broken('png', `the file ends inside the chunk ${type} ${place}`);
    const crcAt = at + 8 + length;
    if (crc32(bytes.subarray(at + 4, crcAt)) !== uint32be(bytes, crcAt)) {
      return broken('png', `the checksum of the chunk ${type} ${place} is wrong`);
    }
    if (size === undefined) {
      if (type !== 'IHDR') return broken('png', `the first chunk is ${type} in place of IHDR`);
      const header = readHeader(bytes.subarray(at + 8, crcAt));
      if (typeof header === 'string') return broken('png', header);
      size = header;
      needsPalette = header.palette;
    } else if (type === 'IHDR') {
      return broken('png', `there is a second IHDR ${place}`);
    } else if (type === 'PLTE') {
      needsPalette = false;
    } else if (type === 'IDAT') {
      if (needsPalette) return broken('png', 'it has palette colours and no palette');
      hasData ||= length > 0;
    } else if (type === 'IEND') {
      if (length !== 0) return broken('png', 'IEND is not empty');
      return hasData
        ? whole('png', size.width, size.height)
        : broken('png', 'there is no picture data before IEND');
    }
    at = crcAt + 4;
  }
}

function readHeader(header: Uint8Array): { width: number; height: number; palette: boolean } | string {
  if (header.length !== 13) return `IHDR has ${header.length} bytes in place of 13`;
  const width = uint32be(header, 0);
  const height = uint32be(header, 4);
  const [depth = 0, colour = 0, compression, filter, interlace = 0] = header.subarray(8);
  if (width === 0 || height === 0 || width > 0x7fff_ffff || height > 0x7fff_ffff) {
    return `the size ${width}x${height} is not possible`;
  }
  if (!(BIT_DEPTHS[colour] ?? []).includes(depth)) {
    return `colour type ${colour} with ${depth} bits is not possible`;
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) return 'IHDR names an unknown way of packing';
  return { width, height, palette: colour === 3 };
}
