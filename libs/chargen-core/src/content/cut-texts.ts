import { yamlLibrary } from 'yaml-splice/read';
import type { Diagnostic } from './diagnostic.js';

/** What stands on a line before a comment, if it is a text without quotes of a field that holds prose. */
const PROSE = /^[ \t]*(?:- +)*(?:prompt|description|appearance|style):[ \t]+[^\s"'|>#]/m;
const PROSE_KEYS = new Set(['prompt', 'description', 'appearance', 'style']);

/**
 * Texts without quotes that end at a ` #`, where YAML begins a comment. What follows it is lost without a warning.
 * `#7` is hardly a comment, so that this is a warning; `# words` may be one, so that it is a note, and only if
 * the field holds prose. The slow parser reads a file only if a line of it looks like that.
 */
export function cutTexts(text: string, file: string): Diagnostic[] {
  if (!isSuspect(text)) return [];
  const { CST, LineCounter, Parser } = yamlLibrary();
  const counter = new LineCounter();
  const found: Diagnostic[] = [];
  for (const token of new Parser(counter.addNewLine).parse(text)) {
    if (token.type !== 'document') continue;
    CST.visit(token, ({ key, value }) => {
      if (value?.type !== 'scalar') return;
      const comment = value.end?.find((one) => one.type === 'comment');
      if (comment === undefined || value.source === '') return;
      const place = counter.linePos(value.offset);
      const isOnLine =
        counter.linePos(comment.offset).line === counter.linePos(value.offset + value.source.length).line;
      const field = key?.type === 'scalar' ? key.source : '';
      const isWord = /^#[^\s#]/.test(comment.source);
      if (!isOnLine || !(isWord || PROSE_KEYS.has(field))) return;
      const lost = comment.source.length > 40 ? `${comment.source.slice(0, 39)}…` : comment.source;
      found.push({
        severity: isWord ? 'warning' : 'note',
        code: 'text-cut',
        message: `This text ends before "${lost}", which YAML takes for a comment. If it belongs to the text, put quotes around the whole.`,
        file,
        line: place.line,
        column: place.col,
      });
    });
  }
  return found;
}

/**
 * Whether a comment follows something else on its line, at once (`a door marked #7`) or behind prose. From `#` to `#`,
 * since an expression over the whole text tries each character of a long line as a beginning.
 */
function isSuspect(text: string): boolean {
  let lineStart = 0;
  let boundary = -1;
  for (let at = text.indexOf('#'); at >= 0; at = text.indexOf('#', at + 1)) {
    const newline = text.lastIndexOf('\n', at);
    if (newline >= lineStart) {
      lineStart = newline + 1;
      boundary = newline;
    }
    const before = text[at - 1];
    if (before === ' ' || before === '\t') {
      const next = text[at + 1] ?? ' ';
      if (next !== '#' && next.trim() !== '' && text.slice(boundary + 1, at).trim() !== '') return true;
      if (PROSE.test(text.slice(lineStart, at - 1))) return true;
    }
    boundary = at;
  }
  return false;
}
