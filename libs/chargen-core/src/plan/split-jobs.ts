import { modelFacts } from '../catalogue/index.js';
import type { Tier } from './settings.js';

/** What splitting needs to know of an item. */
export interface Splittable {
  readonly key: string;
  readonly request: { readonly model: string };
  readonly inputTokens: number;
  readonly outputBytes: number;
}

/**
 * Result bytes that one job is expected to have. Jobs whose results passed a gigabyte could not be fetched any
 * more, though they were billed (three public reports of 2025 and 2026).
 */
const MAX_OUTPUT_BYTES = 700_000_000;

/**
 * Cuts items into jobs of one model each, by expected result bytes, number and queued tokens. The order of the
 * items is kept; the same items give the same jobs.
 */
export function splitJobs<T extends Splittable>(items: readonly T[], maxItems: number, tier: Tier): T[][] {
  const byModel = new Map<string, T[]>();
  for (const item of items) {
    const list = byModel.get(item.request.model) ?? [];
    list.push(item);
    byModel.set(item.request.model, list);
  }
  const jobs: T[][] = [];
  for (const [model, list] of byModel) {
    const maxTokens = queueLimit(model, tier);
    let job: T[] = [];
    let bytes = 0;
    let tokens = 0;
    for (const item of list) {
      const full =
        job.length >= maxItems ||
        bytes + item.outputBytes > MAX_OUTPUT_BYTES ||
        tokens + item.inputTokens > maxTokens;
      if (full && job.length > 0) {
        jobs.push(job);
        job = [];
        bytes = 0;
        tokens = 0;
      }
      job.push(item);
      bytes += item.outputBytes;
      tokens += item.inputTokens;
    }
    if (job.length > 0) jobs.push(job);
  }
  return jobs;
}

/** Input tokens that Google lets wait in all jobs of a model together; unlimited if nothing was published. */
export function queueLimit(model: string, tier: Tier): number {
  const limits = modelFacts(model)?.queuedTokens;
  if (limits === undefined || tier === 'free') return Number.POSITIVE_INFINITY;
  return limits[tier];
}

const WIRE_BYTES = { '512': 900_000, '1K': 2_700_000, '2K': 8_000_000, '4K': 28_000_000 } as const;

/** Bytes of base64 that an answer will have; a 2K picture was measured at about 8 MB. */
export function expectedOutputBytes(imageSize: string | undefined): number {
  switch (imageSize) {
    case undefined:
      return 8_000;
    case '512':
    case '2K':
    case '4K':
      return WIRE_BYTES[imageSize];
    default:
      return WIRE_BYTES['1K'];
  }
}
