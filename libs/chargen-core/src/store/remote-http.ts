import pRetry, { AbortError } from 'p-retry';
import { z } from 'zod';
import type { Claimant, RemoteClaim, RemoteGet, RemotePut, RemoteStore } from './remote-store.js';

export interface RemoteHttpOptions {
  /** `https://cache.example.org`; `/v1/store/{key}` and `/v1/claims/{key}` are looked for below it. */
  readonly url: string;
  readonly token: string | undefined;
  /** Milliseconds for one request with its body. */
  readonly timeoutMs: number;
  /** First pause before a request is repeated. */
  readonly retryPause: number;
}

/** The largest envelope that is read; a picture of 4K has some 30 MB. */
const MAX_ENVELOPE_BYTES = 512 * 2 ** 20;

const heldSchema = z.object({
  held: z.boolean(),
  label: z.string().default(''),
  until: z.number().default(0),
});

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

type Asked =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'unavailable'; readonly why: string };

/** A shared store at an address: `GET` and `PUT` of one address per key, and claims if the server has them. */
export class RemoteHttp implements RemoteStore {
  readonly name: string;
  readonly #base: string;
  readonly #options: RemoteHttpOptions;

  constructor(options: RemoteHttpOptions) {
    const url = new URL(options.url);
    // A password in an address would end in logs and reports.
    url.username = '';
    url.password = '';
    this.#base = url.href.replace(/\/+$/, '');
    this.name = this.#base;
    this.#options = options;
  }

  async get(key: string): Promise<RemoteGet> {
    const asked = await this.#ask('GET', `/v1/store/${key}`);
    if (asked.kind === 'unavailable') return asked;
    const { status, body } = asked.answer;
    if (status === 200) return { kind: 'found', envelope: body };
    if (status === 404) return { kind: 'absent' };
    return unavailable(asked.answer);
  }

  async put(key: string, envelope: Uint8Array): Promise<RemotePut> {
    const asked = await this.#ask('PUT', `/v1/store/${key}`, envelope);
    if (asked.kind === 'unavailable') return asked;
    const { status } = asked.answer;
    if (status === 200 || status === 201 || status === 204) return { kind: 'stored' };
    if (status === 409 || status === 412) return { kind: 'exists' };
    if (status === 403) return { kind: 'read-only' };
    return unavailable(asked.answer);
  }

  async claim(key: string, claimant: Claimant, ttlSeconds: number): Promise<RemoteClaim> {
    const body = JSON.stringify({ owner: claimant.id, label: claimant.label, ttlSeconds });
    const asked = await this.#ask('PUT', `/v1/claims/${key}`, Buffer.from(body));
    if (asked.kind === 'unavailable') return asked;
    const { status, body: text } = asked.answer;
    if (status === 200) return { kind: 'granted' };
    if (status === 403 || status === 404 || status === 405 || status === 501) return { kind: 'unsupported' };
    if (status !== 409) return unavailable(asked.answer);
    const held = heldSchema.safeParse(parseJson(text));
    if (!held.success) return { kind: 'unsupported' };
    if (!held.data.held) return { kind: 'answered' };
    return { kind: 'held', holder: { label: held.data.label, until: held.data.until } };
  }

  async release(key: string, claimant: Claimant): Promise<void> {
    await this.#ask('DELETE', `/v1/claims/${key}?owner=${encodeURIComponent(claimant.id)}`);
  }

  /** Asks once more after a broken connection or an answer that says "later"; all requests may be repeated. */
  async #ask(method: string, path: string, body?: Uint8Array): Promise<Asked> {
    try {
      const answer = await pRetry(() => this.#askOnce(method, path, body), {
        retries: 1,
        minTimeout: this.#options.retryPause,
      });
      return { kind: 'answer', answer };
    } catch (error) {
      return { kind: 'unavailable', why: whyOf(error) };
    }
  }

  async #askOnce(method: string, path: string, body: Uint8Array | undefined): Promise<Answer> {
    const { token, timeoutMs } = this.#options;
    let response: Response;
    try {
      response = await fetch(`${this.#base}${path}`, {
        method,
        redirect: 'error',
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        },
        ...(body === undefined ? {} : { body: Buffer.from(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (Number(response.headers.get('content-length') ?? '0') > MAX_ENVELOPE_BYTES) {
        await response.body?.cancel();
        throw new AbortError('the answer is too large for a result');
      }
      const answer = { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
      if (response.status >= 500 || response.status === 429) throw new Error(describe(answer));
      return answer;
    } catch (error) {
      // One who waited that long once need not wait that long again.
      if (error instanceof Error && error.name === 'TimeoutError') {
        throw new AbortError(`no answer within ${timeoutMs / 1000} s`);
      }
      throw error instanceof Error ? error : new Error(String(error));
    }
  }
}

function unavailable(answer: Answer): { readonly kind: 'unavailable'; readonly why: string } {
  return { kind: 'unavailable', why: describe(answer) };
}

function describe({ status, body }: Answer): string {
  const text = Buffer.from(body.subarray(0, 300)).toString('utf8').trim().split('\n')[0] ?? '';
  return `it answered ${status}${text === '' ? '' : `: ${text}`}`;
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says "fetch failed"; what failed is in the cause.
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
