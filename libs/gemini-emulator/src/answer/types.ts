import type { BilledKind } from '../ledger/types.js';
import type { JsonObject } from '../wire/json.js';

/** A file part, brought to bytes. */
export interface Attachment {
  readonly mimeType: string;
  /** Hex. */
  readonly sha256: string;
  read(): Promise<Buffer>;
}

/** What a served request is billed with. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly images: number;
  readonly kind: BilledKind;
}

/**
 * What became of one item. `message: null`: the error has none.
 * Bytes are not part of the response but beside it: a picture in base64, in JSON, in bytes again would be three
 * copies of what is large. Where they belong stands a name; see {@link fillIn} and {@link piecesOf}.
 */
export type ItemResult =
  | {
      readonly kind: 'served';
      readonly response: JsonObject;
      readonly bytes: ReadonlyMap<string, Buffer>;
      readonly usage: Usage;
    }
  | { readonly kind: 'error'; readonly code: number; readonly message: string | null };
