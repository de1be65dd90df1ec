import { readFileSync } from 'node:fs';
import { parse } from 'jsonc-parser';

/** The text of a file; undefined if there is none that can be read. */
export function textOfFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** What a file of Nx says, with comments or without; undefined if there is none that can be read. */
export function jsonOfFile(path: string): unknown {
  const text = textOfFile(path);
  return text === undefined ? undefined : parse(text);
}
