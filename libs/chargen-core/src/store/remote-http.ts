import { z } from 'zod';
import {
  describeAnswer,
  request,
  withoutPassword,
  type HttpAnswer,
  type HttpPatience,
} from './http-request.js';
import { portionsOf } from './in-portions.js';
import type {
  Claimant,
  ClaimRequest,
  ListedClaim,
  RemoteClaim,
  RemoteFault,
  RemoteGet,
  RemoteListed,
  RemotePut,
  RemoteStore,
  RemoteUnable,
} from './remote-store.js';

export interface RemoteHttpOptions extends HttpPatience {
  /** `https://cache.example.org`; `/v1/store/{key}` and `/v1/claims` are looked for below it. */
  readonly url: string;
  readonly token: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Keys of one request. */
const PORTION = 500;

const KEEPS_ALL: RemoteUnable = {
  kind: 'unsupported',
  why: 'a chargen-cache-server keeps every result; give it room with --max-store-mib, or move to object storage',
};

const claimOutcomesSchema = z.lazy(() =>
  z.object({
    outcomes: z.array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('granted') }),
        z.object({ kind: z.literal('answered') }),
        z.object({ kind: z.literal('held'), label: z.string(), forMs: z.number() }),
      ]),
    ),
  }),
);

const presentSchema = z.lazy(() => z.object({ present: z.array(z.string()) }));

const claimsSchema = z.object({
  now: z.number(),
  claims: z.array(
    z.object({
      key: z.string(),
      owner: z.string(),
      label: z.string(),
      what: z.string(),
      since: z.number(),
      until: z.number(),
    }),
  ),
});

/** The shared store of a `chargen-cache-server`. */
export class RemoteHttp implements RemoteStore {
  readonly name: string;
  readonly #base: string;
  readonly #options: RemoteHttpOptions;

  constructor(options: RemoteHttpOptions) {
    this.#base = withoutPassword(options.url);
    this.name = this.#base;
    this.#options = options;
  }

  async get(key: string): Promise<RemoteGet> {
    const asked = await this.#ask('GET', `/v1/store/${key}`);
    if ('kind' in asked) return asked;
    if (asked.status === 200) return { kind: 'found', envelope: asked.body };
    return asked.status === 404 ? { kind: 'absent' } : unusable(asked);
  }

  async present(keys: readonly string[]): Promise<RemoteListed<ReadonlySet<string>>> {
    const found = new Set<string>();
    for (const portion of portionsOf(keys, PORTION)) {
      const asked = await this.#ask('POST', '/v1/lookup', { keys: portion });
      if ('kind' in asked) return asked;
      const read = presentSchema.safeParse(parseJson(asked.body));
      if (asked.status !== 200 || !read.success) return unusable(asked);
      for (const key of read.data.present) found.add(key);
    }
    return { kind: 'listed', found };
  }

  async put(key: string, envelope: Uint8Array): Promise<RemotePut> {
    const asked = await this.#ask('PUT', `/v1/store/${key}`, envelope);
    if ('kind' in asked) return asked;
    switch (asked.status) {
      case 200:
      case 201:
      case 204:
        return { kind: 'stored' };
      case 409:
        return { kind: 'exists' };
      case 403:
        return { kind: 'read-only', why: describeAnswer(asked) };
      case 413:
      case 422:
        return { kind: 'rejected', why: describeAnswer(asked) };
      default:
        return unusable(asked);
    }
  }

  async claim(
    requests: readonly ClaimRequest[],
    { id, label }: Claimant,
    ttlSeconds: number,
    mayShorten = false,
  ): Promise<readonly RemoteClaim[]> {
    const outcomes: RemoteClaim[] = [];
    for (const claims of portionsOf(requests, PORTION)) {
      const order = { owner: id, label, ttlSeconds, mayShorten, claims };
      const answer = await this.#claimPortion(order);
      outcomes.push(...('kind' in answer ? requests.slice(outcomes.length).map(() => answer) : answer));
      if ('kind' in answer) break;
    }
    return outcomes;
  }

  async #claimPortion(order: {
    readonly claims: readonly ClaimRequest[];
  }): Promise<readonly RemoteClaim[] | Extract<RemoteClaim, { kind: 'read-only' }> | RemoteFault> {
    const asked = await this.#ask('POST', '/v1/claims', order);
    if ('kind' in asked) return asked;
    if (asked.status === 403) return { kind: 'read-only', why: describeAnswer(asked) };
    const read = claimOutcomesSchema.safeParse(parseJson(asked.body));
    if (asked.status !== 200 || read.data?.outcomes.length !== order.claims.length) return unusable(asked);
    return read.data.outcomes.map((outcome) => {
      if (outcome.kind !== 'held') return { kind: outcome.kind };
      const { label, forMs } = outcome;
      return { kind: 'held', holder: { label, until: this.#options.now() + forMs } };
    });
  }

  async release(keys: readonly string[], { id }: Claimant): Promise<void> {
    for (const portion of portionsOf(keys, PORTION)) {
      const asked = await this.#ask('POST', '/v1/claims/release', { owner: id, keys: portion });
      if ('kind' in asked) return;
    }
  }

  async claims(): Promise<RemoteListed<readonly ListedClaim[]>> {
    const asked = await this.#ask('GET', '/v1/claims');
    if ('kind' in asked) return asked;
    const read = claimsSchema.safeParse(parseJson(asked.body));
    if (asked.status !== 200 || !read.success) return unusable(asked);
    const ahead = read.data.now - this.#options.now();
    const found = read.data.claims.map(({ key, owner, label, what, since, until }) => ({
      key,
      holder: { id: owner, label },
      what,
      since: since - ahead,
      until: until - ahead,
    }));
    return { kind: 'listed', found };
  }

  stored(): Promise<RemoteUnable> {
    return Promise.resolve(KEEPS_ALL);
  }

  remove(): Promise<RemoteUnable> {
    return Promise.resolve(KEEPS_ALL);
  }

  async #ask(method: string, path: string, body?: Uint8Array | object): Promise<HttpAnswer | RemoteFault> {
    const { token } = this.#options;
    const isJson = body !== undefined && !(body instanceof Uint8Array);
    const asked = await request(
      (signal) =>
        fetch(`${this.#base}${path}`, {
          method,
          redirect: 'error',
          headers: {
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(body === undefined
              ? {}
              : { 'content-type': isJson ? 'application/json' : 'application/octet-stream' }),
          },
          ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : Buffer.from(body) }),
          signal,
        }),
      this.#options,
    );
    if (asked.kind === 'unavailable') return asked;
    return asked.answer.status === 401 ? unusable(asked.answer) : asked.answer;
  }
}

/** 403 on reading is not of a chargen-cache-server but of a proxy before it, which waiting does not cure either. */
function unusable(answer: HttpAnswer): RemoteFault {
  const kind = [401, 403, 407].includes(answer.status) ? 'denied' : 'unavailable';
  return { kind, why: describeAnswer(answer) };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
