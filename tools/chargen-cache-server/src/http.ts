import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fault } from './fault.js';

/** Undefined for what is no address, such as `//`. */
export function addressOf(request: IncomingMessage): URL | undefined {
  const text = request.url ?? '/';
  return URL.canParse(text, 'http://server') ? new URL(text, 'http://server') : undefined;
}

export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  for await (const chunk of request) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}

/** A thousand keys, each with words for people. */
const MAX_TEXT = 1024 * 1024;

export async function textOf(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? '0') > MAX_TEXT) throw tooLong();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request)) {
    bytes += chunk.byteLength;
    if (bytes > MAX_TEXT) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLong(): Fault {
  return new Fault(413, `A list of keys may have ${MAX_TEXT} bytes at most.`, { unread: true });
}

/** What is read of a body that is not wanted, so that its sender sees the answer in place of a reset. */
export const LINGER_BYTES = 64 * 1024;

/**
 * Answers with a fault. A body that is still coming is read and dropped first, up to `patience` bytes, since a client
 * that writes into a closed connection may see a reset in place of the answer. One that is announced as longer is
 * answered at once, and its connection is closed.
 */
export async function finish(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
  patience: number,
): Promise<void> {
  const isWhole = (): boolean => request.complete;
  if (isWhole() || request.destroyed) {
    sendText(response, status, message);
    return;
  }
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  const isEarly = request.headers.expect !== undefined || !(announced <= patience);
  const body = `${message}\n`;
  if (isEarly) {
    const length = String(Buffer.byteLength(body));
    response.writeHead(status, {
      'content-type': 'text/plain',
      'content-length': length,
      connection: 'close',
    });
    response.write(body);
  }
  await drained(request, patience);
  if (isEarly) {
    response.end();
    return;
  }
  if (!isWhole()) response.setHeader('connection', 'close');
  sendText(response, status, message);
}

/** Resolves when the body is over, or so many bytes of it were dropped. */
function drained(request: IncomingMessage, patience: number): Promise<void> {
  let bytes = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > patience) resolve();
    });
    for (const event of ['end', 'close', 'error'] as const) {
      request.on(event, () => {
        resolve();
      });
    }
    request.resume();
  });
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  // Without a charset: Nx shows the text of a 401 only if the type is exactly this.
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
}

export function sendJson(response: ServerResponse, data: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(data));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
