import { stripVTControlCharacters } from 'node:util';

/**
 * A command as messages name it: after a colon, in brackets, or after "or". It ends where the sentence does, or the part
 * of it.
 */
const COMMAND = new RegExp(
  String.raw`(?<=: |\bor |\()(?:npx chargen|chargen|npm|npx|pnpm|yarn|git) [a-z].*?(?=[.,;]? *$|[.,;)])`,
  'g',
);

/** What must stay on one line: a word, or a command, of which a half pasted would be another command. */
interface Word {
  readonly text: string;
  readonly isCommand: boolean;
}

/** Lines that are drawn or are data: they stay as they are. */
const NO_PROSE = /^[│┌└├{]/;

/** Text for people as it is shown in a terminal, which by itself would break lines inside words. */
export function wrapText(text: string, columns: number): string {
  const lines = text.split('\n');
  return lines.flatMap((line) => (NO_PROSE.test(line) ? [line] : wrapWords(line, columns))).join('\n');
}

/**
 * A line in parts no wider than `columns`, broken between words; the parts keep its indentation, and four columns more. A
 * command that does not fit behind what is before it has a line of its own, longer than `columns` if it has to be, and
 * without the comma or full stop behind it.
 */
export function wrapWords(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  let isFull = false;
  for (const { text, isCommand } of wordsOf(line)) {
    const isFirst = current.trim() === '';
    const fits = isFirst || (!isFull && widthOf(current) + 1 + widthOf(text) <= columns);
    if (fits) {
      current = isFirst ? `${current}${text}` : `${current} ${text}`;
      continue;
    }
    lines.push(current);
    isFull = isCommand;
    current = `${indent}    ${isCommand ? text.replace(/[.,;]$/, '') : text}`;
  }
  return [...lines, current];
}

function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  let end = 0;
  const addWords = (text: string): void => {
    for (const word of text.split(/ +/)) if (word !== '') words.push({ text: word, isCommand: false });
  };
  for (const { 0: command, index } of line.matchAll(COMMAND)) {
    const mark = /^[.,;]/.exec(line.slice(index + command.length))?.[0] ?? '';
    addWords(line.slice(end, index));
    words.push({ text: `${command}${mark}`, isCommand: true });
    end = index + command.length + mark.length;
  }
  addWords(line.slice(end));
  return words;
}

/** Colours take no room. */
function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
