import { hasKey } from '../data.js';
import { isLocation, readLocation } from '../legacy/location.js';
import type { LocationKeys } from '../legacy/location-spots.js';
import { PLAIN_FORM, type DialectReader } from '../reader.js';

const KEYS: LocationKeys = {
  dialect: 'L3',
  zoneId: ['slug'],
  zoneName: ['name'],
  beatId: ['slug'],
  beatName: ['name'],
  prompt: ['prompt_used'],
};

/** Locations with one flat overview, zones and beats, all of them with prompts. */
export const l3Reader: DialectReader = {
  dialect: 'L3',
  looksLike: 'a location with a flat overview, zones and beat_images, each with slug and prompt_used (L3)',
  marks: [['metadata', 'entity_type'], ['overview', 'slug'], ['zones', 0, 'slug'], ['beat_images']],
  recognises: (input) => isLocation(input) && hasKey(input.data, 'beat_images'),
  form: PLAIN_FORM,
  read: (input) => readLocation(input, KEYS),
};
