import { crc32 } from 'node:zlib';
import type { Canvas } from './canvas.js';

export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * An indexed PNG, compressed by this file's own deflate: zlib builds differ between processors in the bytes they
 * choose, and the same request must give the same bytes on every machine. It knows two matches, "as the pixel to
 * the left" and "as the row above", which is nearly all there is in flat graphics, and is quick.
 */
export function encodeIndexedPng(
  canvas: Canvas,
  palette: readonly Rgb[],
  text: Readonly<Record<string, string>>,
  compress: boolean,
): Buffer {
  const { width, height } = canvas;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...Object.entries(text).map(([key, value]) =>
      chunk('tEXt', Buffer.from(`${key}\u0000${value}`, 'latin1')),
    ),
    chunk('PLTE', Buffer.from(palette.flat())),
    ...(compress ? [chunk('IDAT', deflateFlat(canvas.rows, canvas.stride))] : storedChunks(canvas.rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const chunk = (type: string, data: Buffer): Buffer => Buffer.concat(pieces(type, [data]));

function adler32(data: Buffer): number {
  let a = 1;
  let b = 0;
  for (let start = 0; start < data.length; start += 3800) {
    const end = Math.min(data.length, start + 3800);
    for (let i = start; i < end; i += 1) {
      a += data[i] ?? 0;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

const ZLIB_HEADER = [0x78, 0x01];
const STORED_MAX = 65535;

/**
 * Deflate without compression, for pictures that shall be as heavy as photographs are: a chunk a block, so that the
 * rows are copied once, into the finished file.
 */
function storedChunks(raw: Buffer): Buffer[] {
  const blocks = Math.max(1, Math.ceil(raw.length / STORED_MAX));
  return Array.from({ length: blocks }, (_, i) => {
    const part = raw.subarray(i * STORED_MAX, (i + 1) * STORED_MAX);
    const head = Buffer.alloc(5);
    head[0] = i === blocks - 1 ? 1 : 0;
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(~part.length & 0xffff, 3);
    const tail = Buffer.alloc(i === blocks - 1 ? 4 : 0);
    if (tail.length > 0) tail.writeUInt32BE(adler32(raw));
    return pieces('IDAT', [...(i === 0 ? [Buffer.from(ZLIB_HEADER)] : []), head, part, tail]);
  }).flat();
}

/** A chunk whose data is in pieces. */
function pieces(type: string, data: readonly Buffer[]): Buffer[] {
  const name = Buffer.from(type, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.reduce((sum, piece) => sum + piece.length, 0));
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE([name, ...data].reduce((crc, piece) => crc32(piece, crc), 0));
  return [length, name, ...data, sum];
}

/** Deflate with fixed Huffman codes, RFC 1951 section 3.2.6. */
function deflateFlat(raw: Buffer, stride: number): Buffer {
  const bits = new BitWriter(raw.length);
  bits.bytes(ZLIB_HEADER);
  bits.put(1, 1);
  bits.put(1, 2);
  const up = distanceCode(stride);
  const left = distanceCode(1);
  let at = 0;
  while (at < raw.length) {
    if (at % stride === 0 && at >= stride) {
      const same = equalRows(raw, at, stride);
      if (same > 0) {
        at = putRun(bits, raw, at, same, up);
        continue;
      }
    }
    const above = at >= stride ? runLength(raw, at, stride) : 0;
    const before = at >= 1 ? runLength(raw, at, 1) : 0;
    if (above >= 3 && above >= before) at = putRun(bits, raw, at, above, up);
    else if (before >= 3) at = putRun(bits, raw, at, before, left);
    else {
      bits.literal(raw[at] ?? 0);
      at += 1;
    }
  }
  bits.put(0, 7);
  bits.align();
  const sum = adler32(raw);
  bits.bytes([sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255]);
  return bits.result();
}

/** Bytes from `at`, in whole rows, that repeat the row before them. */
function equalRows(raw: Buffer, at: number, stride: number): number {
  let end = at;
  while (end + stride <= raw.length && raw.compare(raw, end - stride, end, end, end + stride) === 0)
    end += stride;
  return end - at;
}

function runLength(raw: Buffer, at: number, distance: number): number {
  const max = Math.min(raw.length, at + 258);
  let i = at;
  while (i < max && raw[i] === raw[i - distance]) i += 1;
  return i - at;
}

function putRun(bits: BitWriter, raw: Buffer, at: number, length: number, distance: Code): number {
  let rest = length;
  while (rest >= 3) {
    // Never leave one or two bytes behind, which no match can hold.
    const step = rest > 258 && rest < 261 ? 255 : Math.min(258, rest);
    bits.length(step);
    bits.put(distance.bits, distance.count);
    rest -= step;
  }
  const end = at + length;
  for (let i = end - rest; i < end; i += 1) bits.literal(raw[i] ?? 0);
  return end;
}

interface Code {
  readonly bits: number;
  readonly count: number;
}

function reversed(value: number, count: number): number {
  let result = 0;
  for (let i = 0; i < count; i += 1) if ((value & (1 << i)) !== 0) result |= 1 << (count - 1 - i);
  return result;
}

const LITERALS: readonly Code[] = Array.from({ length: 256 }, (_, value) =>
  value < 144
    ? { bits: reversed(0x30 + value, 8), count: 8 }
    : { bits: reversed(0x190 + value - 144, 9), count: 9 },
);

/** Code, extra bits and their count for the lengths 3 to 258, in one word each. */
const LENGTHS: readonly Code[] = Array.from({ length: 259 }, (_, length) => lengthCode(length));

function lengthCode(length: number): Code {
  if (length < 3) return { bits: 0, count: 0 };
  if (length === 258) return { bits: reversed(0xc0 + 5, 8), count: 8 };
  let symbol = 257;
  let base = 3;
  let extra = 0;
  for (;;) {
    extra = symbol < 265 ? 0 : Math.floor((symbol - 261) / 4);
    if (length < base + (1 << extra)) break;
    base += 1 << extra;
    symbol += 1;
  }
  const prefix =
    symbol < 280
      ? { bits: reversed(symbol - 256, 7), count: 7 }
      : { bits: reversed(0xc0 + symbol - 280, 8), count: 8 };
  return { bits: prefix.bits | ((length - base) << prefix.count), count: prefix.count + extra };
}

function distanceCode(distance: number): Code {
  let symbol = 0;
  let base = 1;
  let extra = 0;
  for (;;) {
    extra = symbol < 4 ? 0 : Math.floor(symbol / 2) - 1;
    if (distance < base + (1 << extra)) break;
    base += 1 << extra;
    symbol += 1;
  }
  return { bits: reversed(symbol, 5) | ((distance - base) << 5), count: 5 + extra };
}

class BitWriter {
  private out: Buffer;
  private at = 0;
  private hold = 0;
  private held = 0;

  constructor(rawLength: number) {
    this.out = Buffer.allocUnsafe(Math.max(4096, rawLength >> 4));
  }

  put(bits: number, count: number): void {
    this.hold |= bits << this.held;
    this.held += count;
    // At most 7 held bits and 18 new ones: the word never overflows.
    while (this.held >= 8) {
      if (this.at === this.out.length) this.grow();
      this.out[this.at] = this.hold & 255;
      this.at += 1;
      this.hold >>>= 8;
      this.held -= 8;
    }
  }

  literal(value: number): void {
    const code = LITERALS[value];
    if (code !== undefined) this.put(code.bits, code.count);
  }

  length(value: number): void {
    const code = LENGTHS[value];
    if (code !== undefined) this.put(code.bits, code.count);
  }

  bytes(values: readonly number[]): void {
    for (const value of values) this.put(value, 8);
  }

  align(): void {
    if (this.held > 0) this.put(0, 8 - this.held);
  }

  result(): Buffer {
    return this.out.subarray(0, this.at);
  }

  private grow(): void {
    const bigger = Buffer.allocUnsafe(this.out.length * 2);
    this.out.copy(bigger);
    this.out = bigger;
  }
}
