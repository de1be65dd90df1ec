/** One HTTP exchange, as it ended. */
export interface LedgerRequest {
  readonly type: 'request';
  /** RFC 3339, by the emulator's clock. */
  readonly at: string;
  readonly method: string;
  /** Path without the query (a key may stand there). */
  readonly path: string;
  /** Route name, or `unknown`. */
  readonly route: string;
  /** HTTP status; 0 when the connection was dropped without an answer. */
  readonly status: number;
  readonly model?: string;
  /** Job or file that the call made or asked for. */
  readonly resource?: string;
  readonly displayName?: string;
  /** Bytes of the request's body. */
  readonly bytesIn: number;
  /** The fault that struck. */
  readonly fault?: string;
}

export type BilledKind = 'image' | 'text' | 'refusal';

/** One request that a model served, as Google would count it. */
export interface BilledItem {
  readonly type: 'item';
  readonly at: string;
  /** Key of the JSONL line; null for calls of generateContent and for inline requests without one. */
  readonly key: string | null;
  /** The 64 hex digits after `@sha256:` in the key. */
  readonly hash?: string;
  /** sha256 of model and request, with uploaded files replaced by their contents' sha256. */
  readonly requestHash: string;
  readonly model: string;
  /** `batches/…`, or null for a direct call. */
  readonly job: string | null;
  /** Line of the job's input, from 0. */
  readonly line?: number;
  readonly inputTokens: number;
  /** Answer and thoughts together. */
  readonly outputTokens: number;
  /** Pictures made, drafts included. */
  readonly images: number;
  readonly kind: BilledKind;
}

/** Items that were served more than once for the same content. */
export interface Duplicate {
  /** The key's hash, else the request's. */
  readonly hash: string;
  readonly count: number;
  readonly items: readonly BilledItem[];
}

export interface Ledger {
  requests(): readonly LedgerRequest[];
  billed(): readonly BilledItem[];
  duplicates(): readonly Duplicate[];
}
