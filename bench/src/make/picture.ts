import { crc32, deflateSync } from 'node:zlib';
import { seededRandom } from './random.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Makes whole grey PNG pictures of one size, none like another, that do not compress: as heavy as photographs. */
export class PictureMaker {
  readonly #rows: Buffer;
  readonly #header: Buffer;
  readonly #stride: number;

  constructor(
    readonly width: number,
    readonly height: number,
    seed: number,
  ) {
    this.#stride = width + 1;
    this.#rows = Buffer.alloc(this.#stride * height);
    const random = seededRandom(seed);
    const words = new Uint32Array(this.#rows.buffer, this.#rows.byteOffset, this.#rows.length >> 2);
    for (let at = 0; at < words.length; at += 1) words[at] = random() * 2 ** 32;
    // The first byte of a row names its filter; 0 is none.
    for (let row = 0; row < height; row += 1) this.#rows[row * this.#stride] = 0;
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 0, 0, 0, 0], 8);
    this.#header = chunk('IHDR', header);
  }

  make(number: number): Buffer {
    this.#rows.writeUInt32BE(number, 1);
    const data = deflateSync(this.#rows, { level: 0 });
    return Buffer.concat([SIGNATURE, this.#header, chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
