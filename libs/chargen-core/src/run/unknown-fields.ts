import { redact, type UnknownField } from '../gemini/index.js';
import type { RunContext } from './context.js';

/** An answer of the service as a whole, and where it is kept. */
export type Described =
  /** `file` is that of the results, which holds each answer as it came. */
  | { readonly what: 'answer'; readonly file: string }
  | { readonly what: 'job' | 'file' | 'model'; readonly name: string };

/** What Google's own pages call it. */
const RESOURCES: Readonly<Record<Described['what'], string>> = {
  answer: 'GenerateContentResponse',
  job: 'batches.get',
  file: 'files.get',
  model: 'models.get',
};

const QUOTED = 200;

/**
 * Reports fields that this version does not know, each once in a call of the engine, with the words to search for.
 * They change nothing: what is known is read as ever.
 */
export function reportUnknownFields(
  context: Pick<RunContext, 'reportOnce'>,
  described: Described,
  unknown: readonly UnknownField[],
  runId?: string,
): void {
  for (const field of unknown) {
    const at = field.at.slice(0, QUOTED);
    const message =
      `${describe(described, at, field.value)} This version of chargen does not know the field and does not use it. ` +
      `Search for: Gemini API ${RESOURCES[described.what]} ${at.split('.').at(-1) ?? at}`;
    context.reportOnce(`field ${described.what} ${at}`, {
      kind: 'warning',
      ...(runId === undefined ? {} : { runId }),
      message,
    });
  }
}

function describe(described: Described, at: string, value: unknown): string {
  if (described.what === 'answer') {
    return `Google's answer to an item has the field "${at}"; it is in ${described.file} as it came.`;
  }
  const { what, name } = described;
  return `Google describes the ${what} ${name} with the field "${at}": ${quoted(value)}.`;
}

function quoted(value: unknown): string {
  const text = redact(JSON.stringify(value));
  return text.length <= QUOTED ? text : `${text.slice(0, QUOTED)}…`;
}
