import { z } from 'zod';
import { hasCode } from '../util/fs-error.js';
import { parseJson } from '../util/read-json.js';
import { GeminiError, type GeminiErrorInfo, type GeminiErrorKind } from './door.js';
import { accessCause, kindOfCause, type ErrorFacts } from './error-cause.js';
import { redact } from './redact.js';

const apiError = z.lazy(() =>
  z.object({ name: z.literal('ApiError'), status: z.number(), message: z.string() }),
);

const errorBody = z.lazy(() =>
  z.object({
    error: z.object({
      code: z.number().optional(),
      message: z.string().optional(),
      status: z.string().optional(),
      details: z.array(z.record(z.string(), z.unknown())).optional(),
    }),
  }),
);

/** `12s`, `0.5s` as google.protobuf.Duration writes them, in milliseconds. */
function durationMs(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(text) : null;
  return match === null ? undefined : Math.ceil(Number(match[1]) * 1000);
}

const quotaFailure = z.lazy(() =>
  z.object({
    violations: z.array(
      z.object({
        quotaId: z.string().optional(),
        quotaMetric: z.string().optional(),
        quotaValue: z.union([z.string(), z.number()]).optional(),
      }),
    ),
  }),
);

function quotasOf(details: readonly unknown[]): ErrorFacts['quotas'] {
  return details.flatMap((detail) => {
    const parsed = quotaFailure.safeParse(detail);
    return (parsed.data?.violations ?? []).map(({ quotaId = '', quotaMetric = '', quotaValue }) => ({
      id: `${quotaId} ${quotaMetric}`.trim(),
      value: quotaValue === undefined ? undefined : String(quotaValue),
    }));
  });
}

/** Statuses that mean that the request itself is wrong; with any other one, what became of it is unknown. */
const REFUSALS: ReadonlySet<number> = new Set([
  400, 402, 405, 411, 412, 413, 414, 415, 416, 417, 422, 428, 431,
]);

/** Whether a status proves that nothing was done. */
function isRefusal(status: number): boolean {
  return REFUSALS.has(status) || [401, 403, 404, 429].includes(status);
}

function kindOf(status: number, message: string): GeminiErrorKind {
  if (status === 429) return /storage|file.*quota/i.test(message) ? 'storage-full' : 'quota';
  // The words for a file that is gone, expired or of another project. A 403 in other words may be about anything.
  if (status === 403) return /may not exist|permission to access/i.test(message) ? 'forbidden' : 'unplanned';
  if (status === 404) return 'not-found';
  if (status === 408 || status >= 500) return 'transient';
  return REFUSALS.has(status) ? 'invalid-argument' : 'unplanned';
}

/** Reads the body of an answer with an error status; a body that is not JSON is quoted as it stands. */
export function errorInfo(status: number, body: string): GeminiErrorInfo {
  const parsed = errorBody.safeParse(parseJson(body));
  const error = parsed.success ? parsed.data.error : undefined;
  const isRedirect = status >= 300 && status < 400;
  const message = isRedirect
    ? `Google answered with a redirect (${status}), which is not followed: the key goes to no other host`
    : (error?.message?.trim() ?? (body.trim().slice(0, 300) || `HTTP ${status}`));
  const details = error?.details ?? [];
  const retryAfter = details.map((one) => durationMs(one['retryDelay'])).find((ms) => ms !== undefined);
  const reason = details.map((one) => one['reason']).find((one) => typeof one === 'string');
  const isOwn = isGooglesOwn(body);
  // The answer of a proxy on the way is not Google's verdict on the key.
  const cause = isOwn ? accessCause({ status, message, reason, quotas: quotasOf(details) }) : undefined;
  const facts = { status, message: redact(message), retryAfter, isGooglesOwn: isOwn };
  return cause === undefined
    ? { kind: kindOf(status, message), ...facts }
    : { kind: kindOfCause(cause), cause, ...facts };
}

/**
 * Whether an answer to a create, or to a synchronous request, proves that nothing was made and nothing billed: a
 * refusal that Google itself wrote. 408 and 499 report only that the waiting ended, 409 that something is there.
 * After anything else (no answer, a 5xx, a page of a proxy) the request may have been carried out.
 */
export function isCertainlyNotBilled({ status, isGooglesOwn = false }: GeminiErrorInfo): boolean {
  return isGooglesOwn && status !== undefined && isRefusal(status);
}

/**
 * Whether an answer was written by Google itself. A page of a proxy does not show what became of the request
 * behind it. The SDK puts a body that is not JSON into the same form, with the words of HTTP as status.
 */
export function isGooglesOwn(body: string): boolean {
  const parsed = errorBody.safeParse(parseJson(body));
  return parsed.success && /^[A-Z]+(?:_[A-Z]+)*$/.test(parsed.data.error.status ?? '');
}

/** An answer that came and cannot be read. */
export function unreadable(message: string): GeminiError {
  return new GeminiError({ kind: 'unreadable', status: undefined, message, retryAfter: undefined });
}

/**
 * Brings anything that a call threw into one shape. An abort that the caller asked for is passed on as it is; any
 * other one was a time limit.
 */
export function toGeminiError(error: unknown, signal?: AbortSignal): Error {
  if (error instanceof GeminiError) return error;
  // The SDK puts the body of the answer into the message, and nothing else keeps google.rpc details. Its class
  // is recognised by its shape: importing it would load the whole SDK in all code that reports errors.
  const api = apiError.safeParse(error);
  if (api.success) return new GeminiError(errorInfo(api.data.status, api.data.message), { cause: error });
  if (signal?.aborted === true && error instanceof Error) return error;
  // A full disk is not Google's doing, and asking again would not empty it.
  if (LOCAL_CODES.some((code) => hasCode(error, code)) && error instanceof Error) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const message = error instanceof Error ? `${error.message}${cause}` : String(error);
  return new GeminiError(
    { kind: 'transient', status: undefined, message: redact(message), retryAfter: undefined },
    { cause: error },
  );
}

/** Error codes of this machine's own files; sockets use other codes. */
const LOCAL_CODES = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EISDIR', 'ENOTDIR', 'EMFILE', 'ENFILE'];

/** Whether what was answered may be over by itself, so that jobs that are open at Google are looked after further. */
export function passesByWaiting(kind: GeminiErrorKind): boolean {
  switch (kind) {
    case 'transient':
    case 'quota':
    case 'unreadable':
    case 'unplanned':
    case 'invalid-argument':
      return true;
    case 'invalid-key':
    case 'billing':
    case 'no-quota':
    case 'not-found':
    case 'forbidden':
    case 'storage-full':
      return false;
  }
}

/** Whether asking again may help. Even if it may, a request that creates a job is never repeated. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof GeminiError)) return false;
  const { kind } = error.info;
  return kind === 'transient' || kind === 'quota' || kind === 'unreadable' || kind === 'unplanned';
}
