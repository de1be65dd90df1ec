/** A card among all that are shown, whether it is drawn or not. */
export interface Spot {
  readonly id: string;
  /** Which list of cards it stands in. */
  readonly list: number;
  readonly top: number;
  /** Of its middle. */
  readonly left: number;
}

/** The place in the list of the card that a key leads to from the one at `at`; undefined for other keys and ends. */
export function neighbour(spots: readonly Spot[], at: number, key: string): number | undefined {
  const places: Readonly<Record<string, () => number | undefined>> = {
    ArrowRight: () => at + 1,
    ArrowLeft: () => at - 1,
    Home: () => 0,
    End: () => spots.length - 1,
    ArrowDown: () => nearestInNextRow(spots, at, 1),
    ArrowUp: () => nearestInNextRow(spots, at, -1),
  };
  const place = places[key]?.();
  return place === undefined || spots[place] === undefined ? undefined : place;
}

/** The card of the next row whose middle is nearest. */
function nearestInNextRow(spots: readonly Spot[], at: number, step: 1 | -1): number | undefined {
  const from = spots[at];
  if (from === undefined) return undefined;
  const isInRow = (one: Spot | undefined, row: Spot): boolean =>
    one?.list === row.list && one.top === row.top;
  let next = at;
  while (isInRow(spots[next], from)) next += step;
  const row = spots[next];
  if (row === undefined) return undefined;
  let best = next;
  const distance = (place: number): number => Math.abs((spots[place]?.left ?? Infinity) - from.left);
  for (; isInRow(spots[next], row); next += step) if (distance(next) < distance(best)) best = next;
  return best;
}
