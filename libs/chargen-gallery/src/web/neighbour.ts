/** The card that a key leads to from the one at a place in the list. */
export function neighbour(links: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
  switch (key) {
    case 'ArrowRight':
      return links[at + 1];
    case 'ArrowLeft':
      return links[at - 1];
    case 'Home':
      return links[0];
    case 'End':
      return links.at(-1);
    case 'ArrowDown':
      return nearestRow(links, at, 1);
    case 'ArrowUp':
      return nearestRow(links, at, -1);
    default:
      return undefined;
  }
}

/** The card in the next row whose middle is nearest. */
function nearestRow(links: readonly HTMLElement[], at: number, step: 1 | -1): HTMLElement | undefined {
  const from = links[at]?.getBoundingClientRect();
  if (from === undefined) return undefined;
  const middle = from.left + from.width / 2;
  let best: HTMLElement | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  let row: number | undefined;
  for (let index = at + step; index >= 0 && index < links.length; index += step) {
    const link = links[index];
    if (link === undefined) break;
    const box = link.getBoundingClientRect();
    if (Math.abs(box.top - from.top) < from.height / 2) continue;
    row ??= box.top;
    if (Math.abs(box.top - row) > box.height / 2) break;
    const distance = Math.abs(box.left + box.width / 2 - middle);
    if (distance >= bestDistance) continue;
    best = link;
    bestDistance = distance;
  }
  return best;
}
