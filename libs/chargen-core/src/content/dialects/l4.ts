import { hasZoneWith, isLocation, readLocation } from '../legacy/location.js';
import type { LocationKeys } from '../legacy/location-spots.js';
import { PLAIN_FORM, type DialectReader } from '../reader.js';

const KEYS: LocationKeys = {
  dialect: 'L4',
  zoneId: ['zone_slug'],
  zoneName: ['zone_name'],
  beatId: ['beat_slug'],
  beatName: ['beat_title'],
  prompt: ['prompt', 'prompt_template'],
};

/** Locations whose zones hold lists of images, and whose beats hold an image_spec. */
export const l4Reader: DialectReader = {
  dialect: 'L4',
  looksLike: 'a location whose zones have zone_slug and a list of images with image_slug and prompt (L4)',
  marks: [
    ['metadata', 'entity_type'],
    ['overview', 'prompt_template'],
    ['zones', 0, 'zone_slug'],
    ['zones', 0, 'images'],
  ],
  recognises: (input) => isLocation(input) && hasZoneWith(input, 'zone_slug'),
  form: PLAIN_FORM,
  read: (input) => readLocation(input, KEYS),
};
