import { open, type FileHandle } from 'node:fs/promises';

/** Where a line is in a file, without its line break. */
export interface LineSpan {
  readonly start: number;
  readonly length: number;
}

const BLOCK = 1 << 20;

/**
 * Bytes of the longest line that is read. Twenty megabytes are all that a call may have; a file of gigabytes that has
 * no line break is a mistake, and no reason to take gigabytes of memory.
 */
const MOST_BYTES = 128 * 1024 ** 2;

/** The lines of a file that are not blank, found in one pass of constant memory. */
export async function findLines(path: string): Promise<LineSpan[]> {
  const file = await open(path, 'r');
  try {
    const block = Buffer.allocUnsafe(BLOCK);
    const spans: LineSpan[] = [];
    let start = 0;
    let blank = true;
    let position = 0;
    const close = (end: number): void => {
      if (!blank) spans.push({ start, length: end - start });
    };
    for (;;) {
      const { bytesRead } = await file.read(block, 0, BLOCK, position);
      if (bytesRead === 0) break;
      let from = 0;
      while (from < bytesRead) {
        const at = block.indexOf(10, from);
        const end = at < 0 || at >= bytesRead ? bytesRead : at;
        if (blank) blank = isBlank(block, from, end);
        if (end < bytesRead) {
          close(position + end);
          start = position + end + 1;
          blank = true;
        }
        from = end + 1;
      }
      position += bytesRead;
    }
    close(position);
    return spans;
  } finally {
    await file.close();
  }
}

function isBlank(block: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) {
    const byte = block[i];
    if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  }
  return true;
}

/** The text of a line; undefined for one that is too long to be read. */
export async function readLine(file: FileHandle, span: LineSpan): Promise<string | undefined> {
  if (span.length > MOST_BYTES) return undefined;
  const bytes = Buffer.allocUnsafe(span.length);
  let done = 0;
  while (done < span.length) {
    const { bytesRead } = await file.read(bytes, done, span.length - done, span.start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.toString('utf8', 0, done);
}
