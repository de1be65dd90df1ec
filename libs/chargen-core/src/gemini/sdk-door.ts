import { createWriteStream, openAsBlob } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GoogleGenAI } from '@google/genai';
import { z } from 'zod';
import { sha256Hex } from '../util/digest.js';
import { syncFile } from '../util/sync-file.js';
import {
  GEMINI_BASE_URL,
  GeminiError,
  type BatchRequest,
  type BatchSnapshot,
  type CreateOutcome,
  type DoorOptions,
  type Downloaded,
  type FileUpload,
  type GeminiDoor,
  type ServedModel,
  type UploadedFile,
} from './door.js';
import { errorInfo, isCertainlyNotBilled, toGeminiError, unreadable } from './errors.js';
import { LineCounter } from './line-counter.js';
import { fetchOwn } from './own-fetch.js';
import { redact } from './redact.js';
import {
  batchOperation,
  batchPage,
  filePage,
  fileResource,
  modelPage,
  modelResource,
  toServedModel,
  toSnapshot,
  toUploadedFile,
} from './wire.js';

/** Long enough for a slow create (Google ends a unary call after about ten minutes), short enough to report. */
const DEFAULT_TIMEOUT = 120_000;

/**
 * The SDK switches off every limit of an upload and does not pass the abort signal on (2.32.0, measured): a
 * connection that stalls would be waited for endlessly, and Ctrl-C would not end it.
 */
const SLOWEST_UPLOAD_BYTES_PER_MS = 20;

/** The door to Gemini through @google/genai, and past it if the SDK loses what the service answered. */
export class SdkDoor implements GeminiDoor {
  readonly keyFingerprint: string;
  readonly baseUrl: string;
  readonly #apiKey: string;
  readonly #timeout: number;
  readonly #fetchWith: typeof fetch;
  readonly #client: GoogleGenAI;

  constructor(options: DoorOptions) {
    this.#apiKey = options.apiKey;
    this.baseUrl = withSlash(options.baseUrl ?? GEMINI_BASE_URL);
    this.#timeout = options.timeout ?? DEFAULT_TIMEOUT;
    this.#fetchWith = options.fetch ?? fetch;
    this.keyFingerprint = sha256Hex(`chargen ${options.apiKey}`).slice(0, 12);
    this.#client = this.#newClient(undefined);
  }

  #newClient(signal: AbortSignal | undefined): GoogleGenAI {
    return new GoogleGenAI({
      apiKey: this.#apiKey,
      // GOOGLE_GENAI_USE_VERTEXAI in the environment would otherwise send the request to another service.
      vertexai: false,
      // No retryOptions, ever: the SDK would repeat batches.create as well and pay twice.
      httpOptions: {
        baseUrl: this.baseUrl,
        apiVersion: 'v1beta',
        fetch: fetchOwn(signal, this.#fetchWith),
      },
    });
  }

  async uploadFile(upload: FileUpload, signal: AbortSignal): Promise<UploadedFile> {
    signal.throwIfAborted();
    const { size } = await stat(upload.path);
    const limit = AbortSignal.timeout(Math.ceil(this.#timeout + size / SLOWEST_UPLOAD_BYTES_PER_MS));
    const abortSignal = AbortSignal.any([signal, limit]);
    try {
      const file = await this.#newClient(abortSignal).files.upload({
        // Not the path: the SDK puts its base name into a header, which takes no letter outside of Latin-1 and no
        // line break, and the name that an author gave a file is nothing that the service needs.
        file: await openAsBlob(upload.path),
        config: { mimeType: upload.mimeType, displayName: upload.displayName },
      });
      // A rejected upload was seen answered with status 200 and an error inside; the SDK then gives undefined.
      const parsed = fileResource.safeParse(file);
      if (!parsed.success) {
        throw new GeminiError({
          kind: 'invalid-argument',
          status: 200,
          message: `Google answered the upload of ${upload.displayName} without a file.`,
          retryAfter: undefined,
        });
      }
      return toUploadedFile(parsed.data);
    } catch (error) {
      throw this.#explain(error, signal);
    }
  }

