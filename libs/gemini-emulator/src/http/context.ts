import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { EmulatorClock } from '../clock.js';
import type { ItemService } from '../answer/item-service.js';
import type { JobStore } from '../batches/job-store.js';
import type { HttpFault } from '../faults/types.js';
import type { FileStore } from '../files/file-store.js';
import type { Uploads } from '../files/uploads.js';
import type { LedgerBook } from '../ledger/ledger.js';
import type { Limits } from '../options.js';
import type { Json } from '../wire/json.js';
import type { Reply } from './reply.js';

/** What handlers work with. */
export interface Services {
  readonly clock: EmulatorClock;
  readonly files: FileStore;
  readonly uploads: Uploads;
  readonly jobs: JobStore;
  readonly items: ItemService;
  readonly ledger: LedgerBook;
  readonly limits: Limits;
  readonly fileProcessing: number;
  /** Ids of models that take no batch jobs. */
  readonly withoutBatch: ReadonlySet<string>;
}

/** One call, let in and read. */
export interface Call {
  readonly services: Services;
  /** The project: sha256 of the API key. */
  readonly owner: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** The id in the path. */
  readonly id: string;
  /** The body of routes that take JSON, in camelCase; else an empty object. */
  readonly body: Json;
  /** The body of routes that take bytes. */
  readonly stream: Readable;
  /** Origin and version, such as `http://127.0.0.1:8787/v1beta`. */
  readonly base: string;
  /** A fault that struck and that the handler itself has to act on. */
  readonly fault: HttpFault | undefined;
  /** Adds to the ledger what the call was about. */
  note(facts: { readonly resource?: string; readonly displayName?: string }): void;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;
