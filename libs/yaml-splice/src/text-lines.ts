export type Eol = '\n' | '\r\n';

/** Replaces the characters from `start` up to `end` (not included) of a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** Behind the line break that ends the line of `at`; a place directly behind a break counts as such an end. */
export function lineEnd(text: string, at: number): number {
  if (at > 0 && text[at - 1] === '\n') return at;
  const found = text.indexOf('\n', at);
  return found === -1 ? text.length : found + 1;
}

/** Behind the blank lines that begin at `at`, which is the beginning of a line. */
function skipBlankLines(text: string, at: number): number {
  const blank = /[ \t]*(?:\r?\n|$)/y;
  let end = at;
  while (end < text.length) {
    blank.lastIndex = end;
    if (!blank.test(text)) break;
    end = blank.lastIndex;
  }
  return end;
}

/** The line break that most lines of a text have; undefined for a text without any. */
export function prevailingEol(text: string): Eol | undefined {
  let crlf = 0;
  let lf = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (at > 0 && text[at - 1] === '\r') crlf += 1;
    else lf += 1;
  }
  if (crlf + lf === 0) return undefined;
  return crlf > lf ? '\r\n' : '\n';
}

/**
 * Puts whole lines in at the beginning of a line, or at the end of the text. A text without a final line break
 * still has none afterwards. Undefined behind a lone CR, to which a LF must not be joined.
 */
export function insertLines(text: string, at: number, lines: readonly string[], eol: Eol): Edit | undefined {
  const body = lines.join(eol);
  const opensLine = at === 0 || text[at - 1] === '\n';
  if (opensLine) return { start: at, end: at, insert: body + eol };
  if (text[at - 1] === '\r') return undefined;
  return { start: at, end: at, insert: eol + body };
}

/**
 * Takes whole lines out: the exact inverse of `insertLines`. The other ways take the blank lines below with
 * them, and leave the line break above, for a block scalar above that keeps its blank lines (`|+`).
 */
export function removeLines(text: string, start: number, end: number): Edit[] {
  const blankEnd = skipBlankLines(text, end);
  return [removal(text, start, end), removal(text, start, blankEnd), { start, end: blankEnd, insert: '' }];
}

function removal(text: string, start: number, end: number): Edit {
  const endsOpen = end === text.length && !text.endsWith('\n');
  if (!endsOpen || text[start - 1] !== '\n') return { start, end, insert: '' };
  return { start: start - (text[start - 2] === '\r' ? 2 : 1), end, insert: '' };
}
