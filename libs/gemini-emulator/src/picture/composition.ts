import { randomInt, type Random } from '../random.js';
import type { Canvas } from './canvas.js';
import { LAYER, LAYERS, SKY, SKY_STEPS, SUN } from './palette.js';

/** A sky, a sun, and one of four foregrounds: enough for a gallery whose pictures look different. */
export function drawComposition(canvas: Canvas, random: Random): void {
  const { width, height } = canvas;
  for (let i = 0; i < SKY_STEPS; i += 1) {
    const y = Math.floor((i * height) / SKY_STEPS);
    canvas.rect(0, y, width, Math.floor(((i + 1) * height) / SKY_STEPS) - y, SKY + i);
  }
  const radius = Math.floor((Math.min(width, height) * (9 + randomInt(random, 10))) / 100);
  canvas.disc(
    Math.floor((width * (15 + randomInt(random, 70))) / 100),
    Math.floor((height * (22 + randomInt(random, 22))) / 100),
    radius,
    SUN,
  );
  const draw = FOREGROUNDS[randomInt(random, FOREGROUNDS.length)] ?? hills;
  draw(canvas, random);
}

type Foreground = (canvas: Canvas, random: Random) => void;

function hills(canvas: Canvas, random: Random): void {
  ridges(canvas, random, 4, 'smooth');
}

function peaks(canvas: Canvas, random: Random): void {
  ridges(canvas, random, 5, 'sharp');
}

function ridges(canvas: Canvas, random: Random, count: number, shape: 'smooth' | 'sharp'): void {
  const { width, height } = canvas;
  for (let layer = 0; layer < count; layer += 1) {
    const middle = Math.floor((height * (38 + (layer * 34) / count)) / 100);
    const swing = Math.floor((height * (shape === 'sharp' ? 16 : 11)) / 100);
    const knots = Array.from({ length: 5 + layer * 2 }, () => randomInt(random, 1000));
    const tops = new Int32Array(width);
    for (let x = 0; x < width; x += 1) {
      const place = Math.floor((x * (knots.length - 1) * 1024) / width);
      const knot = place >> 10;
      const within = place & 1023;
      const t = shape === 'smooth' ? smooth(within) : within;
      const a = knots[knot] ?? 500;
      const b = knots[knot + 1] ?? 500;
      tops[x] = middle + Math.floor((swing * (a + Math.floor(((b - a) * t) / 1024) - 500)) / 500);
    }
    canvas.skyline(tops, LAYER + Math.floor(((layer + 1) * (LAYERS - 1)) / count));
  }
}

/** 3t² - 2t³ on 0..1024. */
function smooth(t: number): number {
  return Math.floor((t * t * (3 * 1024 - 2 * t)) / (1024 * 1024));
}

function towers(canvas: Canvas, random: Random): void {
  const { width, height } = canvas;
  for (let layer = 0; layer < 3; layer += 1) {
    const colour = LAYER + 2 + layer * 2;
    let x = -randomInt(random, Math.max(1, Math.floor(width / 12)));
    while (x < width) {
      const w = Math.floor((width * (4 + randomInt(random, 9))) / 100) + 2;
      const top = Math.floor((height * (30 + layer * 11 + randomInt(random, 22))) / 100);
      canvas.rect(x, top, w, height - top, colour);
      if (randomInt(random, 3) === 0) {
        for (let i = 0; i < w / 2; i += 1) canvas.span(top - i * 2, x + i, x + w - i, colour);
        for (let i = 0; i < w / 2; i += 1) canvas.span(top - i * 2 - 1, x + i, x + w - i, colour);
      }
      if (layer > 0) windows(canvas, random, x, top, w);
      x += w + randomInt(random, 1 + Math.floor(width / 20));
    }
  }
}

function windows(canvas: Canvas, random: Random, x: number, top: number, width: number): void {
  const unit = Math.max(2, Math.floor(Math.min(canvas.width, canvas.height) / 90));
  for (let y = top + unit * 2; y < canvas.height * 0.72; y += unit * 4) {
    for (let at = x + unit; at + unit < x + width; at += unit * 3) {
      if (randomInt(random, 4) === 0) canvas.rect(at, y, unit, unit * 2, SUN);
    }
  }
}

function rings(canvas: Canvas, random: Random): void {
  const { width, height } = canvas;
  const unit = Math.min(width, height);
  for (let i = 0; i < 7; i += 1) {
    const cx = Math.floor((width * randomInt(random, 100)) / 100);
    const cy = Math.floor((height * (25 + randomInt(random, 60))) / 100);
    let radius = Math.floor((unit * (8 + randomInt(random, 22))) / 100);
    for (let layer = 0; layer < LAYERS && radius > 2; layer += 1) {
      canvas.disc(cx, cy, radius, LAYER + ((layer + i) % LAYERS));
      radius -= Math.floor((unit * 3) / 100) + 1;
    }
  }
}

const FOREGROUNDS: readonly Foreground[] = [hills, peaks, towers, rings];
