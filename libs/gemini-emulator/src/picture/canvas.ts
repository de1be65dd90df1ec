import { GLYPH_WIDTH, glyphRows } from './font.js';

/**
 * An indexed picture: one byte a pixel, in rows. Everything is clipped to its edges.
 * Each row begins with a byte that stays 0, the PNG filter "none": so the rows are encoded where they are.
 */
export class Canvas {
  readonly rows: Buffer;
  readonly stride: number;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.stride = width + 1;
    this.rows = Buffer.alloc(this.stride * height);
  }

  /** Pixels of one row from x0 up to, not including, x1. */
  span(y: number, x0: number, x1: number, colour: number): void {
    if (y < 0 || y >= this.height) return;
    const from = Math.max(0, x0);
    const to = Math.min(this.width, x1);
    const row = y * this.stride + 1;
    if (from < to) this.rows.fill(colour, row + from, row + to);
  }

  rect(x: number, y: number, width: number, height: number, colour: number): void {
    const bottom = Math.min(this.height, y + height);
    for (let row = Math.max(0, y); row < bottom; row += 1) this.span(row, x, x + width, colour);
  }

  disc(cx: number, cy: number, radius: number, colour: number): void {
    for (let dy = -radius; dy <= radius; dy += 1) {
      const half = isqrt(radius * radius - dy * dy);
      this.span(cy + dy, cx - half, cx + half + 1, colour);
    }
  }

  /** From the given height of each column down to the bottom. */
  skyline(tops: Int32Array, colour: number): void {
    const top = (x: number): number => Math.min(this.height, Math.max(0, tops[x] ?? this.height));
    let [highest, lowest] = [this.height, 0];
    for (let x = 0; x < this.width; x += 1) {
      highest = Math.min(highest, top(x));
      lowest = Math.max(lowest, top(x));
    }
    // By row, the columns at which it enters or leaves: few, so that no pixel has to be looked at.
    const edges = Array.from({ length: lowest - highest }, (): number[] => []);
    let before = this.height;
    for (let x = 0; x < this.width; x += 1) {
      const here = top(x);
      for (let y = Math.min(before, here); y < Math.min(lowest, Math.max(before, here)); y += 1) {
        edges[y - highest]?.push(x);
      }
      before = here;
    }
    edges.forEach((row, i) => {
      for (let n = 0; n < row.length; n += 2) {
        this.span(highest + i, row[n] ?? 0, row[n + 1] ?? this.width, colour);
      }
    });
    this.rect(0, lowest, this.width, this.height - lowest, colour);
  }

  /** Text in one line; `scale` is the size of a font pixel. Answers the x after its end. */
  text(x: number, y: number, text: string, scale: number, colour: number): number {
    let at = x;
    for (const character of text) {
      glyphRows(character).forEach((bits, row) => {
        for (let column = 0; column < GLYPH_WIDTH; column += 1) {
          if ((bits & (1 << (GLYPH_WIDTH - 1 - column))) === 0) continue;
          this.rect(at + column * scale, y + row * scale, scale, scale, colour);
        }
      });
      at += (GLYPH_WIDTH + 1) * scale;
    }
    return at;
  }
}

/** The integer square root: floats would do here, but integers leave no doubt about other machines. */
function isqrt(value: number): number {
  if (value <= 0) return 0;
  let root = Math.floor(Math.sqrt(value));
  while (root * root > value) root -= 1;
  while ((root + 1) * (root + 1) <= value) root += 1;
  return root;
}

/** Pixels that `characters` characters take at a scale. */
export const textWidth = (characters: number, scale: number): number =>
  characters * (GLYPH_WIDTH + 1) * scale;

/** Words in lines of at most `columns` characters, at most `lines` of them; what is left out ends in `...`. */
export function wrapText(text: string, columns: number, lines: number): string[] {
  const result: string[] = [];
  let rest = text;
  while (rest.length > 0 && result.length < lines) {
    if (rest.length <= columns) {
      result.push(rest);
      return result;
    }
    const space = rest.lastIndexOf(' ', columns);
    const joint = 1 + Math.max(rest.lastIndexOf('/', columns - 1), rest.lastIndexOf('-', columns - 1));
    const end = space > columns / 3 ? space : joint > columns / 3 ? joint : columns;
    result.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  const last = result.length - 1;
  if (rest.length > 0 && last >= 0) result[last] = `${(result[last] ?? '').slice(0, columns - 3)}...`;
  return result;
}
