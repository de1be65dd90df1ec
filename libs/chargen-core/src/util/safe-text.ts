/**
 * Characters that a terminal or a log acts on in place of showing them: control characters except line feed and tab
 * (ESC and its eight-bit forms begin sequences that move the cursor, set the title or open links), the characters
 * that change the direction of writing (Unicode's Bidi_Control), and the two separators that some viewers take for
 * a line break.
 */

const ACTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * What a runner of a CI service takes for a command. GitHub: `::name::` at the start of a line, and `##[name]`
 * anywhere in it; Azure and TeamCity: `##vso[` and `##teamcity[`. Source: actions/runner, ActionCommand.cs.
 */
const LINE_COMMAND = /^(\s*):(?=:)/gm;
const HASH_COMMAND = /#(?=#[a-z]*\[)/gi;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Text for a terminal or the log of a CI job: it is shown, and nothing acts on it. What is unsafe becomes its JSON
 * escape, so that a reader sees that it was there and JSON keeps its value. Every writer to standard output or
 * standard error calls this once, on the whole text.
 */
export function terminalText(text: string): string {
  return text
    .replace(ACTIVE, escaped)
    .replace(LINE_COMMAND, (_, space: string) => `${space}${escaped(':')}`)
    .replace(HASH_COMMAND, escaped('#'));
}

/** The same on one line, for messages with a fixed number of lines such as a diagnostic. */
export function oneLine(text: string): string {
  return terminalText(text.replace(/\r\n?|\n/g, '\\n').replaceAll('\t', ' '));
}

/** Every character that has a meaning in GitHub's Markdown, or begins a mention or HTML. */
const MARKDOWN = /[\\`*_{}[\]()#|!~@<>&]/g;

/**
 * Text for a GitHub step summary: one line, shown literally: Markdown, HTML and mentions in it have no effect.
 * Characters become numeric references, which hold in tables and beside other signs alike.
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(MARKDOWN, (sign) => `&#${sign.charCodeAt(0)};`);
}
