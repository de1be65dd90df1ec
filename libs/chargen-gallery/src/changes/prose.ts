import { isDeepStrictEqual } from 'node:util';
import { parseYaml } from 'chargen-core';

/** Longest line of prose that is written, if the author's own lines are not longer. */
const WIDTH = 96;
/** Shorter texts read well on one line in quotes. */
const SHORT = 80;

/** Characters that a block scalar cannot hold or an editor hides; such a text stays quoted, with escapes. */
const UNSAFE = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/u;

const PAIR = /^(?<start> *(?:- +)*[\w-]+: )(?<literal>"(?:[^"\\\n]|\\.)*")[ \t]*(?=\r?\n|$)/gm;

/**
 * Rewrites a text that a splice put on one line in quotes as a block of prose, in the style that the author had
 * there before or else folded: a paragraph in one quoted line is hard to read and worse to review. If that
 * would change the value, the quoted line stays.
 */
export function asProse(before: string, spliced: string, value: string): string {
  const changedFrom = commonStart(before, spliced);
  for (const match of spliced.matchAll(PAIR)) {
    const { start = '', literal = '' } = match.groups ?? {};
    const from = match.index + start.length;
    if (from + literal.length < changedFrom || parsed(literal) !== value) continue;
    const old = from <= changedFrom ? oldBlock(before.slice(from)) : undefined;
    const block = blockOf(value, old, columnOfKey(start) + 2);
    if (block === undefined) return spliced;
    const eol = spliced.includes('\r\n') ? '\r\n' : '\n';
    const text = spliced.slice(0, from) + block.join(eol) + spliced.slice(match.index + match[0].length);
    return saysTheSame(text, spliced) ? text : spliced;
  }
  return spliced;
}

interface Block {
  readonly style: '>' | '|';
  readonly indent: number;
  readonly width: number;
}

/** The block scalar that begins a text, if one does. */
function oldBlock(text: string): Block | undefined {
  const header = /^([>|])[-+]?[ \t]*\r?\n/.exec(text);
  if (header === null) return undefined;
  const lines = text.slice(header[0].length).split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== '');
  const indent = first === undefined ? 0 : first.length - first.trimStart().length;
  if (indent === 0) return undefined;
  let width = 0;
  for (const line of lines) {
    if (line.trim() !== '' && line.length - line.trimStart().length < indent) break;
    width = Math.max(width, line.length - indent);
  }
  return { style: header[1] === '|' ? '|' : '>', indent, width };
}

/** The lines of a block scalar: its header, then its indented text. */
function blockOf(value: string, old: Block | undefined, usualIndent: number): string[] | undefined {
  const text = value.replace(/\n$/, '');
  const isShort = text.length <= SHORT && !text.includes('\n');
  if ((old === undefined && isShort) || text.trim() !== text || UNSAFE.test(text.replaceAll('\n', ' '))) {
    return undefined;
  }
  const style = old?.style ?? '>';
  const indent = ' '.repeat(old?.indent ?? usualIndent);
  const header = value === text ? `${style}-` : style;
  const paragraphs = text.split('\n');
  // A folded line that begins with a space would not be folded.
  if (style === '>' && paragraphs.some((line) => /^\s|\s$/.test(line))) return undefined;
  const width = Math.max(40, old === undefined ? WIDTH - indent.length : old.width);
  const lines =
    style === '|'
      ? paragraphs
      : paragraphs.flatMap((line, place) => [...(place === 0 ? [] : ['']), ...wrapped(line, width)]);
  return [header, ...lines.map((line) => (line === '' ? '' : indent + line))];
}

function wrapped(paragraph: string, width: number): string[] {
  if (paragraph === '') return [];
  const lines: string[] = [];
  let line = '';
  // Only single spaces may become line breaks and come back as what they were.
  for (const word of paragraph.split(/(?<=\S) (?=\S)/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Spaces before the key; the dash of a list item counts as one. */
function columnOfKey(start: string): number {
  return /^ *(?:- +)*/.exec(start)?.[0].length ?? 0;
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}

function parsed(literal: string): unknown {
  try {
    return JSON.parse(literal);
  } catch {
    return undefined;
  }
}

/** Whether two texts are the same data. */
export function saysTheSame(a: string, b: string): boolean {
  const [first, second] = [parseYaml(a, 'a'), parseYaml(b, 'b')];
  return first.kind === 'data' && second.kind === 'data' && isDeepStrictEqual(first.data, second.data);
}
