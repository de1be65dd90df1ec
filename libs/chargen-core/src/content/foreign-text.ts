import type { Diagnostic } from './diagnostic.js';

interface Mark {
  readonly code: string;
  readonly line: RegExp;
  readonly message: string;
}

/** What other tools leave in a file, by the lines that it never has otherwise. */
const MARKS: readonly Mark[] = [
  {
    code: 'merge-conflict',
    line: /^(?:<{7}|>{7}|\|{7})(?: .*)?$/,
    message:
      'A merge was not finished here. Keep the lines that you want, take away those with <<<<<<<, ======= and >>>>>>>, ' +
      'then: git add. Lines of generated_images may be taken from either side; chargen record writes them anew.',
  },
  {
    code: 'code-fence',
    line: /^\s*(?:`{3,}|~{3,})\s*\w*\s*$/,
    message: 'This line is the fence of a code block, as a chat shows it. Take the fence lines away.',
  },
];

/** The first mark of another tool in a text that is no valid content. */
export function foreignText(text: string, file: string): Diagnostic | undefined {
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    const mark = MARKS.find((one) => one.line.test(line));
    if (mark === undefined) continue;
    const { code, message } = mark;
    return { severity: 'error', code, message, file, line: n + 1, column: line.search(/\S/) + 1 };
  }
  return undefined;
}
