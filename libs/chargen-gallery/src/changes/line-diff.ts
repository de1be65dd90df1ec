import type { DiffLine } from '../protocol.js';

/** Lines that are shown around a change. */
const CONTEXT = 3;

/**
 * The lines in which two texts differ, with a few around them. Made for one small change: everything between the
 * first and the last line that differ counts as changed.
 */
export function lineDiff(before: string, after: string): DiffLine[] {
  if (before === after) return [];
  const a = linesOf(before);
  const b = linesOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const aEnd = a.length - end;
  const bEnd = b.length - end;
  const from = Math.max(0, start - CONTEXT);
  const to = Math.min(a.length, aEnd + CONTEXT);
  const gap: DiffLine = { kind: 'gap', text: '', before: 0, after: 0 };
  const same = (place: number, shift: number): DiffLine => ({
    kind: 'same',
    text: shown(a[place]),
    before: place + 1,
    after: place + shift + 1,
  });
  return [
    ...(from > 0 ? [gap] : []),
    ...places(from, start).map((place) => same(place, 0)),
    ...places(start, aEnd).map((place): DiffLine => ({
      kind: 'gone',
      text: shown(a[place]),
      before: place + 1,
      after: 0,
    })),
    ...places(start, bEnd).map((place): DiffLine => ({
      kind: 'new',
      text: shown(b[place]),
      before: 0,
      after: place + 1,
    })),
    ...places(aEnd, to).map((place) => same(place, b.length - a.length)),
    ...(to < a.length ? [gap] : []),
  ];
}

/** Each with its line break, so that a break that came or went is a difference. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function shown(line = ''): string {
  return line.replace(/\r?\n$/, '');
}

function places(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
