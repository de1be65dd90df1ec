import { createReadStream } from 'node:fs';

/** No string may have more than about 512 MB of characters in V8; a line of half of that is no answer. */
const MAX_LINE_BYTES = 256 * 1024 ** 2;
const NEWLINE = 0x0a;

export type ResultLine =
  | { readonly kind: 'line'; readonly text: string; readonly number: number }
  | { readonly kind: 'too-long'; readonly bytes: number; readonly number: number };

/**
 * Lines of a file, one at a time: the file is not read on before a line was dealt with. `node:readline` reads
 * up to 1024 lines ahead, which are gigabytes where each line holds a picture. Empty lines are left out.
 */
export async function* readLines(path: string): AsyncGenerator<ResultLine> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  const take = (): ResultLine | undefined => {
    const whole = bytes <= MAX_LINE_BYTES ? Buffer.concat(pieces).toString('utf8') : undefined;
    const length = bytes;
    pieces = [];
    bytes = 0;
    number += 1;
    if (whole === undefined) return { kind: 'too-long', bytes: length, number };
    return whole.trim() === '' ? undefined : { kind: 'line', text: whole, number };
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A byte stream gave text.');
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      pieces.push(chunk.subarray(from, at));
      bytes += at - from;
      from = at + 1;
      const line = take();
      if (line !== undefined) yield line;
    }
    bytes += chunk.length - from;
    if (bytes <= MAX_LINE_BYTES) pieces.push(chunk.subarray(from));
    else pieces = [];
  }
  const last = take();
  if (last !== undefined) yield last;
}
