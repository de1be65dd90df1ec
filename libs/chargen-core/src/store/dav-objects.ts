import {
  describeAnswer,
  request,
  withoutPassword,
  type HttpAnswer,
  type HttpPatience,
} from './http-request.js';
import { ObjectsTrouble, type Objects } from './objects.js';
import type { StoredObject } from './remote-store.js';
import type { SlotContent } from './slot-claims.js';

export interface DavOptions extends HttpPatience {
  readonly url: string;
  readonly token: string | undefined;
}

/**
 * A WebDAV server, such as Apache with mod_dav. A claim is a collection that one machine makes (MKCOL), with its content
 * in it: Apache looks at `If-None-Match` and `If-Match` before it writes and not while, so that of ten that write at
 * once sometimes two succeed; a collection is made by one.
 */
export class DavObjects implements Objects {
  readonly name: string;
  readonly #base: string;
  readonly #options: DavOptions;
  /** Slots that this process made and whose content may not have arrived. */
  readonly #unfinished = new Set<string>();

  constructor(options: DavOptions) {
    this.#base = withoutPassword(options.url);
    this.name = this.#base;
    this.#options = options;
  }

  readonly slots = {
    numbers: async (key: string): Promise<readonly number[]> =>
      (await this.list(`claims/${key}`)).map(Number).filter((number) => number > 0),
    read: async (key: string, number: number): Promise<SlotContent | undefined> => {
      const folder = `claims/${key}/${number}`;
      const answer = await this.#ask('GET', `${folder}/claim`);
      if (answer.status === 200) {
        return { text: Buffer.from(answer.body).toString('utf8'), age: () => Promise.resolve(0) };
      }
      if (answer.status !== 404) throw troubleOf(answer);
      // Ours, and of no use: the next one is taken.
      if (this.#unfinished.has(folder)) return undefined;
      // Made, and not written yet; or gone with the result.
      const age = await this.#ageOf(folder);
      return age === undefined ? undefined : { text: '', age: () => Promise.resolve(age) };
    },
    take: (key: string, number: number, text: string): Promise<boolean> => this.#take(key, number, text),
    remove: (key: string, number: number): Promise<void> => this.remove(`claims/${key}/${number}/`),
    keys: (): Promise<readonly string[]> => this.list('claims'),
    clear: (key: string): Promise<void> => this.remove(`claims/${key}/`),
  };

  async read(path: string): Promise<Uint8Array | undefined> {
    const answer = await this.#ask('GET', path);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw troubleOf(answer);
    return answer.body;
  }

  async has(path: string): Promise<boolean> {
    const answer = await this.#ask('HEAD', path);
    if (answer.status === 404) return false;
    if (answer.status !== 200) throw troubleOf(answer);
    return true;
  }

  async create(path: string, body: Uint8Array): Promise<boolean> {
    const answer = await this.#put(path, body, { 'if-none-match': '*' });
    if (answer.status === 412) return false;
    expectWritten(answer);
    return true;
  }

  async replace(path: string, body: Uint8Array): Promise<void> {
    expectWritten(await this.#put(path, body));
  }

  async list(folder: string): Promise<readonly string[]> {
    return (await this.#entries(folder)).map(({ key }) => key);
  }

  async listAll(folder: string): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = [];
    for (const part of await this.list(folder)) found.push(...(await this.#entries(`${folder}/${part}`)));
    return found;
  }

  async #entries(folder: string): Promise<readonly StoredObject[]> {
    const answer = await this.#ask('PROPFIND', `${folder}/`, undefined, { depth: '1' });
    if (answer.status === 404) return [];
    expectListed(answer);
    const xml = Buffer.from(answer.body).toString('utf8');
    return xml.split(/<(?:\w+:)?response\b/i).flatMap((entry) => {
      const href = textOf(entry, 'href') ?? '';
      const key = href.replace(/\/+$/, '').split('/').at(-1) ?? '';
      if (key === '' || key === folder.split('/').at(-1)) return [];
      const at = Date.parse(textOf(entry, 'getlastmodified') ?? '');
      const bytes = Number(textOf(entry, 'getcontentlength') ?? '0');
      return [{ key, bytes, modified: Number.isNaN(at) ? undefined : at }];
    });
  }

  /** The collection first, which one machine makes; its content after it. */
  async #take(key: string, number: number, text: string): Promise<boolean> {
    const folder = `claims/${key}/${number}`;
    const made = await this.#makeFolder(folder);
    if (made !== 'made') return false;
    this.#unfinished.add(folder);
    expectWritten(await this.#ask('PUT', `${folder}/claim`, Buffer.from(text)));
    this.#unfinished.delete(folder);
    return true;
  }

  /** Also the folders above it. Apache answers 403 to one that lost the race within the same moment. */
  async #makeFolder(folder: string): Promise<'made' | 'exists'> {
    const answer = await this.#ask('MKCOL', `${folder}/`);
    switch (answer.status) {
      case 201:
        return 'made';
      case 405:
        if ((await this.#ageOf(folder)) !== undefined) return 'exists';
        throw new ObjectsTrouble({
          kind: 'unsupported',
          why: `it makes no folders (MKCOL: ${describeAnswer(answer)})`,
        });
      case 403:
        if ((await this.#ageOf(folder)) !== undefined) return 'exists';
        throw new ObjectsTrouble({ kind: 'read-only', why: describeAnswer(answer) });
      case 409: {
        const above = folder.split('/').slice(0, -1).join('/');
        if (above === '') throw troubleOf(answer);
        await this.#makeFolder(above);
        return this.#makeFolder(folder);
      }
      default:
        throw troubleOf(answer);
    }
  }

  /** Milliseconds since it was made, by the clock of the server alone; undefined if it is not there. */
  async #ageOf(folder: string): Promise<number | undefined> {
    const answer = await this.#ask('PROPFIND', `${folder}/`, undefined, { depth: '0' });
    if (answer.status === 404) return undefined;
    expectListed(answer);
    const xml = Buffer.from(answer.body).toString('utf8');
    const at = Date.parse(textOf(xml, 'getlastmodified') ?? '');
    const now = Date.parse(answer.headers.get('date') ?? '');
    // Without both times it counts as new: its machine is waited for rather than paid beside.
    return Number.isNaN(at) || Number.isNaN(now) ? 0 : Math.max(0, now - at);
  }

  /** 409 says that its folder is not there. */
  async #put(
    path: string,
    body: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    const answer = await this.#ask('PUT', path, body, headers);
    if (answer.status !== 409) return answer;
    await this.#makeFolder(path.split('/').slice(0, -1).join('/'));
    return this.#ask('PUT', path, body, headers);
  }

  async remove(path: string): Promise<void> {
    const answer = await this.#ask('DELETE', path);
    if (answer.status !== 404) expectWritten(answer);
  }

  async #ask(
    method: string,
    path: string,
    body?: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    const { token } = this.#options;
    const asked = await request(
      (signal) =>
        fetch(`${this.#base}/${path}`, {
          method,
          redirect: 'error',
          headers: {
            ...headers,
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }),
          },
          ...(body === undefined ? {} : { body: Buffer.from(body) }),
          signal,
        }),
      this.#options,
    );
    if (asked.kind === 'unavailable') throw new ObjectsTrouble(asked);
    return asked.answer;
  }
}

/** The text of the first element of a name, in any namespace. */
function textOf(xml: string, name: string): string | undefined {
  return new RegExp(`<(?:\\w+:)?${name}[^>]*>([^<]*)</`, 'i').exec(xml)?.[1];
}

function troubleOf(answer: HttpAnswer): ObjectsTrouble {
  const kind = [401, 403, 407].includes(answer.status) ? 'denied' : 'unavailable';
  return new ObjectsTrouble({ kind, why: describeAnswer(answer) });
}

/** nginx answers 405: its dav module lists nothing. */
function expectListed(answer: HttpAnswer): void {
  if (answer.status === 207) return;
  if (answer.status !== 405 && answer.status !== 501) throw troubleOf(answer);
  const why = `it lists no folders (PROPFIND: ${describeAnswer(answer)})`;
  throw new ObjectsTrouble({ kind: 'unsupported', why });
}

function expectWritten(answer: HttpAnswer): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const kind = answer.status === 401 ? 'denied' : answer.status === 403 ? 'read-only' : 'unavailable';
  throw new ObjectsTrouble({ kind, why: describeAnswer(answer) });
}