  async findFile(name: string, signal: AbortSignal): Promise<UploadedFile | undefined> {
    const body = await this.#getUnlessGone(name, signal);
    return body === undefined ? undefined : toUploadedFile(this.#parse(fileResource, body, name));
  }

  async deleteFile(name: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    try {
      await this.#client.files.delete({ name, config: { abortSignal: this.#bounded(signal) } });
      return true;
    } catch (error) {
      const known = this.#explain(error, signal);
      const kind = known instanceof GeminiError ? known.info.kind : undefined;
      if (kind === 'forbidden' || kind === 'not-found') return true;
      if (kind === 'invalid-argument') return false;
      throw known;
    }
  }

  async *listFiles(signal: AbortSignal): AsyncIterable<UploadedFile> {
    for await (const page of this.#pages('files', filePage, signal)) {
      for (const file of page.files ?? []) yield toUploadedFile(file);
    }
  }

  async createBatch(request: BatchRequest, signal: AbortSignal): Promise<CreateOutcome> {
    signal.throwIfAborted();
    try {
      const job = await this.#client.batches.create({
        model: request.model,
        src: request.inputFile,
        config: {
          displayName: request.displayName,
          httpOptions: { timeout: this.#timeout },
          abortSignal: signal,
        },
      });
      const name = job.name;
      if (name === undefined || !/^batches\/[^/]+$/.test(name)) {
        const why = 'Google answered the create without the name of a job.';
        return { kind: 'uncertain', why, hasEnded: true };
      }
      const snapshot = toSnapshot({
        name,
        metadata: {
          model: request.model,
          displayName: request.displayName,
          state: job.state,
          createTime: job.createTime,
        },
      });
      return { kind: 'created', batch: snapshot };
    } catch (error) {
      const known = this.#explain(error, signal);
      if (known instanceof GeminiError && isCertainlyNotBilled(known.info)) {
        return { kind: 'rejected', error: known.info };
      }
      const hasEnded = known instanceof GeminiError && known.info.isGooglesOwn === true;
      const why = hasEnded
        ? `Google answered the create with an error (${known.message}).`
        : `The answer to the create was lost (${known.message}).`;
      return { kind: 'uncertain', why, hasEnded };
    }
  }

  async getBatch(name: string, signal: AbortSignal): Promise<BatchSnapshot | undefined> {
    const body = await this.#getUnlessGone(name, signal);
    return body === undefined ? undefined : toSnapshot(this.#parse(batchOperation, body, name));
  }

  async *listBatches(signal: AbortSignal): AsyncIterable<BatchSnapshot> {
    for await (const page of this.#pages('batches', batchPage, signal)) {
      for (const operation of page.operations ?? []) yield toSnapshot(operation);
    }
  }

  async cancelBatch(name: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#client.batches.cancel({ name, config: { abortSignal: this.#bounded(signal) } });
    } catch (error) {
      throw this.#explain(error, signal);
    }
  }

  /**
   * Our own stream: on a cut connection the SDK's download throws outside of its promise, which ends the
   * process, and leaves a partial file under the final name (js-genai, measured with 2.32.0).
   */
  async downloadFile(name: string, path: string, signal: AbortSignal): Promise<Downloaded> {
    try {
      const response = await this.#fetch(`v1beta/${name}:download?alt=media`, signal);
      if (response.body === null) throw unreadable(`The download of ${name} had no body.`);
      const counter = new LineCounter();
      const file = createWriteStream(path, { flags: 'wx' });
      await pipeline(Readable.fromWeb(response.body), counter, file, { signal });
      const { bytes, lines, endsWhole } = counter;
      // The length of a zipped body is not that of the file.
      const zipped = response.headers.get('content-encoding') !== null;
      const length = zipped ? null : response.headers.get('content-length');
      if (length !== null && Number(length) !== bytes) {
        throw unreadable(`The download of ${name} was cut: ${bytes} of ${length} bytes came.`);
      }
      const handle = await open(path, 'r+');
      try {
        await syncFile(handle);
      } finally {
        await handle.close();
      }
      return { bytes, lines, endsWhole, announced: length !== null };
    } catch (error) {
      await rm(path, { force: true });
      throw this.#explain(error, signal);
    }
  }

