import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AccessList, type Access } from './access.js';
import { ClaimBook } from './claim-book.js';
import { parseClaimOrder, parseKeys, type ClaimOrder } from './claim-requests.js';
import { EnvelopeCheck, readHeader } from './envelope-check.js';
import { Fault } from './fault.js';
import { addressOf, bodyOf, finish, LINGER_BYTES, messageOf, sendJson, sendText, textOf } from './http.js';
import { ObjectFolder, tooLarge, type WriteOutcome } from './object-folder.js';
import { checkOptions, DEFAULT_LIMITS, type CacheServerOptions, type Limits } from './options.js';
import { matchRoute, type Route } from './routes.js';
import { UnknownConnections } from './unknown-connections.js';

export interface CacheServer {
  /** `http://127.0.0.1:4711`, without a slash at its end. */
  readonly url: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

const IDLE_MS = 120_000;

/** A request says who it is within this time. */
const HEADERS_MS = 15_000;

/** Starts the server. Rejects with a message for people if a setting is unsafe or the port is taken. */
export async function startCacheServer(options: CacheServerOptions): Promise<CacheServer> {
  checkOptions(options);
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { folder, host = '127.0.0.1', port = 0, idleMs = IDLE_MS, log = () => undefined } = options;
  const claims = new ClaimBook(join(folder, 'claims'), options.now ?? Date.now);
  const service = new Service(
    new AccessList(options.token, options.readToken),
    await ObjectFolder.open(join(folder, 'nx'), limits.maxEntryBytes),
    await ObjectFolder.open(join(folder, 'store'), limits.maxEntryBytes),
    claims,
    limits,
  );
  const stopSweeping = sweepNowAndThen(claims, log);
  const unknown = new UnknownConnections(limits.maxUnknownConnections);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void service.answer(request, response, unknown).then((trouble) => {
      const line = `${request.method ?? '?'} ${request.url ?? '?'} ${response.statusCode}`;
      log(trouble === undefined ? line : `${line} ${trouble}`);
    });
  };
  const server = createServer(answer);
  // A client that asks whether a body is welcome gets the answer before it sends the body.
  server.on('checkContinue', answer);
  server.on('connection', (socket) => {
    unknown.add(socket);
  });
  server.headersTimeout = HEADERS_MS;
  // A picture over a slow line takes longer than Node's five minutes for a whole request.
  server.requestTimeout = 0;
  // A machine that went away in the middle of a body reports nothing.
  server.timeout = idleMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = isAddress(address) ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        stopSweeping();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Expired claims are removed at the start and each hour. */
const SWEEP_MS = 3_600_000;

function sweepNowAndThen(claims: ClaimBook, log: (line: string) => void): () => void {
  const sweep = (): void => {
    claims.list().catch((error: unknown) => {
      log(`Expired claims could not be removed: ${messageOf(error)}`);
    });
  };
  sweep();
  const timer = setInterval(sweep, SWEEP_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

class Service {
  readonly #access: AccessList;
  readonly #cache: ObjectFolder;
  readonly #store: ObjectFolder;
  readonly #claims: ClaimBook;
  readonly #limits: Limits;
  /** Bytes of store objects that are coming in now. */
  #incoming = 0;

  constructor(
    access: AccessList,
    cache: ObjectFolder,
    store: ObjectFolder,
    claims: ClaimBook,
    limits: Limits,
  ) {
    this.#access = access;
    this.#cache = cache;
    this.#store = store;
    this.#claims = claims;
    this.#limits = limits;
  }

  /** Resolves with what went wrong here, such as a full disk, and was not the fault of who asked. */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    unknown: UnknownConnections,
  ): Promise<string | undefined> {
    try {
      await this.#route(request, response, unknown);
      return undefined;
    } catch (error) {
      const fault = error instanceof Fault ? error : new Fault(500, `The server failed: ${messageOf(error)}`);
      if (response.headersSent) response.destroy();
      else {
        const patience = fault.unread ? LINGER_BYTES : this.#limits.maxEntryBytes;
        await finish(request, response, fault.status, fault.message, patience);
      }
      if (error instanceof Fault) return error.cause === undefined ? undefined : messageOf(error.cause);
      return messageOf(error);
    }
  }

  async #route(
    request: IncomingMessage,
    response: ServerResponse,
    unknown: UnknownConnections,
  ): Promise<void> {
    const method = request.method ?? 'GET';
    const address = addressOf(request);
    const route: Route = address === undefined ? { kind: 'unknown' } : matchRoute(address.pathname);
    if (route.kind === 'health') {
      sendText(response, 200, 'chargen-cache-server is up.');
      return;
    }
    const access = this.#access.of(request.headers.authorization);
    if (access === 'none') {
      response.setHeader('www-authenticate', 'Bearer');
      throw new Fault(
        401,
        'This cache needs a token that it knows: send it as "Authorization: Bearer <token>".',
        { unread: true },
      );
    }
    unknown.delete(request.socket);
    if (route.kind === 'unknown') throw new Fault(404, 'There is nothing at this address.');
    if (!('name' in route)) {
      await this.#answerKeys(route.kind, access, request, response);
      return;
    }
    if (method === 'GET' || method === 'HEAD') {
      await this.#get(route, method === 'HEAD', response);
      return;
    }
    if (access !== 'write') throw readOnly();
    if (method === 'PUT') {
      await this.#put(route, request, response);
      return;
    }
    response.setHeader('allow', 'GET, HEAD, PUT');
    throw new Fault(405, `${method} is not possible here; what was written stays.`);
  }

  async #answerKeys(
    kind: 'lookup' | 'claims' | 'release',
    access: Access,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method } = request;
    if (kind === 'claims' && method === 'GET') {
      const claims = await this.#claims.list();
      sendJson(response, { now: this.#claims.now(), claims });
      return;
    }
    if (method !== 'POST') {
      response.setHeader('allow', kind === 'claims' ? 'GET, POST' : 'POST');
      throw new Fault(405, `${method ?? ''} is not possible here.`);
    }
    if (kind !== 'lookup' && access !== 'write') throw readOnly();
    if (request.headers.expect !== undefined) response.writeContinue();
    const text = await textOf(request);
    if (kind === 'claims') {
      await this.#claim(text, response);
      return;
    }
    const { keys, owner } = parseKeys(text);
    if (kind === 'release') {
      if (owner === '') throw new Fault(400, 'State whose claims they are: {"owner": "…", "keys": ["…"]}');
      for (const key of keys) await this.#claims.release(key, owner);
      response.writeHead(204).end();
      return;
    }
    const present: string[] = [];
    for (const key of keys) if (await this.#store.has(key)) present.push(key);
    sendJson(response, { present });
  }

  async #get(route: Addressed, headOnly: boolean, response: ServerResponse): Promise<void> {
    const folder = route.kind === 'nx' ? this.#cache : this.#store;
    const object = await folder.read(route.name);
    if (object === undefined) throw new Fault(404, 'Not here.');
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': String(object.bytes),
    });
    if (headOnly) {
      object.stream.destroy();
      response.end();
      return;
    }
    await pipeline(object.stream, response);
  }

  async #put(route: Addressed, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const length = Number(request.headers['content-length'] ?? '0');
    if (length > this.#limits.maxEntryBytes) {
      const fault = tooLarge(this.#limits.maxEntryBytes);
      throw route.kind === 'nx' ? forNx(fault) : fault;
    }
    if (request.headers.expect !== undefined) response.writeContinue();
    switch (route.kind) {
      case 'nx':
        await this.#putEntry(route.name, request, response);
        return;
      case 'store':
        await this.#putObject(route.name, request, response, length);
        return;
    }
  }

  async #putEntry(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await this.#cache.has(name)) throw new Fault(409, 'This entry is here already and stays as it is.');
    let outcome: WriteOutcome;
    try {
      outcome = await this.#cache.write(name, bodyOf(request), undefined, () => Promise.resolve(false));
      await this.#cache.shrinkTo(this.#limits.maxCacheBytes);
    } catch (error) {
      throw forNx(error);
    }
    if (outcome === 'exists') throw new Fault(409, 'This entry is here already and stays as it is.');
    sendText(response, 200, 'Stored.');
  }

  async #putObject(
    key: string,
    request: IncomingMessage,
    response: ServerResponse,
    length: number,
  ): Promise<void> {
    if (request.headers['content-length'] === undefined) {
      throw new Fault(411, 'State its length, in the header content-length.');
    }
    if (this.#store.bytes + this.#incoming + length > this.#limits.maxStoreBytes) {
      throw new Fault(
        507,
        'The store is full. Nothing in it is ever thrown away: give the server more room.',
      );
    }
    const check = new EnvelopeCheck(key);
    let outcome: WriteOutcome;
    this.#incoming += length;
    try {
      outcome = await this.#store.write(key, bodyOf(request), check, async () => {
        // A refusal gives way to a picture: it was asked for again on purpose.
        const present = await readHeader(this.#store.path(key));
        return present?.outcome === 'refused' && check.header?.outcome !== 'refused';
      });
    } finally {
      this.#incoming -= length;
    }
    if (outcome === 'exists') throw new Fault(409, 'This key has its result already; it stays as it is.');
    await this.#claims.release(key, undefined);
    sendText(response, 200, 'Stored.');
  }

  async #claim(text: string, response: ServerResponse): Promise<void> {
    const { claims, ...order } = parseClaimOrder(text);
    const outcomes: object[] = [];
    for (const { key, what } of claims) outcomes.push(await this.#claimOne(key, what, order));
    sendJson(response, { outcomes });
  }

  /** Times are durations, so that the client's clock need not be that of the server. */
  async #claimOne(key: string, what: string, order: Omit<ClaimOrder, 'claims'>): Promise<object> {
    if (await this.#store.has(key)) return { kind: 'answered' };
    const { kind, claim } = await this.#claims.claim(key, what, order);
    // A result frees its key: it may have come since we looked, and freed this one for the next client.
    if (kind === 'granted' && (await this.#store.has(key))) {
      await this.#claims.release(key, order.owner);
      return { kind: 'answered' };
    }
    return { kind, label: claim.label, forMs: claim.until - this.#claims.now() };
  }
}

/**
 * Nx ends the whole run at 413 and at 5xx, and goes on at 403: an entry that is not kept, be it too large or the disk
 * full, must not cost a run.
 */
function forNx(error: unknown): Fault {
  if (!(error instanceof Fault)) {
    return new Fault(403, `The entry could not be kept: ${messageOf(error)}`, { cause: error });
  }
  return error.status === 413 ? new Fault(403, error.message, { unread: error.unread }) : error;
}

function readOnly(): Fault {
  return new Fault(403, 'This token may read and not write.', { unread: true });
}

type Addressed = Extract<Route, { readonly name: string }>;
