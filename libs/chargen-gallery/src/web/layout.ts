/** Where cards are, in pixels from the corner of their list. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Sizes {
  /** Of the list. */
  readonly width: number;
  /** The height that pictures have, unless their row is stretched to the width. */
  readonly row: number;
  /** The height of the words under a picture. */
  readonly caption: number;
  readonly gap: number;
  /** The narrowest card that still shows a title. */
  readonly narrowest: number;
  /** The card of a scene without a picture. */
  readonly compact: { readonly width: number; readonly height: number };
}

/** A row of pictures is stretched to at most so many times its height. */
const STRETCH = 1.5;

/**
 * Rows of cards from left to right, without the page: where a card is must be known before it is drawn. Takes the shape
 * of each picture, width by height; undefined for a scene without one.
 */
export function layCards(ratios: readonly (number | undefined)[], sizes: Sizes): Place[] {
  const places: Place[] = [];
  while (places.length < ratios.length) {
    const first = places.length;
    const top = bottomOf(places) + (first === 0 ? 0 : sizes.gap);
    const shapes = shapesOfRow(ratios.slice(first), sizes);
    places.push(
      ...(shapes.length > 0 ? pictureRow(shapes, top, sizes) : compactRow(ratios, first, top, sizes)),
    );
  }
  return places;
}

/** The height of all rows. */
export function bottomOf(places: readonly Place[]): number {
  const last = places.at(-1);
  return last === undefined ? 0 : last.top + last.height;
}

/** As many pictures as fill the width; none if a scene without one comes first. */
function shapesOfRow(
  ratios: readonly (number | undefined)[],
  { width, row, gap, narrowest }: Sizes,
): number[] {
  const shapes: number[] = [];
  let filled = 0;
  for (const ratio of ratios) {
    if (ratio === undefined || filled >= width) break;
    const shape = Math.max(ratio, narrowest / row);
    shapes.push(shape);
    filled += shape * row + gap;
  }
  return shapes;
}

function pictureRow(shapes: readonly number[], top: number, { width, row, caption, gap }: Sizes): Place[] {
  const free = width - gap * (shapes.length - 1);
  const sum = shapes.reduce((total, shape) => total + shape, 0);
  const isFull = sum * row + gap * shapes.length >= width;
  // The last row keeps its size.
  const height = Math.min(free / sum, isFull ? row * STRETCH : row);
  let left = 0;
  return shapes.map((shape) => {
    const place = { left, top, width: shape * height, height: height + caption };
    left += place.width + gap;
    return place;
  });
}

function compactRow(
  ratios: readonly (number | undefined)[],
  first: number,
  top: number,
  { width, gap, compact }: Sizes,
): Place[] {
  const columns = Math.max(1, Math.floor((width + gap) / (compact.width + gap)));
  const own = (width - gap * (columns - 1)) / columns;
  const end = ratios.findIndex((ratio, at) => at > first && ratio !== undefined);
  const count = Math.min(columns, (end === -1 ? ratios.length : end) - first);
  return Array.from({ length: count }, (_, column) => ({
    left: column * (own + gap),
    top,
    width: own,
    height: compact.height,
  }));
}
