import { z } from 'zod';
import { KNOWN_RESULT_LINE, redact, unknownFields, type UnknownField } from '../../gemini/index.js';
import type { Usage } from '../../store/index.js';

/** A field of another form than was ever seen counts as absent: the paid answer around it is not lost for it. */
const text = z.string().optional().catch(undefined);
/** Google's words for people, which may quote a key or an address that lets its holder in. */
const words = z
  .string()
  .transform((said) => redact(said))
  .optional()
  .catch(undefined);
const count = z.number().optional().catch(undefined);

const part = z.lazy(() =>
  z
    .object({
      text,
      thought: z.boolean().optional().catch(undefined),
      inlineData: z.object({ mimeType: text, data: z.string() }).optional().catch(undefined),
    })
    .catch({}),
);

const candidate = z.lazy(() =>
  z
    .object({
      content: z
        .object({ parts: z.array(part).nullish() })
        .nullish()
        .catch(undefined),
      finishReason: text,
      finishMessage: words,
    })
    .catch({}),
);

const responseSchema = z.lazy(() =>
  z.object({
    candidates: z.array(candidate).nullish(),
    promptFeedback: z.object({ blockReason: text, blockReasonMessage: words }).nullish().catch(undefined),
    usageMetadata: z
      .object({
        promptTokenCount: count,
        candidatesTokenCount: count,
        thoughtsTokenCount: count,
        totalTokenCount: count,
      })
      .optional()
      .catch(undefined),
    modelVersion: text,
    responseId: text,
  }),
);

const statusSchema = z.lazy(() => z.object({ code: count, message: words }).nullish().catch({}));

/** A line of a result file; some users saw `status` in place of `error`. */
const lineSchema = z.lazy(() =>
  z.object({
    key: z.string(),
    response: z.unknown().optional(),
    error: statusSchema,
    status: statusSchema,
  }),
);

export interface AnswerFacts {
  readonly usage: Usage | undefined;
  readonly modelVersion: string | undefined;
  readonly responseId: string | undefined;
}

/** What the model answered to one item, in the shapes that were seen on the wire. */
export type Answer =
  /** The last picture is the final one; earlier ones are drafts, billed as whole pictures. */
  | {
      readonly kind: 'picture';
      readonly base64: string;
      readonly drafts: number;
      readonly facts: AnswerFacts;
    }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly finishReason: string;
      readonly facts: AnswerFacts;
    }
  /** An answer without what was asked for: paid, kept, and not asked again unchanged. */
  | {
      readonly kind: 'refusal';
      readonly reason: string;
      readonly message: string;
      readonly facts: AnswerFacts;
    }
  /** A google.rpc status in place of an answer. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'unreadable'; readonly why: string };

export type LineOutcome =
  | {
      readonly kind: 'answer';
      readonly item: string;
      readonly answer: Answer;
      /** What the line holds beside the fields that are known. */
      readonly unknown: readonly UnknownField[];
    }
  /** The line is no JSON, or has no key: it belongs to no item. */
  | { readonly kind: 'broken'; readonly why: string };

/** Reads one line of a result file. Lines come in any order, with fields in any order. */
export function readResultLine(line: string): LineOutcome {
  let data: unknown;
  try {
    // A file may begin with a byte order mark: its first line was paid for like any other.
    data = JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return { kind: 'broken', why: 'the line is not JSON; the file may have been cut' };
  }
  const parsed = lineSchema.safeParse(data);
  if (!parsed.success) return { kind: 'broken', why: 'the line has no key' };
  const { key, response } = parsed.data;
  const unknown = unknownFields(data, KNOWN_RESULT_LINE);
  const error = parsed.data.error ?? parsed.data.status;
  if (error !== undefined && error !== null) {
    // A cancelled item was seen as {code: 1} with no message.
    const answer: Answer = { kind: 'error', code: error.code ?? 2, message: error.message ?? 'no message' };
    return { kind: 'answer', item: key, answer, unknown };
  }
  return { kind: 'answer', item: key, answer: readResponse(response), unknown };
}

/** Reads a GenerateContentResponse, of a batch line or of a synchronous call. */
export function readResponse(response: unknown): Answer {
  const parsed = responseSchema.safeParse(response);
  if (!parsed.success)
    return { kind: 'unreadable', why: parsed.error.issues[0]?.message ?? 'it has another form' };
  const { candidates, promptFeedback, usageMetadata, modelVersion, responseId } = parsed.data;
  const usage: Usage | undefined =
    usageMetadata === undefined
      ? undefined
      : {
          promptTokens: usageMetadata.promptTokenCount ?? 0,
          candidateTokens: usageMetadata.candidatesTokenCount ?? 0,
          thoughtTokens: usageMetadata.thoughtsTokenCount ?? 0,
          totalTokens: usageMetadata.totalTokenCount ?? 0,
        };
  const facts: AnswerFacts = { usage, modelVersion, responseId };
  const first = candidates?.[0];
  if (first === undefined) {
    const reason = promptFeedback?.blockReason ?? 'NO_CANDIDATE';
    return { kind: 'refusal', reason, message: promptFeedback?.blockReasonMessage ?? '', facts };
  }
  const parts = first.content?.parts ?? [];
  // Drafts carry a thoughtSignature but no `thought: true`, so only their place distinguishes them from the final one.
  const pictures = parts.flatMap((one) =>
    one.inlineData === undefined || one.thought === true ? [] : [one.inlineData.data],
  );
  const last = pictures.at(-1);
  if (last !== undefined) {
    const all = parts.filter((one) => one.inlineData !== undefined).length;
    return { kind: 'picture', base64: last, drafts: all - 1, facts };
  }
  const text = parts
    .flatMap((one) => (one.text === undefined || one.thought === true ? [] : [one.text]))
    .join('');
  const reason = first.finishReason ?? 'STOP';
  if (text !== '') return { kind: 'text', text, finishReason: reason, facts };
  return { kind: 'refusal', reason, message: first.finishMessage ?? '', facts };
}
