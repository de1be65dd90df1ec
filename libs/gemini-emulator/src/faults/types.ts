/** Every route that the emulator serves, by name: what rules match and what the ledger records. */
export const ROUTE_NAMES = [
  'files.start',
  'files.upload',
  'files.list',
  'files.get',
  'files.delete',
  'files.download',
  'models.list',
  'models.get',
  'models.countTokens',
  'models.generateContent',
  'models.streamGenerateContent',
  'batches.create',
  'batches.list',
  'batches.get',
  'batches.cancel',
  'batches.delete',
] as const;
export type RouteName = (typeof ROUTE_NAMES)[number];

/** `before`: the work is not done. `after`: it is done, and billed, and the caller does not learn of it. */
export type FaultMoment = 'before' | 'after';

/** Faults of one HTTP exchange. */
export type HttpFault =
  /**
   * An error in Google's shape; 429 carries RetryInfo with `retryDelay` (such as `12s`) when given, and QuotaFailure
   * with `quotaId` and `quotaValue` (the limit, such as `0`). `reason` is that of google.rpc.ErrorInfo.
   */
  | {
      readonly kind: 'http-error';
      readonly status: number;
      readonly message?: string;
      readonly retryDelay?: string;
      readonly quotaId?: string;
      readonly quotaValue?: string;
      readonly reason?: string;
      readonly when?: FaultMoment;
    }
  /** The answer comes so many milliseconds (of real time) late. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The connection is reset (ECONNRESET) without an answer; `after` on batches.create is the ambiguous create. */
  | { readonly kind: 'drop'; readonly when: FaultMoment }
  /** HTTP 200 whose body is an error, as uploads answered in October 2025. */
  | { readonly kind: 'error-in-200'; readonly code?: number; readonly message?: string }
  /** Something that is not JSON, as a proxy on the way would answer. */
  | { readonly kind: 'not-json'; readonly status: number; readonly body?: string }
  /** The body stops after a share (0 to 1) of its bytes and the connection is closed. */
  | { readonly kind: 'cut-body'; readonly share?: number }
  /** The body stops after a share of its bytes and ends as if it were whole (chunked, no length). */
  | { readonly kind: 'truncated-body'; readonly share?: number }
  /** 404: the model lives, but not for this key. */
  | { readonly kind: 'model-closed'; readonly successor?: string }
  | { readonly kind: 'storage-full' }
  | { readonly kind: 'queued-token-limit' }
  | { readonly kind: 'too-many-jobs' }
  /** The uploaded file stays PROCESSING for so long by the emulator's clock (a batch on it answers 400). */
  | { readonly kind: 'file-processing'; readonly ms: number }
  /** The uploaded file ends in state FAILED. */
  | { readonly kind: 'file-failed'; readonly message?: string };

/** Faults of a whole job; matched when it is created. */
export type JobFault =
  /** SUCCEEDED is seen before the output is there, for so many polls. */
  | { readonly kind: 'late-output'; readonly polls: number }
  /** PENDING until it expires after 48 hours. */
  | { readonly kind: 'stuck-pending' }
  | { readonly kind: 'job-failed'; readonly code?: number; readonly message?: string }
  | { readonly kind: 'job-expired' }
  /** Cancelled by someone else: before it started, or after so large a share (0 to 1) was served. */
  | { readonly kind: 'job-cancelled'; readonly served?: number };

/** How the content of a refused candidate looks on the wire; all four have been seen. */
export type RefusalShape = 'empty-content' | 'no-content' | 'role-only' | 'null-parts';

/** More drafts than were ever observed (ten), and few enough to be drawn. */
export const MOST_DRAFTS = 100;

/** Faults of one item, in a batch or in a call of generateContent. */
export type ItemFault =
  | {
      readonly kind: 'refuse';
      readonly finishReason: string;
      readonly finishMessage?: string;
      readonly shape?: RefusalShape;
    }
  | { readonly kind: 'prompt-blocked'; readonly blockReason?: string }
  /** google.rpc code; `message: null` leaves the message out, as recorded for code 1. */
  | { readonly kind: 'item-error'; readonly code: number; readonly message?: string | null }
  | { readonly kind: 'max-tokens' }
  /** So many draft pictures, each billed, before the final one. */
  | { readonly kind: 'drafts'; readonly count: number }
  /** The model answers in words although a picture was asked for. */
  | { readonly kind: 'text-only'; readonly finishReason?: string }
  | { readonly kind: 'wrong-aspect'; readonly aspectRatio?: string }
  /** An answer that breaks the schema: no JSON, JSON of another shape, or words repeated without end. */
  | { readonly kind: 'schema-garbage'; readonly style?: 'not-json' | 'wrong-shape' | 'loop' }
  /** Batch only, the four below: the line is absent, doubled, has a key that was not sent, or is no JSON. */
  | { readonly kind: 'line-missing' }
  | { readonly kind: 'line-doubled' }
  | { readonly kind: 'line-unknown-key' }
  | { readonly kind: 'line-garbled' };

export type Fault = HttpFault | JobFault | ItemFault;
export type FaultKind = Fault['kind'];

/** All given conditions must hold; an empty match takes everything that the fault can happen to. */
export interface FaultMatch {
  readonly route?: RouteName | readonly RouteName[];
  /** Model id without `models/`; `*` stands for any run of characters, here and below. */
  readonly model?: string;
  /** The item's key; items only. */
  readonly key?: string;
  /** The job's display name; jobs and their items only. */
  readonly displayName?: string;
}

export interface FaultRule {
  readonly fault: Fault;
  readonly match?: FaultMatch;
  /** Let so many matching occasions pass first; default 0. */
  readonly skip?: number;
  /** Strike so many times; default 1. */
  readonly times?: number | 'always';
  /** Strike with this chance (0 to 1) on each occasion, decided by the emulator's seed; default 1. */
  readonly chance?: number;
}

export interface ArmedFault {
  readonly id: string;
  readonly rule: FaultRule;
  readonly seen: number;
  readonly struck: number;
}

export interface FaultController {
  /**
   * Answers an id for {@link disarm}. Rules are tried in the order of arming; the first that strikes wins.
   * @throws RangeError for a rule that could never strike, such as a refusal on files.get
   */
  arm(rule: FaultRule): string;
  disarm(id: string): boolean;
  clear(): void;
  list(): readonly ArmedFault[];
}
