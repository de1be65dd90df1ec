import { valueAt } from '../data.js';
import { isLocation, readLocation } from '../legacy/location.js';
import type { LocationKeys } from '../legacy/location-spots.js';
import { PLAIN_FORM, type DialectReader } from '../reader.js';

const KEYS: LocationKeys = {
  dialect: 'L6',
  zoneId: ['slug'],
  zoneName: ['name'],
  beatId: ['slug'],
  beatName: ['title'],
  prompt: [],
  overviews: ['primary', 'secondary'],
};

/** Locations with two overviews and no prompts: those are compiled. */
export const l6Reader: DialectReader = {
  dialect: 'L6',
  looksLike:
    'a location with overview.primary and overview.secondary, zones and beat_images with slug and description (L6)',
  marks: [
    ['metadata', 'entity_type'],
    ['overview', 'primary'],
    ['overview', 'secondary'],
    ['zones', 0, 'slug'],
  ],
  recognises: (input) =>
    isLocation(input) && typeof (valueAt(input.data, ['overview', 'primary']) ?? '') === 'object',
  form: PLAIN_FORM,
  read: (input) => readLocation(input, KEYS),
};
