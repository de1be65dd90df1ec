import { createHash } from 'node:crypto';

/**
 * RFC 3339 with nine fraction digits, as batch operations carry them.
 * The clock has milliseconds; the six digits below them come from `salt`, so that two readings of one moment agree.
 */
export function nanoTime(ms: number, salt: string): string {
  return `${new Date(ms).toISOString().slice(0, -1)}${digits(salt, 6)}Z`;
}

/** RFC 3339 with six fraction digits, as File resources carry them. */
export function microTime(ms: number, salt: string): string {
  return `${new Date(ms).toISOString().slice(0, -1)}${digits(salt, 3)}Z`;
}

function digits(salt: string, count: number): string {
  const number = createHash('sha256').update(salt).digest().readUInt32BE(0);
  // A real clock never reads all zeros below the millisecond in practice, and proto JSON would then drop them.
  const text = String((number % 999_999) + 1).padStart(6, '0');
  return text.slice(-count).replace(/^0+$/, '1'.padStart(count, '0'));
}
