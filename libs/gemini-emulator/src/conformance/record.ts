import { isRecord } from './shape.js';

/** One request and its answer, without anything that grants access: no key, no host, no address with a signature. */
export interface Exchange {
  readonly method: string;
  /** Path, with those query parameters that are no secret. */
  readonly path: string;
  /** The upload command, of uploads only. */
  readonly command?: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON as it is parsed, else text; base64 is shortened. */
  readonly body: unknown;
}

/** Parameters whose values may be shown. */
const OPEN_PARAMETERS = ['pageSize', 'alt', 'upload_protocol'];
const SHOWN_HEADERS = ['content-type', 'x-goog-upload-status', 'x-gemini-emulator'];
/** Headers of which only the presence is shown, since their value lets its holder in. */
const HIDDEN_HEADERS = ['x-goog-upload-url'];

/** The same fetch, which also writes down every exchange; those of a step are taken with `take`. */
export class Recorder {
  readonly #send: typeof fetch;
  readonly #secrets: readonly string[];
  #exchanges: { raw: unknown; shown: Exchange }[] = [];

  constructor(secrets: readonly string[], send: typeof fetch = fetch) {
    this.#secrets = secrets.filter((one) => one.length > 0);
    this.#send = send;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input instanceof Request ? input : String(input), {
      method: init?.method ?? 'GET',
    });
    const response = await this.#send(input, init);
    const copy = await response.clone().text();
    const raw = parsed(copy);
    const command = new Headers(init?.headers).get('x-goog-upload-command');
    const shown: Exchange = {
      method: request.method,
      path: shownPath(request.url),
      ...(command === null ? {} : { command }),
      status: response.status,
      headers: shownHeaders(response.headers),
      body: this.#clean(raw),
    };
    this.#exchanges.push({ raw, shown });
    return response;
  };

  /** What was exchanged since the last call: the answers as they came, for comparing, and as they may be shown. */
  take(): readonly { readonly raw: unknown; readonly shown: Exchange }[] {
    const taken = this.#exchanges;
    this.#exchanges = [];
    return taken;
  }

  /** A text that may be shown. */
  cleanText(text: string): string {
    const known = this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
    return known
      .replace(/\b(AIza|AQ\.)[0-9A-Za-z_-]{20,}/g, '$1***')
      .replace(/(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/g, '$1?***')
      .replace(
        /[A-Za-z0-9+/_-]{200,}={0,2}/g,
        (base64) => `${base64.slice(0, 12)}… (${base64.length} characters)`,
      );
  }

  #clean(value: unknown): unknown {
    if (typeof value === 'string') return this.cleanText(value);
    if (Array.isArray(value)) return value.map((one) => this.#clean(one));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [this.cleanText(key), this.#clean(one)]),
    );
  }
}

function parsed(text: string): unknown {
  try {
    const data: unknown = JSON.parse(text);
    return data;
  } catch {
    return text;
  }
}

function shownPath(url: string): string {
  const { pathname, searchParams } = new URL(url);
  const shown = OPEN_PARAMETERS.filter((name) => searchParams.has(name)).map(
    (name) => `${name}=${searchParams.get(name) ?? ''}`,
  );
  return shown.length === 0 ? pathname : `${pathname}?${shown.join('&')}`;
}

function shownHeaders(headers: Headers): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name of SHOWN_HEADERS) {
    const value = headers.get(name);
    if (value !== null) shown[name] = value;
  }
  for (const name of HIDDEN_HEADERS) if (headers.has(name)) shown[name] = '(present)';
  return shown;
}
