import * as z from 'zod';
import type { BilledItem, LedgerRequest } from './types.js';

const requestSchema = z.object({
  type: z.literal('request'),
  at: z.string(),
  method: z.string(),
  path: z.string(),
  route: z.string(),
  status: z.number(),
  model: z.string().exactOptional(),
  resource: z.string().exactOptional(),
  displayName: z.string().exactOptional(),
  bytesIn: z.number(),
  fault: z.string().exactOptional(),
});

const itemSchema = z.object({
  type: z.literal('item'),
  at: z.string(),
  key: z.string().nullable(),
  hash: z.string().exactOptional(),
  requestHash: z.string(),
  model: z.string(),
  job: z.string().nullable(),
  line: z.number().exactOptional(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  images: z.number(),
  kind: z.enum(['image', 'text', 'refusal']),
});

const entrySchema = z.discriminatedUnion('type', [requestSchema, itemSchema]);
export type LedgerEntry = LedgerRequest | BilledItem;

/**
 * Entries of a ledger file.
 * @throws Error naming the line, unless it is the last one: a killed process may leave that one unfinished.
 */
export function parseLedger(text: string, name = 'the ledger'): LedgerEntry[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index): LedgerEntry[] => {
    if (line.trim() === '') return [];
    try {
      return [entrySchema.parse(JSON.parse(line))];
    } catch (error) {
      if (index === lines.length - 1) return [];
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`line ${String(index + 1)} of ${name} is no ledger entry: ${reason}`, { cause: error });
    }
  });
}
