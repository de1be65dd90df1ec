import { hasZoneWith, isLocation, readLocation } from '../legacy/location.js';
import type { LocationKeys } from '../legacy/location-spots.js';
import { PLAIN_FORM, type DialectReader } from '../reader.js';

const KEYS: LocationKeys = {
  dialect: 'L5',
  zoneId: ['zone_id'],
  zoneName: ['zone_name'],
  beatId: ['beat_id'],
  beatName: ['beat_name'],
  prompt: [],
};

/** Locations whose zones and beats have ids of their own and no prompts: those are compiled. */
export const l5Reader: DialectReader = {
  dialect: 'L5',
  looksLike: 'a location whose zones have zone_id and description, and whose beat_images have beat_id (L5)',
  marks: [
    ['metadata', 'entity_type'],
    ['overview', 'description'],
    ['zones', 0, 'zone_id'],
    ['zones', 0, 'description'],
  ],
  recognises: (input) => isLocation(input) && hasZoneWith(input, 'zone_id'),
  form: PLAIN_FORM,
  read: (input) => readLocation(input, KEYS),
};
