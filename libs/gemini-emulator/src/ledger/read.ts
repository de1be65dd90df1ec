import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
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
/** What the control API answers. */
const ledgerSchema = z.object({ requests: z.array(requestSchema), billed: z.array(itemSchema) });
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
      throw new Error(`line ${index + 1} of ${name} is no ledger entry: ${reason}`, { cause: error });
    }
  });
}

/** Where the ledger command looks by default: a file here, else the emulator on the default port. */
const USUAL_FILE = 'ledger.ndjson';
const USUAL_URL = 'http://127.0.0.1:8787';

/**
 * The ledger of a file, of a state directory, or of an emulator that runs at a URL.
 * @throws Error that says what was looked for and what to give instead.
 */
export async function readLedger(place?: string): Promise<LedgerEntry[]> {
  const where = place ?? (existsSync(USUAL_FILE) ? USUAL_FILE : USUAL_URL);
  if (/^https?:\/\//.test(where)) return fetchLedger(where);
  try {
    const file = statSync(where).isDirectory() ? join(where, USUAL_FILE) : where;
    return parseLedger(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Error(
      `${where} cannot be read (${error.message}). Give a ledger file, a state directory or the URL of a running emulator.`,
      { cause: error },
    );
  }
}

async function fetchLedger(url: string): Promise<LedgerEntry[]> {
  let body: unknown;
  try {
    const answer = await fetch(new URL('/__emulator/ledger', url));
    body = await answer.json();
  } catch (error) {
    throw new Error(
      `No emulator answers at ${url}. Give its URL, its ledger file or its state directory: gemini-emulator ledger <place>`,
      { cause: error },
    );
  }
  const ledger = ledgerSchema.safeParse(body);
  if (!ledger.success) throw new Error(`What answers at ${url} is no gemini-emulator.`);
  return [...ledger.data.requests, ...ledger.data.billed];
}
