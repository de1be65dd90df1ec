import { AwsClient } from 'aws4fetch';
import { describeAnswer, request, type HttpAnswer, type HttpPatience } from './http-request.js';
import { ObjectsTrouble, type Objects } from './objects.js';
import type { StoredObject } from './remote-store.js';
import type { SlotContent } from './slot-claims.js';

export interface S3Options extends HttpPatience {
  readonly bucket: string;
  /** Without slashes at its ends; empty for the bucket itself. */
  readonly prefix: string;
  readonly region: string;
  /** An address of a service other than Amazon's; the bucket is then the first part of the path. */
  readonly endpoint: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** Object storage that speaks S3. Claims need nothing but `If-None-Match: *` on writing. */
export class S3Objects implements Objects {
  readonly name: string;
  readonly #base: string;
  readonly #prefix: string;
  readonly #client: AwsClient;
  readonly #patience: HttpPatience;

  constructor(options: S3Options) {
    const { bucket, prefix, region, endpoint, accessKeyId, secretAccessKey, sessionToken } = options;
    this.name = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
    this.#base =
      endpoint === undefined
        ? `https://${bucket}.s3.${region}.amazonaws.com`
        : `${endpoint.replace(/\/+$/, '')}/${bucket}`;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.#patience = options;
    this.#client = new AwsClient({
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      region,
      service: 's3',
      retries: 0,
    });
  }

  readonly slots = {
    numbers: async (key: string): Promise<readonly number[]> =>
      (await this.list(`claims/${key}`)).map(Number).filter((number) => number > 0),
    read: async (key: string, number: number): Promise<SlotContent | undefined> => {
      const body = await this.read(`claims/${key}/${number}`);
      return body && { text: Buffer.from(body).toString('utf8'), age: () => Promise.resolve(0) };
    },
    take: (key: string, number: number, text: string): Promise<boolean> =>
      this.create(`claims/${key}/${number}`, Buffer.from(text)),
    remove: (key: string, number: number): Promise<void> => this.remove(`claims/${key}/${number}`),
    keys: (): Promise<readonly string[]> => this.list('claims'),
    clear: async (key: string): Promise<void> => {
      for (const name of await this.list(`claims/${key}`)) await this.remove(`claims/${key}/${name}`);
    },
  };

  async read(path: string): Promise<Uint8Array | undefined> {
    const answer = await this.#ask('GET', this.#pathOf(path));
    if (answer.status === 404) return undefined;
    return expectOk(answer).body;
  }

  async has(path: string): Promise<boolean> {
    const answer = await this.#ask('HEAD', this.#pathOf(path));
    if (answer.status === 404) return false;
    expectOk(answer);
    return true;
  }

  async create(path: string, body: Uint8Array): Promise<boolean> {
    const answer = await this.#ask('PUT', this.#pathOf(path), body, { 'if-none-match': '*' });
    // 409: another request for the same object was under way. It is looked at again.
    if (answer.status === 412) return false;
    if (answer.status === 409) return !(await this.has(path)) && this.create(path, body);
    if (answer.status === 400 || answer.status === 501) {
      throw new ObjectsTrouble({ kind: 'unsupported', why: describeAnswer(answer) });
    }
    expectWritten(answer);
    return true;
  }

  async replace(path: string, body: Uint8Array): Promise<void> {
    expectWritten(await this.#ask('PUT', this.#pathOf(path), body));
  }

  async list(folder: string): Promise<readonly string[]> {
    const names: string[] = [];
    const prefix = `${this.#prefix}${folder}/`;
    for await (const xml of this.#pages({ delimiter: '/', prefix })) {
      // Our names are hexadecimal: in them nothing is escaped, in the prefix something may be.
      for (const [, path = ''] of xml.matchAll(/<(?:Key|Prefix)>([^<]*)<\/(?:Key|Prefix)>/g)) {
        const name = /\/([0-9a-z-]+)\/?$/.exec(path)?.[1];
        if (name !== undefined && !prefix.endsWith(`/${name}/`) && name !== folder) names.push(name);
      }
    }
    return names;
  }

  async listAll(folder: string): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = [];
    for await (const xml of this.#pages({ prefix: `${this.#prefix}${folder}/` })) {
      for (const [, entry = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const key = /<Key>[^<]*\/([0-9a-f]+)<\/Key>/.exec(entry)?.[1];
        const bytes = Number(/<Size>(\d+)<\/Size>/.exec(entry)?.[1] ?? '0');
        const at = Date.parse(/<LastModified>([^<]*)</.exec(entry)?.[1] ?? '');
        if (key !== undefined) found.push({ key, bytes, modified: Number.isNaN(at) ? undefined : at });
      }
    }
    return found;
  }

  async *#pages(query: Readonly<Record<string, string>>): AsyncGenerator<string> {
    for (let next: string | undefined = ''; next !== undefined;) {
      const words = new URLSearchParams({ 'list-type': '2', ...query });
      if (next !== '') words.set('continuation-token', next);
      const answer = expectOk(await this.#ask('GET', `/?${words.toString()}`));
      const xml = Buffer.from(answer.body).toString('utf8');
      yield xml;
      next = /<NextContinuationToken>([^<]*)</.exec(xml)?.[1];
    }
  }

  async remove(path: string): Promise<void> {
    const answer = await this.#ask('DELETE', this.#pathOf(path));
    if (answer.status !== 404) expectWritten(answer);
  }

  #pathOf(path: string): string {
    return `/${this.#prefix}${path}`.split('/').map(encodeURIComponent).join('/');
  }

  async #ask(
    method: string,
    path: string,
    body?: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    const asked = await request(async (signal) => {
      const signed = await this.#client.sign(`${this.#base}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: Buffer.from(body) }),
      });
      return fetch(signed, { signal, redirect: 'error' });
    }, this.#patience);
    if (asked.kind === 'unavailable') throw new ObjectsTrouble(asked);
    return asked.answer;
  }
}

function expectOk(answer: HttpAnswer): HttpAnswer {
  if (answer.status === 200) return answer;
  const kind = [401, 403, 407].includes(answer.status) ? 'denied' : 'unavailable';
  throw new ObjectsTrouble({ kind, why: describeAnswer(answer) });
}

function expectWritten(answer: HttpAnswer): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const kind = answer.status === 401 ? 'denied' : answer.status === 403 ? 'read-only' : 'unavailable';
  throw new ObjectsTrouble({ kind, why: describeAnswer(answer) });
}
