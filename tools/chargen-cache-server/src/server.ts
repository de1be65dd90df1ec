import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AccessList } from './access.js';
import { ClaimBook, parseClaimRequest } from './claim-book.js';
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
  const service = new Service(
    new AccessList(options.token, options.readToken),
    await ObjectFolder.open(join(folder, 'nx'), limits.maxEntryBytes),
    await ObjectFolder.open(join(folder, 'store'), limits.maxEntryBytes),
    new ClaimBook(join(folder, 'claims'), options.now ?? Date.now),
    limits,
  );
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
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
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
    if (method === 'GET' || method === 'HEAD') {
      await this.#get(route, method === 'HEAD', response);
      return;
    }
    if (access !== 'write') throw new Fault(403, 'This token may read and not write.', { unread: true });
    if (method === 'PUT') {
      await this.#put(route, request, response);
      return;
    }
    if (method === 'DELETE' && route.kind === 'claim') {
      const owner = address?.searchParams.get('owner') ?? '';
      if (owner === '') throw new Fault(400, 'Say whose claim it is: ?owner=<id>');
      await this.#claims.release(route.name, owner);
      response.writeHead(204).end();
      return;
    }
    response.setHeader('allow', 'GET, HEAD, PUT');
    throw new Fault(405, `${method} is not possible here; what was written stays.`);
  }

  async #get(route: Addressed, headOnly: boolean, response: ServerResponse): Promise<void> {
    if (route.kind === 'claim') throw new Fault(405, 'A claim is made with PUT and given back with DELETE.');
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
      case 'claim':
        await this.#putClaim(route.name, request, response);
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
      throw new Fault(411, 'Say how long it is: content-length.');
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

  async #putClaim(key: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { owner, label, ttlSeconds } = parseClaimRequest(await textOf(request));
    const answered = (): void => {
      sendJson(response, 409, { held: false, answered: true });
    };
    if (await this.#store.has(key)) {
      answered();
      return;
    }
    const { kind, claim } = await this.#claims.claim(key, owner, label, ttlSeconds);
    const { until } = claim;
    // A result frees its key: it may have come since we looked, and freed this one for the next client.
    if (kind === 'granted' && (await this.#store.has(key))) {
      await this.#claims.release(key, owner);
      answered();
    } else if (kind === 'granted') sendJson(response, 200, { until });
    else sendJson(response, 409, { held: true, label: claim.label, until });
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

type Addressed = Exclude<Route, { kind: 'health' | 'unknown' }>;
