import sharp from 'sharp';
import { randomInt, seededRandom } from '../random.js';
import { Canvas, textWidth, wrapText } from './canvas.js';
import { drawComposition } from './composition.js';
import { drawableText, GLYPH_HEIGHT } from './font.js';
import { ACCENT, CUBE, makePalette, MUTED, PANEL, PAPER } from './palette.js';
import { encodeIndexedPng, type Rgb } from './png.js';
import type { PixelSize } from './sizes.js';
import { THUMBNAIL_SIDE, type Thumbnail } from './thumbnail.js';

export type PictureFormat = 'png' | 'jpeg';

/** What is drawn; equal descriptions give equal bytes. */
export interface PictureDescription {
  readonly size: PixelSize;
  readonly format: PictureFormat;
  /** Chooses colours and composition. */
  readonly seed: string;
  /** What the picture is of, such as `character/ada/at-the-loom`. */
  readonly title: string;
  /** Lines of small print below the title: the key, the model. */
  readonly notes: readonly string[];
  readonly prompt: string;
  readonly thumbnails: readonly Thumbnail[];
  /** A heavy picture has a byte a pixel that no compression shrinks, as photographs have. */
  readonly heavy: boolean;
}

/** A real PNG or JPEG of exactly the asked size, marked as a preview in its pixels and in its text chunk. */
export async function renderPicture(what: PictureDescription): Promise<Buffer> {
  const random = seededRandom('picture', what.seed);
  const palette = makePalette(random);
  const canvas = new Canvas(what.size.width, what.size.height);
  drawComposition(canvas, random);
  if (what.heavy) addGrain(canvas, what.seed);
  drawCaption(canvas, what);
  if (what.format === 'png') {
    const text = {
      Software: 'gemini-emulator',
      Comment: 'PREVIEW, drawn by gemini-emulator, not by a model',
    };
    return encodeIndexedPng(canvas, palette, text, !what.heavy);
  }
  return sharp(toRgb(canvas, palette), {
    raw: { width: canvas.width, height: canvas.height, channels: 3 },
  })
    .jpeg({ quality: what.heavy ? 98 : 82, mozjpeg: false })
    .toBuffer();
}

function drawCaption(canvas: Canvas, what: PictureDescription): void {
  const { width, height } = canvas;
  const unit = Math.max(1, Math.round(Math.min(width, height) / 300));
  const margin = unit * 5;
  const line = (GLYPH_HEIGHT + 2) * unit;
  const columns = Math.max(8, Math.floor((width - 2 * margin) / textWidth(1, unit)));

  const banner = Math.max(unit, Math.floor((width * 45) / 100 / textWidth(9, 1)));
  const mark = Math.min(banner, Math.floor(height / 8 / GLYPH_HEIGHT) || 1);
  canvas.rect(0, margin * 2, textWidth(9, mark), (GLYPH_HEIGHT + 3) * mark, ACCENT);
  canvas.text(mark * 8, margin * 2 + mark * 3, 'PREVIEW', mark, PAPER);

  const title = wrapText(drawableText(what.title), Math.floor((columns * 2) / 3), 2);
  const notes = what.notes.map((note) => drawableText(note).slice(0, columns));
  const room = Math.floor((height * 38) / 100);
  const titleLine = Math.round(line * 1.5);
  const left = room - margin * 3 - title.length * titleLine - notes.length * line;
  const prompt = wrapText(
    drawableText(what.prompt),
    columns,
    Math.max(1, Math.min(6, Math.floor(left / line))),
  );
  const panel = margin * 3 + title.length * titleLine + (notes.length + prompt.length) * line;
  let y = height - panel;
  canvas.rect(0, y, width, panel, PANEL);
  canvas.rect(0, y, width, unit, ACCENT);
  drawThumbnails(canvas, what.thumbnails, y - margin, margin);
  y += margin + unit;
  for (const text of title) {
    canvas.text(margin, y, text, Math.max(unit, Math.floor(unit * 1.5)), PAPER);
    y += titleLine;
  }
  for (const text of notes) {
    canvas.text(margin, y, text, unit, MUTED);
    y += line;
  }
  y += Math.floor(margin / 2);
  for (const text of prompt) {
    canvas.text(margin, y, text, unit, PAPER);
    y += line;
  }
}

/** Framed, from the right edge to the left, standing on `bottom`. */
function drawThumbnails(
  canvas: Canvas,
  thumbnails: readonly Thumbnail[],
  bottom: number,
  margin: number,
): void {
  const zoom = Math.max(1, Math.floor(Math.min(canvas.width, canvas.height) / 5 / THUMBNAIL_SIDE));
  const frame = Math.max(1, Math.floor(margin / 4));
  let right = canvas.width - margin;
  for (const { width, height, cells } of thumbnails) {
    const w = width * zoom + frame * 2;
    const h = height * zoom + frame * 2;
    if (right - w < margin) return;
    canvas.rect(right - w, bottom - h, w, h, PAPER);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const colour = CUBE + (cells[y * width + x] ?? 0);
        canvas.rect(right - w + frame + x * zoom, bottom - h + frame + y * zoom, zoom, zoom, colour);
      }
    }
    right -= w + margin;
  }
}

/** Moves each pixel a shade: the picture stays what it is, and stays incompressible. */
function addGrain(canvas: Canvas, seed: string): void {
  const random = seededRandom('grain', seed);
  let state = randomInt(random, 0xffff_ffff) | 1;
  const { rows, stride } = canvas;
  for (let i = 0; i < rows.length; i += 1) {
    if (i % stride === 0) continue;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const colour = rows[i] ?? 0;
    if (colour < 48) rows[i] = (colour & ~3) | (state & 3);
  }
}

function toRgb(canvas: Canvas, palette: readonly Rgb[]): Buffer {
  const rgb = Buffer.allocUnsafe(canvas.width * canvas.height * 3);
  const table = new Uint8Array(256 * 3);
  palette.forEach((colour, i) => {
    table.set(colour, i * 3);
  });
  const { rows, stride } = canvas;
  let to = 0;
  for (let i = 0; i < rows.length; i += 1) {
    if (i % stride === 0) continue;
    const at = (rows[i] ?? 0) * 3;
    rgb[to] = table[at] ?? 0;
    rgb[to + 1] = table[at + 1] ?? 0;
    rgb[to + 2] = table[at + 2] ?? 0;
    to += 3;
  }
  return rgb;
}
