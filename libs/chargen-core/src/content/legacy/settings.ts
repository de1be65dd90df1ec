import {
  CLASSIC_RATIOS,
  isAspectRatio,
  isImageSize,
  isListedFor,
  nearestRatio,
  type AspectRatio,
  type ImageSize,
} from '../../catalogue/index.js';
import { HARM_CATEGORIES, HARM_THRESHOLDS } from '../canonical-schema.js';
import { isDataMap, pathText } from '../data.js';
import type { SafetySetting } from '../entity.js';
import type { Fields } from '../lenient.js';
import { SCENE_DEFAULTS } from '../reader.js';

const WORDS: Readonly<Record<string, readonly [number, number]>> = {
  square: [1, 1],
  portrait: [3, 4],
  landscape: [16, 9],
  widescreen: [16, 9],
  ultrawide: [21, 9],
};

const RATIO_KEYS = ['aspect_ratio', 'default_aspect_ratio', 'aspectRatio'] as const;
const SIZE_KEYS = ['size', 'default_size', 'dimensions', 'resolution'] as const;

/**
 * The shape of a picture: a ratio that is stated, else the ratio nearest to a size in pixels, else to a word such
 * as portrait; asked of the scene first, then of what holds for the whole file.
 */
export function aspectRatioOf(places: readonly Fields[], otherwise: AspectRatio): AspectRatio {
  for (const place of places) {
    const technical = place.map('technical');
    for (const fields of technical === undefined ? [place] : [place, technical]) {
      const found =
        stated(fields, RATIO_KEYS) ?? stated(fields, SIZE_KEYS) ?? stated(fields, ['orientation']);
      if (found !== undefined) return found;
    }
  }
  return otherwise;
}

function stated(fields: Fields, keys: readonly string[]): AspectRatio | undefined {
  for (const key of keys) {
    const value = fields.get(key);
    if (value === undefined) continue;
    const shape = shapeOf(value);
    if (shape === undefined) {
      // A size may also be one of Gemini's own, which does not determine the shape.
      if (typeof value === 'string' && /^(?:512|[124]k)$/i.test(value.trim())) continue;
      const at = [...fields.at, key];
      fields.book.note(
        'shape-not-understood',
        `${pathText(at)} is no aspect ratio or size; it is passed over.`,
        at,
      );
      continue;
    }
    const [width, height] = shape;
    const exact = `${width}:${height}`;
    return isAspectRatio(exact) ? exact : nearestRatio(width, height, CLASSIC_RATIOS);
  }
  return undefined;
}

function shapeOf(value: unknown): readonly [number, number] | undefined {
  if (typeof value === 'number') return value >= 0.1 && value <= 5 ? [value, 1] : undefined;
  if (isDataMap(value)) {
    const { width, height } = value;
    return typeof width === 'number' && typeof height === 'number' ? usable(width, height) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const pair = /(\d{1,5}(?:\.\d{1,4})?)\s*[:x×*/]\s*(\d{1,5}(?:\.\d{1,4})?)/i.exec(value);
  if (pair !== null) return usable(Number(pair[1]), Number(pair[2]));
  const word = value.trim().toLowerCase();
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}

function usable(width: number, height: number): readonly [number, number] | undefined {
  return width > 0 && height > 0 && Number.isFinite(width / height) ? [width, height] : undefined;
}

/** A size that Gemini knows, if one is stated; sizes in pixels are other tools' and give only the shape. */
export function imageSizeOf(places: readonly Fields[]): ImageSize {
  for (const fields of places) {
    for (const key of ['image_size', 'imageSize', 'size', 'resolution']) {
      const value = fields.get(key);
      const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
      const size = text.toUpperCase();
      if (isImageSize(size)) return size;
      if (key.startsWith('image') && text !== '') {
        const at = [...fields.at, key];
        fields.book.note(
          'size-not-understood',
          `${pathText(at)} is none of 512, 1K, 2K, 4K; ${SCENE_DEFAULTS.imageSize} is used.`,
          at,
        );
      }
    }
  }
  return SCENE_DEFAULTS.imageSize;
}

/**
 * The Gemini model of `generation_defaults`, if that is what it names. Providers and models of other tools stand
 * in most of these files; sending them to Gemini could only fail.
 */
export function modelOf(defaults: Fields | undefined): string | undefined {
  const model = defaults?.get('model');
  const provider = defaults?.get('provider');
  if (defaults === undefined || (model === undefined && provider === undefined)) return undefined;
  if (typeof model === 'string' && isListedFor(model, 'generate')) return model;
  const named = [provider, model]
    .filter((one): one is string => typeof one === 'string')
    .map((one) => `"${one}"`);
  defaults.book.note(
    'settings-of-another-tool',
    `${pathText(defaults.at)} names ${named.join(' and ')}, which is no Gemini image model of today; the workspace's model is used.`,
    [...defaults.at, model === undefined ? 'provider' : 'model'],
  );
  return undefined;
}

/** What chargen's own form has for a scene and any dialect may state in its scenes too. */
export interface OwnSettings {
  readonly take: number;
  readonly locked: boolean;
  readonly temperature?: number;
  readonly safetySettings: readonly SafetySetting[];
}

export function ownSettingsOf(fields: Fields): OwnSettings {
  const take = fields.get('take');
  const temperature = fields.get('temperature');
  return {
    take: typeof take === 'number' && Number.isInteger(take) && take >= 1 ? take : 1,
    locked: fields.get('locked') === true,
    ...(typeof temperature === 'number' && temperature >= 0 && temperature <= 2 ? { temperature } : {}),
    safetySettings: fields.items('safety_settings').flatMap(({ value }) => safetySetting(value)),
  };
}

function safetySetting(value: unknown): SafetySetting[] {
  if (!isDataMap(value)) return [];
  const category = HARM_CATEGORIES.find((one) => one === value['category']);
  const threshold = HARM_THRESHOLDS.find((one) => one === value['threshold']);
  return category === undefined || threshold === undefined ? [] : [{ category, threshold }];
}
