import { open } from 'node:fs/promises';
import { countTokens } from '../answer/tokens.js';
import { camelFields, type Json } from '../wire/json.js';
import { generateRequestSchema } from '../wire/requests.js';
import { parseItem } from './input-item.js';
import { findLines, readLine } from './lines.js';

export interface Survey {
  readonly requestCount: number;
  readonly inputTokens: number;
  /** Why the job will fail as a whole, before any request of it is served and billed. */
  readonly unreadable?: string;
}

/** Counts the requests of an input file and their tokens, line by line. */
export async function surveyFile(path: string): Promise<Survey> {
  const spans = await findLines(path);
  const file = await open(path, 'r');
  try {
    let inputTokens = 0;
    let unreadable: string | undefined;
    for (const [index, span] of spans.entries()) {
      const item = parseItem(await readLine(file, span), index);
      if (item.kind === 'item') inputTokens += tokensOf(item.request);
      else unreadable ??= item.message;
    }
    return { requestCount: spans.length, inputTokens, ...(unreadable === undefined ? {} : { unreadable }) };
  } finally {
    await file.close();
  }
}

/** Tokens of one request; none for one that will be an error. */
export function tokensOf(request: Json): number {
  const parsed = generateRequestSchema.safeParse(camelFields(request));
  return parsed.success ? countTokens(parsed.data).total : 0;
}
