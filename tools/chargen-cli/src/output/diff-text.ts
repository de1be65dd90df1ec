import type { DiffPart } from 'chargen-core';
import type { Io } from '../cli/io.js';

/** Removed words in brackets with a minus, added ones with a plus, so that no colour is needed to read it. */
export function diffText(diff: readonly DiffPart[], io: Io): string {
  return diff
    .map(({ kind, text }, index) => {
      const [, lead = '', body = '', tail = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
      switch (kind) {
        case 'same':
          return shortened(text, index === 0, index === diff.length - 1);
        case 'removed':
          return `${lead}${io.paint('red', `[-${body}-]`)}${tail}`;
        case 'added':
          return `${lead}${io.paint('green', `{+${body}+}`)}${tail}`;
      }
    })
    .join('');
}

/** Of a long stretch that did not change only its two ends are shown. */
function shortened(text: string, isFirst: boolean, isLast: boolean): string {
  const room = 90;
  if (text.length <= room * 2) return text;
  const head = isFirst ? '' : text.slice(0, room);
  const tail = isLast ? '' : text.slice(-room);
  return `${head} … ${tail}`;
}

export function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
