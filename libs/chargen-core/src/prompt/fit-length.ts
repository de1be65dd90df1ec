/** What a length limit may cut: lower weights matter more, and weight 1 is never cut. */
export interface Weighted {
  readonly weight: number;
  readonly text: string;
}

export interface Fitted<T> {
  readonly kept: readonly T[];
  /** In the order in which they were cut. */
  readonly cut: readonly T[];
}

/**
 * Cuts whole parts until the rest fits: the highest weight first, and of equals the last. A part is never cut in
 * its middle: half a sentence says something its author did not.
 */
export function fitLength<T extends Weighted>(
  parts: readonly T[],
  maxChars: number,
  lengthOf: (parts: readonly T[]) => number,
): Fitted<T> {
  let kept = [...parts];
  const cut: T[] = [];
  while (lengthOf(kept) > maxChars) {
    const heaviest = Math.max(1, ...kept.map((part) => part.weight));
    if (heaviest === 1) break;
    const index = kept.findLastIndex((part) => part.weight === heaviest);
    const [gone] = kept.slice(index, index + 1);
    if (gone === undefined) break;
    cut.push(gone);
    kept = kept.filter((_, other) => other !== index);
  }
  return { kept, cut };
}
