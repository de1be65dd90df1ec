import { createHash } from 'node:crypto';

/** A stream of numbers in [0, 1) that depends on its seed alone. */
export type Random = () => number;

/** Mulberry32 over the first 32 bits of sha256(seed text): integer arithmetic, so equal on every machine. */
export function seededRandom(...seed: readonly (string | number)[]): Random {
  let state = createHash('sha256').update(seed.join('\u0000')).digest().readUInt32BE(0);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** An integer in [0, below). */
export function randomInt(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** The items in an order that the random numbers decide. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

const LOWER_ALNUM = 'abcdefghijklmnopqrstuvwxyz0123456789';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function randomText(random: Random, alphabet: string, length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) text += alphabet.charAt(randomInt(random, alphabet.length));
  return text;
}

/** `files/<12 of a-z0-9>` without the prefix, as recorded. */
export const fileId = (random: Random): string => randomText(random, LOWER_ALNUM, 12);
/** `batches/<36 of a-z0-9>` without the prefix, as recorded. */
export const batchId = (random: Random): string => randomText(random, LOWER_ALNUM, 36);
/** 23 characters of base64url, as in recorded `responseId`s. */
export const responseId = (random: Random): string => randomText(random, BASE64URL, 23);
/** The token in an upload URL. */
export const uploadId = (random: Random): string => `AAwnv3${randomText(random, BASE64URL, 60)}`;
