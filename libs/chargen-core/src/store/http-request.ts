import pRetry, { AbortError } from 'p-retry';

/** The largest envelope that is read; a picture of 4K has some 30 MB. */
const MAX_BODY_BYTES = 512 * 2 ** 20;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export type HttpOutcome =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'unavailable'; readonly why: string };

/** Milliseconds of one request with its body, and of the first pause before it is repeated. */
export interface HttpPatience {
  readonly timeoutMs: number;
  readonly retryPause: number;
}

/**
 * Sends a request that may be repeated, and asks once more after a broken connection or an answer that says "later".
 * `send` makes the request; it is called for each attempt.
 */
export async function request(
  send: (signal: AbortSignal) => Promise<Response>,
  patience: HttpPatience,
): Promise<HttpOutcome> {
  try {
    const answer = await pRetry(() => once(send, patience.timeoutMs), {
      retries: 1,
      minTimeout: patience.retryPause,
    });
    return { kind: 'answer', answer };
  } catch (error) {
    return { kind: 'unavailable', why: whyOf(error) };
  }
}

async function once(
  send: (signal: AbortSignal) => Promise<Response>,
  timeoutMs: number,
): Promise<HttpAnswer> {
  try {
    const response = await send(AbortSignal.timeout(timeoutMs));
    if (Number(response.headers.get('content-length') ?? '0') > MAX_BODY_BYTES) {
      await response.body?.cancel();
      throw new AbortError('the answer is too large for a result');
    }
    const { status, headers } = response;
    const answer = { status, headers, body: new Uint8Array(await response.arrayBuffer()) };
    if ((status >= 500 && status !== 501) || status === 429) throw new Error(describeAnswer(answer));
    return answer;
  } catch (error) {
    // One who waited that long once need not wait that long again.
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw new AbortError(`no answer within ${timeoutMs / 1000} s`);
    }
    throw error instanceof Error ? error : new Error(String(error));
  }
}

/** The status, with the words of the server if they are for people; a page or a document of XML is not. */
export function describeAnswer({ status, body }: Pick<HttpAnswer, 'status' | 'body'>): string {
  const text = Buffer.from(body.subarray(0, 300)).toString('utf8').trim();
  const words = text.startsWith('<') ? /<Code>(\w+)<\/Code>/.exec(text)?.[1] : text.split('\n')[0];
  return `it answered ${status}${words === undefined || words === '' ? '' : `: ${words}`}`;
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says "fetch failed"; what failed is in the cause.
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

/** An address without a slash at its end. */
export function withoutPassword(address: string): string {
  const url = new URL(address);
  // A password in an address would end in logs and reports.
  url.username = '';
  url.password = '';
  return url.href.replace(/\/+$/, '');
}
