import { valueAt, isDataMap } from '../data.js';
import { hasZoneWith, isLocation, readLocation } from '../legacy/location.js';
import type { LocationKeys } from '../legacy/location-spots.js';
import { PLAIN_FORM, type DialectReader } from '../reader.js';

const KEYS: LocationKeys = {
  dialect: 'L1',
  zoneId: ['slug'],
  zoneName: ['title', 'name'],
  beatId: ['slug'],
  beatName: ['title', 'name'],
  prompt: ['prompt_used'],
};

/** Locations as an art director writes them: every zone described at length, with a prompt. */
export const l1Reader: DialectReader = {
  dialect: 'L1',
  looksLike: 'a location with an overview and zones, each with slug, title and prompt_used (L1)',
  marks: [
    ['metadata', 'entity_type'],
    ['overview', 'slug'],
    ['overview', 'prompt_used'],
    ['zones', 0, 'slug'],
  ],
  recognises(input) {
    // Asked last of the locations, so that it takes what has no mark of the others.
    if (!isLocation(input)) return false;
    return isDataMap(valueAt(input.data, ['overview'])) || hasZoneWith(input, 'slug');
  },
  form: PLAIN_FORM,
  read: (input) => readLocation(input, KEYS),
};
