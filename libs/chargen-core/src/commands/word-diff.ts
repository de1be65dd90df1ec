export interface DiffPart {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Beyond this many comparisons the middle is told as one replacement: nobody reads such a diff by the word. */
const MAX_CELLS = 4_000_000;

/** How one text became another, word by word; joining all but the removed parts gives the new text. */
export function wordDiff(before: string, after: string): readonly DiffPart[] {
  const old = words(before);
  const now = words(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  ) {
    end += 1;
  }
  return merge([
    ...old.slice(0, start).map((text) => ({ kind: 'same' as const, text })),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map((text) => ({ kind: 'same' as const, text })),
  ]);
}

/** Words with the white space behind them, so that nothing is lost. */
function words(text: string): string[] {
  return text.match(/\s*\S+\s*|\s+$/g) ?? [];
}

/** The longest common subsequence by the textbook's table. */
function middle(old: readonly string[], now: readonly string[]): DiffPart[] {
  const removed = old.map((text) => ({ kind: 'removed' as const, text }));
  const added = now.map((text) => ({ kind: 'added' as const, text }));
  if (old.length === 0 || now.length === 0 || old.length * now.length > MAX_CELLS)
    return [...removed, ...added];
  const width = now.length + 1;
  const table = new Uint32Array((old.length + 1) * width);
  const cell = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      table[i * width + j] =
        old[i] === now[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
    }
  }
  const parts: DiffPart[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      parts.push({ kind: 'same', text: old[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < old.length && (j >= now.length || cell(i + 1, j) >= cell(i, j + 1))) {
      parts.push({ kind: 'removed', text: old[i] ?? '' });
      i += 1;
    } else {
      parts.push({ kind: 'added', text: now[j] ?? '' });
      j += 1;
    }
  }
  return parts;
}

function merge(parts: readonly DiffPart[]): readonly DiffPart[] {
  const merged: { kind: DiffPart['kind']; text: string }[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (last?.kind === part.kind) last.text += part.text;
    else merged.push({ ...part });
  }
  return merged;
}
