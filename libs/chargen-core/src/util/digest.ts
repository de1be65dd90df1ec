import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** sha256 in lower-case hex of text (as UTF-8) or bytes. */
export function sha256Hex(data: string | Uint8Array): string {
  // At once: a hash object for each of the thousands of short texts of a world took three times as long.
  return hash('sha256', data, 'hex');
}

/** sha256 in lower-case hex of a file, read as a stream so that its size does not matter. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A byte stream gave text.');
    hash.update(chunk);
  }
  return hash.digest('hex');
}
