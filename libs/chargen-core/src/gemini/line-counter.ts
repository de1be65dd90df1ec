import { Transform, type TransformCallback } from 'node:stream';

const NEWLINE = 0x0a;
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, NEWLINE]);
const CLOSING_BRACE = 0x7d;

/** Passes bytes on and counts their lines, so that a file of gigabytes need not be read again to be judged. */
export class LineCounter extends Transform {
  bytes = 0;
  #lines = 0;
  #inLine = false;
  #lastInk = 0;

  /** Lines that are not empty. */
  get lines(): number {
    return this.#lines + (this.#inLine ? 1 : 0);
  }

  /** A closing brace never occurs in base64, where a cut nearly always falls. */
  get endsWhole(): boolean {
    return this.bytes === 0 || this.#lastInk === CLOSING_BRACE;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    for (let from = 0; from < chunk.length;) {
      const newline = chunk.indexOf(NEWLINE, from);
      const end = newline < 0 ? chunk.length : newline;
      for (let at = end - 1; at >= from; at -= 1) {
        const byte = chunk[at];
        if (byte === undefined || SPACES.has(byte)) continue;
        this.#inLine = true;
        this.#lastInk = byte;
        break;
      }
      if (newline < 0) break;
      if (this.#inLine) this.#lines += 1;
      this.#inLine = false;
      from = newline + 1;
    }
    done(null, chunk);
  }
}
