import type { Random } from '../random.js';
import { randomInt } from '../random.js';
import type { Rgb } from './png.js';

/** Where the colours of a composition are in the palette. */
export const SKY = 0;
export const SKY_STEPS = 40;
export const LAYER = 40;
export const LAYERS = 8;
export const SUN = 48;
export const ACCENT = 49;
export const PANEL = 50;
export const PAPER = 51;
export const MUTED = 52;
/** A cube of 5 x 5 x 5 colours, for thumbnails. */
export const CUBE = 64;

/** 192 or fewer colours drawn from a few seeded hues; dusk, day and night schemes. */
export function makePalette(random: Random): Rgb[] {
  const hue = randomInt(random, 360);
  const swing = 25 + randomInt(random, 70);
  const night = randomInt(random, 4) === 0;
  const top = hsl(hue, 55, night ? 14 : 34 + randomInt(random, 16));
  const horizon = hsl(hue + swing, 62, night ? 38 : 74);
  const far = hsl(hue + swing, 34, night ? 30 : 58);
  const near = hsl(hue - 20, 42, night ? 8 : 17);
  const palette: Rgb[] = Array.from({ length: CUBE + 125 }, () => [0, 0, 0] as const);
  for (let i = 0; i < SKY_STEPS; i += 1) palette[SKY + i] = mix(top, horizon, i, SKY_STEPS - 1);
  for (let i = 0; i < LAYERS; i += 1) palette[LAYER + i] = mix(far, near, i, LAYERS - 1);
  palette[SUN] = hsl(hue + swing + 20, 85, night ? 86 : 90);
  palette[ACCENT] = hsl(hue + 180, 72, 44);
  palette[PANEL] = hsl(hue, 30, 11);
  palette[PAPER] = [250, 248, 242];
  palette[MUTED] = hsl(hue, 22, 72);
  for (let i = 0; i < 125; i += 1) {
    palette[CUBE + i] = [Math.floor(i / 25) * 63, (Math.floor(i / 5) % 5) * 63, (i % 5) * 63];
  }
  return palette;
}

function mix(a: Rgb, b: Rgb, step: number, steps: number): Rgb {
  const at = (i: 0 | 1 | 2): number => a[i] + Math.round(((b[i] - a[i]) * step) / steps);
  return [at(0), at(1), at(2)];
}

/** Whole numbers in: degrees, percent, percent. */
function hsl(h: number, s: number, l: number): Rgb {
  const hue = ((h % 360) + 360) % 360;
  const chroma = (100 - Math.abs(2 * l - 100)) * s;
  const second = Math.floor((chroma * (60 - Math.abs((hue % 120) - 60))) / 60);
  const low = l * 100 - Math.floor(chroma / 2);
  const channel = (value: number): number =>
    Math.min(255, Math.max(0, Math.round(((low + value) * 255) / 10000)));
  const [r, g, b] = (
    [
      [chroma, second, 0],
      [second, chroma, 0],
      [0, chroma, second],
      [0, second, chroma],
      [second, 0, chroma],
      [chroma, 0, second],
    ] as const
  )[Math.floor(hue / 60)] ?? [0, 0, 0];
  return [channel(r), channel(g), channel(b)];
}
