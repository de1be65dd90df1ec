import type { Answer } from './answer.js';

/** Finish reasons of @google/genai 2.32.0. */
const FINISH_REASONS: readonly string[] = [
  'FINISH_REASON_UNSPECIFIED',
  'STOP',
  'MAX_TOKENS',
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'OTHER',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'MALFORMED_FUNCTION_CALL',
  'IMAGE_SAFETY',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'IMAGE_PROHIBITED_CONTENT',
  'NO_IMAGE',
  'IMAGE_RECITATION',
  'IMAGE_OTHER',
  'CONTINUATION',
];

/** Block reasons of @google/genai 2.32.0 that are no finish reasons. */
const BLOCK_REASONS: readonly string[] = ['BLOCKED_REASON_UNSPECIFIED', 'MODEL_ARMOR', 'JAILBREAK'];

/** The word that `readResponse` gives to an answer without one. */
const KNOWN: ReadonlySet<string> = new Set([...FINISH_REASONS, ...BLOCK_REASONS, 'NO_CANDIDATE']);

export interface UnknownWord {
  /** The same for each answer with this word. */
  readonly id: string;
  readonly message: string;
}

/**
 * What Google said in an answer with a word or a number that this version does not know: how it is understood, and what
 * to search for. Undefined if all is known, or if a picture came, which is kept even with unknown words beside it.
 */
export function unknownWord(answer: Answer): UnknownWord | undefined {
  switch (answer.kind) {
    case 'text':
      return unknownReason(answer.finishReason);
    case 'refusal':
      return unknownReason(answer.reason);
    case 'error':
      return isKnownCode(answer.code) ? undefined : unknownCode(answer);
    case 'picture':
    case 'unreadable':
      return undefined;
  }
}

function unknownReason(reason: string): UnknownWord | undefined {
  if (KNOWN.has(reason)) return undefined;
  const message =
    `Google gives the reason "${reason}", which this version of chargen does not know. ` +
    `Such an answer is kept and not asked for again unchanged. Search for: Gemini API finishReason blockReason ${reason}`;
  return { id: `reason ${reason}`, message };
}

/** Codes of google.rpc, and HTTP codes of errors, which were seen in their place. */
function isKnownCode(code: number): boolean {
  return Number.isInteger(code) && ((code >= 0 && code <= 16) || (code >= 400 && code < 600));
}

function unknownCode({ code, message: words }: Extract<Answer, { kind: 'error' }>): UnknownWord {
  const message =
    `Google gives the error code ${code} (${words}), which this version of chargen does not know. ` +
    `Such an item fails and is not asked for again by itself. Search for: Gemini API batch error code ${code}`;
  return { id: `code ${code}`, message };
}
