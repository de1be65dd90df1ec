import { open } from 'node:fs/promises';
import { collectGarbage } from './collect-garbage.js';

/** No string may have more than about 512 MB of characters in V8; a line of half of that is no answer. */
const MAX_LINE_BYTES = 256 * 1024 ** 2;
const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

export type Line =
  | { readonly kind: 'line'; readonly text: string; readonly number: number }
  | { readonly kind: 'too-long'; readonly bytes: number; readonly number: number };

/**
 * Lines of a file, one at a time: the next line is not read before the last one is handled. `node:readline` reads
 * up to 1024 lines ahead, which are gigabytes if each line holds a picture. Two buffers are reused, since new
 * megabytes for each line pile up before V8 collects them; what a reader makes of lines is freed every now and then.
 * Empty lines are left out.
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  const file = await open(path, 'r');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const line = new LineBuffer();
  let number = 0;
  const take = (): Line | undefined => {
    number += 1;
    const { bytes } = line;
    collectGarbage();
    const text = line.take();
    if (text === undefined) return { kind: 'too-long', bytes, number };
    return text.trim() === '' ? undefined : { kind: 'line', text, number };
  };
  try {
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) break;
      const read = chunk.subarray(0, bytesRead);
      let from = 0;
      for (let at = read.indexOf(NEWLINE); at >= 0; at = read.indexOf(NEWLINE, from)) {
        line.add(read.subarray(from, at));
        from = at + 1;
        const taken = take();
        if (taken !== undefined) yield taken;
      }
      line.add(read.subarray(from));
    }
    const last = take();
    if (last !== undefined) yield last;
  } finally {
    await file.close();
  }
}

/** The bytes of one line; grows with the longest one and is used for all. */
class LineBuffer {
  #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  /** Length of the line so far, also if it is too long to be kept. */
  bytes = 0;

  add(piece: Buffer): void {
    const end = this.bytes + piece.length;
    if (end <= MAX_LINE_BYTES) {
      if (end > this.#buffer.length) {
        const larger = Buffer.allocUnsafe(Math.min(MAX_LINE_BYTES, Math.max(end, this.#buffer.length * 2)));
        this.#buffer.copy(larger, 0, 0, this.bytes);
        this.#buffer = larger;
      }
      piece.copy(this.#buffer, this.bytes);
    }
    this.bytes = end;
  }

  /** The line as text; undefined for one that is too long. Begins the next one. */
  take(): string | undefined {
    const { bytes } = this;
    this.bytes = 0;
    return bytes > MAX_LINE_BYTES ? undefined : this.#buffer.toString('utf8', 0, bytes);
  }
}
