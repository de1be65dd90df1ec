import type { BatchSupport } from '../catalogue/index.js';
import { remedyOf, type AccessCause } from './error-cause.js';
import type { UnknownField } from './known-fields.js';

export const GEMINI_BASE_URL = 'https://generativelanguage.googleapis.com/';

export interface DoorOptions {
  readonly apiKey: string;
  /** Where the service answers; the emulator's address in tests and previews. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds for one answer of a few kilobytes; uploads and downloads have none but the signal's. */
  readonly timeout?: number;
  /** What requests are sent with; a caller that reads the raw answers gives its own. Default: the fetch of Node. */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * What the rest of the engine needs of Gemini. One implementation speaks to the service (or, at another
 * address, to the emulator); tests may script another. Every method rejects with a `GeminiError` unless stated
 * otherwise, and none of them retries a request that could be billed.
 */
export interface GeminiDoor {
  /** Distinguishes keys without revealing them: jobs and files are visible only to the key that made them. */
  readonly keyFingerprint: string;
  readonly baseUrl: string;
  uploadFile(upload: FileUpload, signal: AbortSignal): Promise<UploadedFile>;
  /**
   * Undefined if the file is gone, expired or another key's: Google answers 403 to all of these. Rejects if the
   * key itself is what Google rejects.
   */
  findFile(name: string, signal: AbortSignal): Promise<UploadedFile | undefined>;
  /** False if Google does not allow it to be deleted, which holds for result files. */
  deleteFile(name: string, signal: AbortSignal): Promise<boolean>;
  listFiles(signal: AbortSignal): AsyncIterable<UploadedFile>;
  /**
   * Never rejects for what happened on the wire: whether a job was made is the answer itself. Aborting makes a
   * certain outcome uncertain: the signal is for giving up, not for stopping.
   */
  createBatch(request: BatchRequest, signal: AbortSignal): Promise<CreateOutcome>;
  /** Undefined for a job of another key or one that was deleted; rejects if Google does not take the key. */
  getBatch(name: string, signal: AbortSignal): Promise<BatchSnapshot | undefined>;
  /** All pages, newest first. */
  listBatches(signal: AbortSignal): AsyncIterable<BatchSnapshot>;
  cancelBatch(name: string, signal: AbortSignal): Promise<void>;
  /**
   * Streams a file to `path`, which is removed again if anything fails. Rejects if fewer bytes came than
   * were announced; whether a body without a length was whole, only its content shows.
   */
  downloadFile(name: string, path: string, signal: AbortSignal): Promise<Downloaded>;
  /** Undefined if Google does not know the model, or has closed it to this key. */
  findModel(id: string, signal: AbortSignal): Promise<ServedModel | undefined>;
  /** All models that the key can see. */
  listModels(signal: AbortSignal): AsyncIterable<ServedModel>;
  /** One synchronous request at full price; the raw answer, as a batch result line would hold it. */
  generateNow(
    model: string,
    request: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown>;
}

/** A model as Google describes it to a key. */
export interface ServedModel {
  /** Without `models/`. */
  readonly id: string;
  readonly displayName: string | undefined;
  /** `generateContent`, `batchGenerateContent` …; undefined if the answer named none. */
  readonly methods: readonly string[] | undefined;
  /** What the answer held beside the fields that are known, as it came. */
  readonly unknown: readonly UnknownField[];
}

/**
 * Whether a model takes batch jobs of the key, by the methods that Google lists for it. Source: ai.google.dev/api/models,
 * read 2026-11-28.
 */
export function batchOf({ methods }: ServedModel): BatchSupport {
  if (methods === undefined) return 'unknown';
  return methods.includes('batchGenerateContent') ? 'yes' : 'no';
}

export interface FileUpload {
  readonly path: string;
  readonly mimeType: string;
  readonly displayName: string;
}

export interface Downloaded {
  readonly bytes: number;
  /** The answer announced its length. Without that, a body that ends early looks whole on the wire. */
  readonly announced: boolean;
  /** Lines that are not empty. */
  readonly lines: number;
  /** The last line ends as a line of JSON does. */
  readonly endsWhole: boolean;
}

export interface UploadedFile {
  /** `files/abc123def456` */
  readonly name: string;
  readonly uri: string;
  readonly state: 'PROCESSING' | 'ACTIVE' | 'FAILED' | 'UNKNOWN';
  /** The word on the wire, for states that are not known here; undefined if there was none. */
  readonly rawState: string | undefined;
  readonly displayName: string | undefined;
  readonly sizeBytes: number | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined;
  readonly createdAt: number | undefined;
  /** What the answer held beside the fields that are known, as it came. */
  readonly unknown: readonly UnknownField[];
}

export interface BatchRequest {
  readonly model: string;
  /** `files/…` of the uploaded JSONL. */
  readonly inputFile: string;
  readonly displayName: string;
}

/**
 * What is known after a create. Batch creation is not idempotent, so only `rejected` may be sent again.
 * Source: ai.google.dev/gemini-api/docs/batch-api.
 */
export type CreateOutcome =
  | { readonly kind: 'created'; readonly batch: BatchSnapshot }
  /** A 4xx answer: no job was made. */
  | { readonly kind: 'rejected'; readonly error: GeminiErrorInfo }
  /** No answer, a 5xx, or one that cannot be read: a job may or may not exist. */
  | {
      readonly kind: 'uncertain';
      readonly why: string;
      /** Google itself answered with an error: the call has ended there, so the list of jobs shows what it made. */
      readonly hasEnded: boolean;
    };

/** The states of a job, and what each means: Google is not done with it, it served what it could, or it came to another end. */
const BATCH_STATES = {
  PENDING: 'open',
  RUNNING: 'open',
  UNKNOWN: 'open',
  SUCCEEDED: 'served',
  PARTIALLY_SUCCEEDED: 'served',
  FAILED: 'broken',
  CANCELLED: 'broken',
  EXPIRED: 'broken',
} as const;
export type BatchState = keyof typeof BATCH_STATES;

/** A job as Google reports it. The SDK drops the error and the counts, so this is read from the wire. */
export interface BatchSnapshot {
  /** `batches/…` */
  readonly name: string;
  readonly displayName: string;
  readonly model: string;
  readonly state: BatchState;
  /** The word on the wire, for states that are not known here. */
  readonly rawState: string;
  readonly createdAt: string | undefined;
  readonly endedAt: string | undefined;
  readonly counts: BatchCounts;
  /** `files/batch-…`; may come later than SUCCEEDED does. */
  readonly responsesFile: string | undefined;
  readonly error: { readonly code: number | undefined; readonly message: string } | undefined;
  /** What the answer held beside the fields that are known, as it came. */
  readonly unknown: readonly UnknownField[];
}

export interface BatchCounts {
  readonly total: number | undefined;
  readonly pending: number | undefined;
  readonly succeeded: number | undefined;
  readonly failed: number | undefined;
}

const MEANINGS: ReadonlyMap<string, string> = new Map(Object.entries(BATCH_STATES));

/** Whether a job is over in a state of `BatchState`; the journal of a run holds them as texts. */
export function isTerminal(state: string): boolean {
  return hasServed(state) || MEANINGS.get(state) === 'broken';
}

/** Whether a job is over and served what it could. */
export function hasServed(state: string): boolean {
  return MEANINGS.get(state) === 'served';
}

export type GeminiErrorKind =
  /** Google does not serve this key: another one is needed, or other settings of it. */
  | 'invalid-key'
  /** The project cannot pay; waiting does not cure it. */
  | 'billing'
  /** The project has no quota at all for what was asked; waiting does not cure it. */
  | 'no-quota'
  | 'invalid-argument'
  | 'not-found'
  /** The thing itself: gone, or of another project. Never the key. */
  | 'forbidden'
  /** Too much for now: it passes by waiting. */
  | 'quota'
  | 'storage-full'
  | 'transient'
  | 'unreadable'
  /** A status that nothing here was made for: a read is read again. */
  | 'unplanned';

export interface GeminiErrorInfo {
  readonly kind: GeminiErrorKind;
  /** HTTP status, undefined if there was no answer. */
  readonly status: number | undefined;
  readonly message: string;
  /** Milliseconds, from google.rpc.RetryInfo. */
  readonly retryAfter: number | undefined;
  /** The answer was written by Google, and not by a proxy on the way to it. */
  readonly isGooglesOwn?: boolean;
  /** Only of `invalid-key`, `billing` and `no-quota`: what a person has to change. */
  readonly cause?: AccessCause;
}

/** Google's words, and what a person does about them. */
export function withRemedy({ message, cause }: GeminiErrorInfo): string {
  if (cause === undefined) return message;
  return `${message.replace(/[.\s]*$/, '')}. ${remedyOf(cause)}`;
}

/** An answer that is no success, in the classes that decide what is done next. */
export class GeminiError extends Error {
  override readonly name = 'GeminiError';
  constructor(
    readonly info: GeminiErrorInfo,
    options?: ErrorOptions,
  ) {
    super(withRemedy(info), options);
  }
}
