import type { DataMap } from './data.js';

/** Keys in the order in which authors write them and a prompt reads best. */
const USUAL: readonly string[] = [
  'dominant',
  'primary',
  'secondary',
  'accent',
  'primary_source',
  'secondary_source',
  'quality',
  'direction',
  'color_temperature',
  'shadow_depth',
  'atmospheric',
  'atmosphere',
  'mood_default',
  'foreground',
  'midground',
  'background',
  'focal_point',
  'angle',
  'distance',
  'framing',
  'focus',
  'depth_layers',
  'depth_cues',
  'focal_length',
  'depth_of_field',
  'golden_hour',
  'dawn',
  'morning',
  'day',
  'day_exterior',
  'day_interior',
  'midday',
  'afternoon',
  'evening',
  'dusk',
  'twilight',
  'night',
  'weather',
  'environmental_effects',
  'time_pressure',
];
const RANKS: ReadonlyMap<string, number> = new Map(USUAL.map((key, rank) => [key, rank]));

function rankOf(key: string): number {
  return RANKS.get(key) ?? USUAL.length;
}

/**
 * The entries of a map in an order that its file does not decide, keys that are not known last and by code units: a
 * map has no order, and a formatter that sorts keys must not make a prompt that would be paid for again.
 */
export function inUsualOrder(map: DataMap): readonly (readonly [string, unknown])[] {
  return Object.entries(map).sort(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0));
}