  async findModel(id: string, signal: AbortSignal): Promise<ServedModel | undefined> {
    try {
      return toServedModel(
        await this.#page(`v1beta/models/${encodeURIComponent(id)}`, id, modelResource, signal),
      );
    } catch (error) {
      const { kind, isGooglesOwn = false } = error instanceof GeminiError ? error.info : { kind: 'other' };
      // The answer of a stand-in that serves no models proves nothing about the model.
      if (isGooglesOwn && (kind === 'not-found' || kind === 'forbidden')) return undefined;
      throw error;
    }
  }

  async *listModels(signal: AbortSignal): AsyncIterable<ServedModel> {
    for await (const page of this.#pages('models', modelPage, signal)) {
      for (const model of page.models ?? []) yield toServedModel(model);
    }
  }

  async generateNow(
    model: string,
    request: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    try {
      const path = `v1beta/models/${model}:generateContent`;
      const answer = await this.#json(await this.#send(path, signal, JSON.stringify(request)), model);
      // Seen with creates: an error inside an answer of status 200. It is no answer of the model.
      const parsed = errorInside.safeParse(answer);
      if (parsed.success)
        throw unreadable(`Google answered with an error inside: ${parsed.data.error.message}`);
      return answer;
    } catch (error) {
      throw this.#explain(error, signal);
    }
  }

  async *#pages<T extends { nextPageToken?: string | undefined }>(
    collection: string,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): AsyncIterable<T> {
    let token: string | undefined;
    const seen = new Set<string>();
    do {
      const query = token === undefined ? '' : `&pageToken=${encodeURIComponent(token)}`;
      const page = await this.#page(`v1beta/${collection}?pageSize=100${query}`, collection, schema, signal);
      yield page;
      token = page.nextPageToken === '' ? undefined : page.nextPageToken;
      if (token !== undefined && seen.has(token))
        throw unreadable(`The list of ${collection} repeats a page.`);
      if (token !== undefined) seen.add(token);
    } while (token !== undefined);
  }

  async #page<T>(path: string, what: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    try {
      const response = await this.#fetch(path, this.#bounded(signal));
      return this.#parse(schema, await this.#json(response, what), what);
    } catch (error) {
      throw this.#explain(error, signal);
    }
  }

  async #getUnlessGone(name: string, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#json(await this.#fetch(`v1beta/${name}`, this.#bounded(signal)), name);
    } catch (error) {
      const known = this.#explain(error, signal);
      const kind = known instanceof GeminiError ? known.info.kind : undefined;
      if (kind === 'forbidden' || kind === 'not-found') return undefined;
      // An upload that cannot be seen is made once more, for nothing; a job that cannot be seen may still deliver.
      if (kind === 'unplanned' && name.startsWith('files/')) return undefined;
      throw known;
    }
  }

  /** The words of an error may quote an address, or the key itself. */
  #explain(error: unknown, signal: AbortSignal): Error {
    const known = toGeminiError(error, signal);
    if (!(known instanceof GeminiError)) return known;
    const message = redact(known.info.message, [this.#apiKey]);
    return message === known.info.message ? known : new GeminiError({ ...known.info, message });
  }

  #bounded(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(this.#timeout)]);
  }

  async #json(response: Response, what: string): Promise<unknown> {
    try {
      const data: unknown = JSON.parse(await response.text());
      return data;
    } catch (error) {
      if (error instanceof SyntaxError) throw unreadable(`The answer about ${what} is not JSON.`);
      throw error;
    }
  }

  #parse<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
    const parsed = schema.safeParse(data);
    if (!parsed.success) throw unreadable(`The answer about ${what} has another form than expected.`);
    return parsed.data;
  }

  #fetch(path: string, signal: AbortSignal): Promise<Response> {
    return this.#send(path, signal, undefined);
  }

  async #send(path: string, signal: AbortSignal, body: string | undefined): Promise<Response> {
    const response = await fetchOwn(signal, this.#fetchWith)(new URL(path, this.baseUrl), {
      method: body === undefined ? 'GET' : 'POST',
      // The key travels in a header: addresses end up in logs.
      headers: { 'x-goog-api-key': this.#apiKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    if (!response.ok)
      throw new GeminiError(errorInfo(response.status, await response.text().catch(() => '')));
    return response;
  }
}

const errorInside = z.object({ error: z.object({ message: z.string().default('no message') }) });

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
