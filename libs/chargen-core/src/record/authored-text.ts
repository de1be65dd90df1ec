import { readFile } from 'node:fs/promises';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of a file that will be written back with one change; undefined if its bytes are not UTF-8. Reading
 * it leniently would replace these bytes, and the write would lose what their author wrote.
 */
export async function readAuthoredText(path: string): Promise<string | undefined> {
  return textOf(await readFile(path));
}

/** The same for bytes. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

export const NOT_UTF8 = 'it is not UTF-8 text; save it as UTF-8 in your editor';
