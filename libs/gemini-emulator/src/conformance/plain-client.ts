import { readFile, stat, writeFile } from 'node:fs/promises';
import type { BatchView, ConformanceClient } from './client.js';
import { valueAt } from './shape.js';

export interface PlainClientOptions {
  /** Where the server answers, without `v1beta`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly fetch: typeof fetch;
}

type Call = (
  method: string,
  path: string,
  signal: AbortSignal,
  body?: string | Uint8Array<ArrayBuffer>,
  headers?: Readonly<Record<string, string>>,
) => Promise<Response>;

/** The requests of the documentation and nothing more. */
export function plainClient({ baseUrl, apiKey, fetch: send }: PlainClientOptions): ConformanceClient {
  const call: Call = async (method, path, signal, body, headers = {}) =>
    send(new URL(path, baseUrl), {
      method,
      headers: { 'x-goog-api-key': apiKey, 'content-type': 'application/json', ...headers },
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body }),
    });
  const get = async (path: string, signal: AbortSignal): Promise<unknown> =>
    json(await call('GET', path, signal));
  const unlessGone = async (path: string, signal: AbortSignal): Promise<unknown> => {
    const response = await call('GET', path, signal);
    return response.status === 403 || response.status === 404 ? undefined : json(response);
  };
  return {
    findModel: (id, signal) => unlessGone(`/v1beta/models/${id}`, signal),
    uploadFile: (upload, signal) => uploadFile(call, upload, signal),
    findFile: async (name, signal) => {
      const file = await unlessGone(`/v1beta/${name}`, signal);
      return file === undefined ? undefined : { state: textAt(file, 'state') };
    },
    async *listFiles(signal) {
      for await (const file of entries('files', 'files', get, signal)) yield { name: textAt(file, 'name') };
    },
    deleteFile: async (name, signal) => {
      const response = await call('DELETE', `/v1beta/${name}`, signal, '{}');
      if (response.status === 400) return false;
      await json(response);
      return true;
    },
    createBatch: (request, signal) => createBatch(call, request, signal),
    getBatch: async (name, signal) => {
      const operation = await unlessGone(`/v1beta/${name}`, signal);
      return operation === undefined ? undefined : viewOf(operation);
    },
    async *listBatches(signal) {
      for await (const operation of entries('batches', 'operations', get, signal)) {
        const displayName = valueAt(operation, 'metadata', 'displayName');
        yield {
          name: textAt(operation, 'name'),
          displayName: typeof displayName === 'string' ? displayName : '',
        };
      }
    },
    downloadFile: async (name, path, signal) => {
      const response = await call('GET', `/v1beta/${name}:download?alt=media`, signal);
      if (!response.ok) throw new Error(`The server answered with ${response.status}.`);
      await writeFile(path, new Uint8Array(await response.arrayBuffer()));
    },
  };
}

async function uploadFile(
  call: Call,
  { path, mimeType, displayName }: Parameters<ConformanceClient['uploadFile']>[0],
  signal: AbortSignal,
): ReturnType<ConformanceClient['uploadFile']> {
  const { size } = await stat(path);
  const start = await call(
    'POST',
    '/upload/v1beta/files',
    signal,
    JSON.stringify({ file: { displayName, mimeType, sizeBytes: String(size) } }),
    {
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
      'x-goog-upload-header-content-length': String(size),
      'x-goog-upload-header-content-type': mimeType,
    },
  );
  // Its body says nothing, and may be empty.
  if (!start.ok) throw new Error(`The server answered with ${start.status}.`);
  const address = start.headers.get('x-goog-upload-url');
  if (address === null) throw new Error('The answer has no header x-goog-upload-url.');
  const { pathname, search } = new URL(address);
  const end = await call('POST', `${pathname}${search}`, signal, new Uint8Array(await readFile(path)), {
    'x-goog-upload-command': 'upload, finalize',
    'x-goog-upload-offset': '0',
  });
  const file = valueAt(await json(end), 'file');
  return { name: textAt(file, 'name'), uri: textAt(file, 'uri'), state: textAt(file, 'state') };
}

async function createBatch(
  call: Call,
  { model, inputFile, displayName }: Parameters<ConformanceClient['createBatch']>[0],
  signal: AbortSignal,
): ReturnType<ConformanceClient['createBatch']> {
  const body = JSON.stringify({ batch: { displayName, inputConfig: { fileName: inputFile } } });
  try {
    const response = await call('POST', `/v1beta/models/${model}:batchGenerateContent`, signal, body);
    if (response.status >= 400 && response.status < 500) {
      return { kind: 'rejected', error: { message: await response.text() } };
    }
    return { kind: 'created', batch: { name: textAt(await json(response), 'name') } };
  } catch (error) {
    return { kind: 'uncertain', why: error instanceof Error ? error.message : String(error) };
  }
}

async function json(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`The server answered with ${response.status}.`);
  const data: unknown = JSON.parse(await response.text());
  return data;
}

async function* entries(
  collection: string,
  field: string,
  get: (path: string, signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): AsyncIterable<unknown> {
  let token = '';
  do {
    const query = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`;
    const page = await get(`/v1beta/${collection}?pageSize=100${query}`, signal);
    const list = valueAt(page, field);
    if (Array.isArray(list)) yield* list as unknown[];
    const next = valueAt(page, 'nextPageToken');
    token = typeof next === 'string' && next !== token ? next : '';
  } while (token !== '');
}

function viewOf(operation: unknown): BatchView {
  const state = valueAt(operation, 'metadata', 'state');
  const file =
    valueAt(operation, 'metadata', 'output', 'responsesFile') ??
    valueAt(operation, 'response', 'responsesFile');
  const word = typeof state === 'string' ? state.replace(/^(BATCH|JOB)_STATE_/, '') : 'UNKNOWN';
  const responsesFile = typeof file === 'string' ? file : undefined;
  // A job is over if it carries a result or an error, under any name of its state.
  const isOver = valueAt(operation, 'done') === true || responsesFile !== undefined;
  const known = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED'].includes(word);
  return { state: !known && isOver ? 'SUCCEEDED' : word, responsesFile };
}

function textAt(value: unknown, field: string): string {
  const text = valueAt(value, field);
  if (typeof text !== 'string') throw new Error(`The answer has no ${field}.`);
  return text;
}
