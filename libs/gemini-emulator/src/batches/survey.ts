import { open } from 'node:fs/promises';
import { countTokens } from '../answer/tokens.js';
import { camelFields } from '../wire/json.js';
import { generateRequestSchema, inputLineSchema } from '../wire/requests.js';
import { findLines, readLine } from './lines.js';

export interface Survey {
  readonly requestCount: number;
  readonly inputTokens: number;
}

/** Counts the requests of an input file and their tokens, line by line. Lines that can't be read count no tokens. */
export async function surveyFile(path: string): Promise<Survey> {
  const spans = await findLines(path);
  const file = await open(path, 'r');
  try {
    let inputTokens = 0;
    for (const span of spans) inputTokens += tokensOfLine(await readLine(file, span));
    return { requestCount: spans.length, inputTokens };
  } finally {
    await file.close();
  }
}

function tokensOfLine(text: string): number {
  try {
    return tokensOf(JSON.parse(text));
  } catch {
    return 0;
  }
}

/** Tokens of one line or inline request. */
export function tokensOf(line: unknown): number {
  const parsed = inputLineSchema.safeParse(line);
  const request = parsed.success
    ? generateRequestSchema.safeParse(camelFields(parsed.data.request))
    : undefined;
  return request?.success === true ? countTokens(request.data).total : 0;
}
