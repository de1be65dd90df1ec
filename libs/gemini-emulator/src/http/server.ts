import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultBook, Occasion } from '../faults/controller.js';
import type { HttpFault, RouteName } from '../faults/types.js';
import { isJsonObject, type Json } from '../wire/json.js';
import { badKey, invalidArgument, noKey, notFound, WireError } from '../wire/errors.js';
import { readJson } from './body.js';
import type { Call, Handler, Services } from './context.js';
import { planFault } from './http-fault.js';
import { json, send, type Reply } from './reply.js';
import { matchRoute, type RouteMatch } from './routes.js';

export interface ServerDeps {
  readonly services: Services;
  readonly handlers: Readonly<Record<RouteName, Handler>>;
  readonly faults: FaultBook;
  /** Undefined lets every key in that is not empty. */
  readonly apiKeys: ReadonlySet<string> | undefined;
  /** Pages beside the API: the status page and the control routes. They need no key and stand in no ledger. */
  beside(request: IncomingMessage, url: URL): Promise<Reply | undefined>;
}

export function createEmulatorServer(deps: ServerDeps): Server {
  const server = createServer((request, response) => {
    handle(deps, request, response).catch((error: unknown) => {
      // Nothing sensible can follow once a body is half sent; the client sees the connection break.
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  // Uploads and slow faults may take their time.
  server.requestTimeout = 0;
  // Longer than clients poll: a connection that closes while it is taken up again looks like a fault.
  server.keepAliveTimeout = 65_000;
  return server;
}

/** Routes whose body is bytes; all others take JSON under any content-type (the SDK always sends that of JSON). */
const takesBytes = (name: RouteName, request: IncomingMessage): boolean =>
  name === 'files.upload' ||
  (name === 'files.start' && String(request.headers['x-goog-upload-protocol']).toLowerCase() === 'multipart');

interface Noted {
  resource?: string;
  displayName?: string;
}

async function handle(deps: ServerDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request);
  if (url === undefined) {
    await send(response, errorReply(invalidArgument('The request has no valid URL.')));
    return;
  }
  const beside = await deps.beside(request, url).catch((error: unknown) => errorReply(error));
  if (beside !== undefined) {
    await send(response, beside);
    return;
  }
  const counted = countingBody(request);
  const noted: Noted = {};
  const match = matchRoute(request.method ?? 'GET', url);
  const outcome = await exchange(deps, { request, url, match, stream: counted.stream, noted });
  // What a handler left unread must still arrive, or the client's writing ends in a reset instead of an answer.
  if (outcome.reply !== 'drop') counted.drain();
  deps.services.ledger.add({
    type: 'request',
    at: new Date(deps.services.clock.now()).toISOString(),
    method: request.method ?? 'GET',
    path: url.pathname,
    route: match?.name ?? 'unknown',
    // A client that went away has got no answer either.
    status: outcome.reply === 'drop' || request.socket.destroyed ? 0 : statusOf(outcome.reply),
    ...(match !== undefined && match.id !== '' && isModelRoute(match.name) ? { model: match.id } : {}),
    ...noted,
    bytesIn: counted.bytes(),
    ...(outcome.fault === undefined ? {} : { fault: outcome.fault.kind }),
  });
  if (outcome.reply === 'drop') request.socket.resetAndDestroy();
  else {
    await send(response, outcome.reply, {
      spoil: planFault(outcome.fault, '').spoil,
      gzip: /\bgzip\b/.test(String(request.headers['accept-encoding'])),
    });
  }
}

/** Undefined for what is no URL, or has a path that cannot be decoded: the client is to hear of it, not to be cut off. */
function urlOf(request: IncomingMessage): URL | undefined {
  try {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    decodeURIComponent(url.pathname);
    return url;
  } catch {
    return undefined;
  }
}

const statusOf = (reply: Reply): number => (reply.kind === 'file' ? 200 : reply.status);

const isModelRoute = (name: RouteName): boolean => name.startsWith('models.') || name === 'batches.create';

interface Exchange {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly match: RouteMatch | undefined;
  readonly stream: Readable;
  readonly noted: Noted;
}

interface Outcome {
  readonly reply: Reply | 'drop';
  readonly fault: HttpFault | undefined;
}

async function exchange(
  deps: ServerDeps,
  { request, url, match, stream, noted }: Exchange,
): Promise<Outcome> {
  let fault: HttpFault | undefined;
  try {
    const owner = ownerOf(deps, request, url);
    if (match === undefined) throw notFound(`No route for ${request.method ?? 'GET'} ${url.pathname}.`);
    const body = takesBytes(match.name, request)
      ? {}
      : await readJson(stream, deps.services.limits.inlineBytes);
    fault = deps.faults.strikeHttp(occasionOf(match, body));
    const plan = planFault(fault, match.id);
    if (plan.delay > 0) await wait(plan.delay);
    if (plan.instead !== undefined) return { reply: plan.instead, fault };
    const call: Call = {
      services: deps.services,
      owner,
      url,
      headers: request.headers,
      id: match.id,
      body,
      stream,
      base: `${url.origin}/${/\/(v1(?:alpha|beta)?)\//.exec(url.pathname)?.[1] ?? 'v1beta'}`,
      fault,
      note: (facts) => Object.assign(noted, facts),
    };
    const reply = await deps.handlers[match.name](call);
    return { reply: plan.after ?? reply, fault };
  } catch (error) {
    return { reply: errorReply(error), fault };
  }
}

function occasionOf(match: RouteMatch, body: Json): Occasion {
  const batch = isJsonObject(body) ? body['batch'] : undefined;
  const displayName = isJsonObject(batch) ? batch['displayName'] : undefined;
  return {
    route: match.name,
    ...(isModelRoute(match.name) ? { model: match.id } : {}),
    ...(typeof displayName === 'string' ? { displayName } : {}),
  };
}

function errorReply(error: unknown): Reply {
  if (error instanceof WireError) return json(error.body(), error.code);
  const message = error instanceof Error ? error.message : String(error);
  return json(new WireError(500, 'INTERNAL', `gemini-emulator failed: ${message}`).body(), 500);
}

/** @throws WireError 403 without a key, 400 with one that is not let in */
function ownerOf(deps: ServerDeps, request: IncomingMessage, url: URL): string {
  const header = request.headers['x-goog-api-key'];
  const key = (typeof header === 'string' ? header : undefined) ?? url.searchParams.get('key') ?? '';
  if (key === '') throw noKey();
  if (deps.apiKeys !== undefined && !deps.apiKeys.has(key)) throw badKey();
  // Keys are secrets, also those of a stand-in: only their digest is kept.
  return createHash('sha256').update(`gemini-emulator ${key}`).digest('hex');
}

interface CountedBody {
  readonly stream: Readable;
  bytes(): number;
  drain(): void;
}

function countingBody(request: IncomingMessage): CountedBody {
  let bytes = 0;
  async function* pieces(): AsyncGenerator<Buffer> {
    for await (const piece of request) {
      const buffer: Buffer = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
      bytes += buffer.length;
      yield buffer;
    }
  }
  const stream = Readable.from(pieces(), { objectMode: true, highWaterMark: 1 });
  stream.on('error', () => undefined);
  return {
    stream,
    bytes: () => bytes,
    drain(): void {
      if (!stream.readableEnded && !stream.destroyed) stream.resume();
      else request.resume();
    },
  };
}
