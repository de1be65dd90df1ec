import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import type { ServerResponse } from 'node:http';
import type { Json } from '../wire/json.js';

/** What a handler answers; sending it (or spoiling it on the way) is done elsewhere. */
export type Reply =
  | { readonly kind: 'json'; readonly status: number; readonly body: Json; readonly headers?: Headers }
  | {
      readonly kind: 'text';
      readonly status: number;
      readonly type: string;
      readonly body: string;
      readonly headers?: Headers;
    }
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly type: string };

type Headers = Readonly<Record<string, string>>;

export const json = (body: Json, status = 200, headers: Headers = {}): Reply => ({
  kind: 'json',
  status,
  body,
  headers,
});

/** How the body is spoiled on its way. */
export interface Spoil {
  readonly kind: 'cut-body' | 'truncated-body';
  /** Share of the body's bytes that are sent. */
  readonly share: number;
}

/** As the service sends with every answer, and one header that says who is speaking. */
const COMMON: Headers = {
  server: 'gemini-emulator',
  'x-gemini-emulator': '1',
  vary: 'Origin, X-Origin, Referer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'x-xss-protection': '0',
};

/** What the client and the fault have to say about the sending. */
export interface SendOptions {
  readonly spoil?: Spoil | undefined;
  /** The client takes gzip. */
  readonly gzip?: boolean;
}

export async function send(response: ServerResponse, reply: Reply, options: SendOptions = {}): Promise<void> {
  const { spoil, gzip = false } = options;
  const { status, type, size, body, headers } = prepare(reply, gzip && spoil === undefined);
  const kept = spoil === undefined ? size : Math.max(0, Math.min(size - 1, Math.floor(size * spoil.share)));
  response.writeHead(status, {
    ...COMMON,
    ...headers,
    'content-type': type,
    // Without a length a short body looks whole: the client cannot know.
    ...(spoil?.kind === 'truncated-body' ? {} : { 'content-length': size }),
  });
  if (spoil?.kind === 'cut-body') {
    response.flushHeaders();
    await pipeline(Readable.from(body(kept)), response, { end: false });
    // Let what was written leave before the reset, else the client sees a connection that never answered.
    await wait(20);
    response.destroy();
    return;
  }
  await pipeline(Readable.from(body(kept)), response);
}

interface Prepared {
  readonly status: number;
  readonly type: string;
  readonly size: number;
  readonly headers: Headers;
  readonly body: (bytes: number) => AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** Larger answers carry pictures in base64, which zipping costs more time than it saves on the way. */
const MOST_ZIPPED = 1 << 20;

function prepare(reply: Reply, gzip: boolean): Prepared {
  if (reply.kind === 'file') {
    return {
      status: 200,
      type: reply.type,
      size: reply.size,
      headers: {},
      body: (bytes) =>
        bytes === 0 ? [] : createReadStream(reply.path, { end: bytes - 1, highWaterMark: 1 << 18 }),
    };
  }
  const plain = Buffer.from(reply.kind === 'json' ? `${JSON.stringify(reply.body, null, 2)}\n` : reply.body);
  const zipped = gzip && reply.kind === 'json' && plain.length <= MOST_ZIPPED;
  const bytes = zipped ? gzipSync(plain, { level: 1 }) : plain;
  return {
    status: reply.status,
    type: reply.kind === 'json' ? 'application/json; charset=UTF-8' : reply.type,
    size: bytes.length,
    headers: { ...reply.headers, ...(zipped ? { 'content-encoding': 'gzip' } : {}) },
    body: (count) => (count === 0 ? [] : [bytes.subarray(0, count)]),
  };
}
