/** A stretch of words that both texts have, or only one of them. */
export interface Stretch {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/**
 * What became of a text, word by word: the longest common sequence of words, with the white space behind each word
 * a part of it. Neighbouring words of one kind are one stretch; what is gone stands before what is new.
 */
export function wordDiff(before: string, after: string): Stretch[] {
  const a = wordsOf(before);
  const b = wordsOf(after);
  let start = 0;
  while (start < a.length && start < b.length && same(a[start], b[start])) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && same(a.at(-1 - end), b.at(-1 - end))) end += 1;
  const middle = diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return joined([
    ...b.slice(0, start).map((text): Stretch => ({ kind: 'same', text })),
    ...middle,
    ...b.slice(b.length - end).map((text): Stretch => ({ kind: 'same', text })),
  ]);
}

function wordsOf(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

/** Another line break between two words is no change that a reader cares about. */
function same(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.trim() === b.trim();
}

/** More cells than this take too long and too much memory; then the middle is told as replaced as a whole. */
const MAX_CELLS = 6_000_000;

function diffMiddle(a: readonly string[], b: readonly string[]): Stretch[] {
  const gone = (words: readonly string[]): Stretch[] => words.map((text) => ({ kind: 'gone', text }));
  const fresh = (words: readonly string[]): Stretch[] => words.map((text) => ({ kind: 'new', text }));
  if (a.length === 0 || b.length === 0 || a.length * b.length > MAX_CELLS) return [...gone(a), ...fresh(b)];
  const width = b.length + 1;
  // lengths[i * width + j]: the longest common sequence of a from i and b from j.
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = same(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const stretches: Stretch[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (same(a[i], b[j])) {
      stretches.push({ kind: 'same', text: b[j] ?? '' });
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      stretches.push({ kind: 'gone', text: a[i] ?? '' });
      i += 1;
    } else {
      stretches.push({ kind: 'new', text: b[j] ?? '' });
      j += 1;
    }
  }
  return [...stretches, ...gone(a.slice(i)), ...fresh(b.slice(j))];
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  let gone = '';
  let fresh = '';
  const flush = (): void => {
    if (gone !== '') result.push({ kind: 'gone', text: gone });
    if (fresh !== '') result.push({ kind: 'new', text: fresh });
    gone = '';
    fresh = '';
  };
  for (const { kind, text } of stretches) {
    if (kind === 'gone') gone += text;
    else if (kind === 'new') fresh += text;
    else {
      flush();
      const last = result.at(-1);
      if (last?.kind === 'same') result[result.length - 1] = { kind, text: last.text + text };
      else result.push({ kind, text });
    }
  }
  flush();
  return result;
}

export function isChanged(stretches: readonly Stretch[]): boolean {
  return stretches.some(({ kind }) => kind !== 'same');
}
