import { createHash } from 'node:crypto';
import { PICTURE_NAME, PICTURE_TYPE } from './requests.js';
import { different, missing, valueAt, type Deviation } from './shape.js';

export function distinct(all: readonly Deviation[]): Deviation[] {
  return [...new Map(all.map((one) => [one.message, one])).values()];
}

export function fileDeviations(file: unknown, at: string, bytes: Buffer): Deviation[] {
  const path = (field: string): string => (at === '' ? field : `${at}.${field}`);
  const hex = createHash('sha256').update(bytes).digest('hex');
  // Base64 of the digest's hex text, as recorded.
  const expected = {
    displayName: PICTURE_NAME,
    mimeType: PICTURE_TYPE,
    sizeBytes: String(bytes.byteLength),
    sha256Hash: Buffer.from(hex).toString('base64'),
  };
  return Object.entries(expected).flatMap(([field, value]) => {
    const actual = valueAt(file, field);
    if (actual === value) return [];
    return actual === undefined
      ? [missing(path(field))]
      : [different(path(field), actual, JSON.stringify(value))];
  });
}

export function jobDeviations(raw: unknown, displayName: string, model: string): Deviation[] {
  const expected = { displayName, model: `models/${model}` };
  return Object.entries(expected).flatMap(([field, value]) => {
    const actual = valueAt(raw, 'metadata', field);
    // A field that is missing is reported by the shape.
    return actual === undefined || actual === value
      ? []
      : [different(`metadata.${field}`, actual, `"${value}"`)];
  });
}
