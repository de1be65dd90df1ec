import { valueAt } from '../data.js';
import { isLocation, readLocation } from '../legacy/location.js';
import type { LocationKeys } from '../legacy/location-spots.js';
import { PLAIN_FORM, type DialectReader } from '../reader.js';

const KEYS: LocationKeys = {
  dialect: 'L2',
  zoneId: ['slug'],
  zoneName: ['name'],
  beatId: ['slug'],
  beatName: ['name'],
  prompt: ['prompt_used'],
  overviews: ['establishing'],
};

/** Locations whose overview holds an establishing shot, with zones and beats that have prompts. */
export const l2Reader: DialectReader = {
  dialect: 'L2',
  looksLike:
    'a location with overview.establishing, zones and beat_images, each with slug and prompt_used (L2)',
  marks: [
    ['metadata', 'entity_type'],
    ['overview', 'establishing'],
    ['zones', 0, 'slug'],
    ['zones', 0, 'prompt_used'],
  ],
  recognises: (input) =>
    isLocation(input) && typeof (valueAt(input.data, ['overview', 'establishing']) ?? '') === 'object',
  form: PLAIN_FORM,
  read: (input) => readLocation(input, KEYS),
};
