import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/**
 * A second server, made from what is written down of the service alone and sharing no line with the emulator. It serves
 * one text and one picture a job, at once.
 */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** JSON, or a text as it stands. */
  body: unknown;
}

export type RouteName =
  | 'model'
  | 'upload-start'
  | 'upload-end'
  | 'file'
  | 'files'
  | 'file-delete'
  | 'file-gone'
  | 'result-file'
  | 'result-delete'
  | 'create'
  | 'batch'
  | 'batches'
  | 'download';

/** Changes an answer before it leaves. */
export type Mutation = (answer: Answer, route: RouteName) => void;

const TIME = '2026-11-28T10:00:00.123456789Z';
const TYPE = 'type.googleapis.com/google.ai.generativelanguage.v1main';
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);

interface StoredFile {
  readonly resource: Record<string, unknown>;
  readonly bytes: Buffer;
}

interface StoredJob {
  readonly id: string;
  readonly model: string;
  readonly displayName: string;
  readonly fileName: string;
  looks: number;
}

export class FactsServer {
  readonly #server: Server;
  readonly #files = new Map<string, StoredFile>();
  readonly #uploads = new Map<string, { mimeType: string; displayName: string }>();
  readonly #jobs: StoredJob[] = [];
  #mutation: Mutation = () => undefined;
  /** How many jobs were asked for. */
  creates = 0;
  /** Every key that came, and every address that was asked for. */
  readonly keys = new Set<string>();
  url = '';

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<FactsServer> {
    const facts = new FactsServer();
    await new Promise<void>((resolve) => facts.#server.listen(0, '127.0.0.1', resolve));
    const address = facts.#server.address();
    facts.url = `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`;
    return facts;
  }

  mutate(mutation: Mutation): void {
    this.#mutation = mutation;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const key = request.headers['x-goog-api-key'];
    if (typeof key === 'string') this.keys.add(key);
    const url = new URL(request.url ?? '/', this.url);
    const [route, answer] = this.#answer(request, url, Buffer.concat(chunks));
    this.#mutation(answer, route);
    const text =
      typeof answer.body === 'string' ? answer.body : `${JSON.stringify(answer.body, undefined, 2)}\n`;
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=UTF-8',
      ...answer.headers,
    });
    response.end(text);
  }

  #answer(request: IncomingMessage, url: URL, body: Buffer): [RouteName, Answer] {
    const { method = 'GET' } = request;
    const path = url.pathname;
    if (path === '/upload/v1beta/files') return this.#upload(url, body);
    const model = /^\/v1beta\/models\/([^:]+)$/.exec(path)?.[1];
    if (model !== undefined) return ['model', ok(modelOf(model))];
    const created = /^\/v1beta\/models\/(.+):batchGenerateContent$/.exec(path)?.[1];
    if (created !== undefined) return ['create', this.#create(created, body)];
    if (path === '/v1beta/batches') {
      return [
        'batches',
        ok({ operations: [...this.#jobs].reverse().map((job) => this.#operation(job, true)) }),
      ];
    }
    const job = this.#jobs.find(({ id }) => path === `/v1beta/batches/${id}`);
    if (job !== undefined) {
      job.looks += 1;
      return ['batch', ok(this.#operation(job, job.looks > 1))];
    }
    if (path === '/v1beta/files') {
      return ['files', ok({ files: [...this.#files.values()].map((file) => file.resource) })];
    }
    return this.#file(method, path);
  }

  #file(method: string, path: string): [RouteName, Answer] {
    const [name = '', verb] = path.replace('/v1beta/', '').split(':');
    const result = this.#jobs.find(({ id }) => name === `files/batch-${id}`);
    if (result !== undefined) {
      if (verb === 'download') return ['download', { status: 200, headers: {}, body: this.#results(result) }];
      if (method === 'DELETE') {
        const message =
          "* DeleteFileRequest.name: File ID (name excluding 'files/') cannot be more than 40 characters.\n";
        return ['result-delete', failed(400, 'INVALID_ARGUMENT', message)];
      }
      const uri = `${this.url}/v1beta/${name}`;
      return [
        'result-file',
        ok({ name, mimeType: 'application/jsonl', uri, state: 'ACTIVE', source: 'GENERATED' }),
      ];
    }
    const file = this.#files.get(name);
    if (file === undefined) {
      const message = `You do not have permission to access the File ${name} or it may not exist.`;
      return ['file-gone', failed(403, 'PERMISSION_DENIED', message)];
    }
    if (method !== 'DELETE') return ['file', ok({ ...file.resource })];
    this.#files.delete(name);
    return ['file-delete', ok({})];
  }

  #upload(url: URL, body: Buffer): [RouteName, Answer] {
    const session = url.searchParams.get('upload_id');
    if (session === null) {
      const id = `AAwnv3${randomBytes(8).toString('hex')}`;
      const { file } = JSON.parse(body.toString()) as { file: { mimeType: string; displayName: string } };
      this.#uploads.set(id, file);
      const address = `${this.url}/upload/v1beta/files?upload_id=${id}&upload_protocol=resumable`;
      return [
        'upload-start',
        {
          status: 200,
          headers: { 'x-goog-upload-url': address, 'x-goog-upload-status': 'active' },
          body: '',
        },
      ];
    }
    const { mimeType = '', displayName = '' } = this.#uploads.get(session) ?? {};
    const id = randomBytes(6).toString('hex');
    const name = `files/${id}`;
    const resource = {
      name,
      displayName,
      mimeType,
      sizeBytes: String(body.byteLength),
      createTime: TIME,
      updateTime: TIME,
      expirationTime: TIME,
      sha256Hash: Buffer.from(createHash('sha256').update(body).digest('hex')).toString('base64'),
      uri: `${this.url}/v1beta/${name}`,
      state: 'ACTIVE',
      source: 'UPLOADED',
    };
    this.#files.set(name, { resource, bytes: body });
    return [
      'upload-end',
      { status: 200, headers: { 'x-goog-upload-status': 'final' }, body: { file: { ...resource } } },
    ];
  }

  #create(model: string, body: Buffer): Answer {
    const { batch } = JSON.parse(body.toString()) as {
      batch: { displayName: string; inputConfig: { fileName: string } };
    };
    this.creates += 1;
    const id = randomBytes(18).toString('hex');
    const job = { id, model, displayName: batch.displayName, fileName: batch.inputConfig.fileName, looks: 0 };
    this.#jobs.push(job);
    return ok(this.#operation(job, false));
  }

  #operation({ id, model, displayName, fileName }: StoredJob, isDone: boolean): Record<string, unknown> {
    const output = { responsesFile: `files/batch-${id}` };
    return {
      name: `batches/${id}`,
      metadata: {
        '@type': `${TYPE}.GenerateContentBatch`,
        model: `models/${model}`,
        displayName,
        inputConfig: { fileName },
        ...(isDone ? { output, endTime: TIME } : {}),
        createTime: TIME,
        updateTime: TIME,
        batchStats: {
          requestCount: '1',
          ...(isDone ? { successfulRequestCount: '1' } : { pendingRequestCount: '1' }),
        },
        state: isDone ? 'BATCH_STATE_SUCCEEDED' : 'BATCH_STATE_PENDING',
        name: `batches/${id}`,
      },
      ...(isDone
        ? { done: true, response: { '@type': `${TYPE}.GenerateContentBatchOutput`, ...output } }
        : {}),
    };
  }

  #results({ model, fileName }: StoredJob): string {
    const lines = this.#files.get(fileName)?.bytes.toString().trimEnd().split('\n') ?? [];
    return lines
      .map((line) => {
        const { key, request } = JSON.parse(line) as {
          key: string;
          request: { generationConfig: { responseModalities?: string[] } };
        };
        const isPicture = request.generationConfig.responseModalities?.includes('IMAGE') === true;
        const part = isPicture
          ? { inlineData: { mimeType: 'image/png', data: PNG.toString('base64') } }
          : { text: '{"colour":"blue"}' };
        const response = {
          candidates: [{ content: { parts: [part], role: 'model' }, finishReason: 'STOP', index: 0 }],
          usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 5, totalTokenCount: 17 },
          modelVersion: model,
          responseId: 'CV-Haon5MNuA_PUP95Gg2Q4',
        };
        return `${JSON.stringify({ response, key })}\n`;
      })
      .join('');
  }
}

function modelOf(id: string): Record<string, unknown> {
  return {
    name: `models/${id}`,
    version: '001',
    displayName: id,
    inputTokenLimit: 65536,
    outputTokenLimit: 32768,
    supportedGenerationMethods: ['generateContent', 'countTokens', 'batchGenerateContent'],
  };
}

function ok(body: unknown): Answer {
  return { status: 200, headers: {}, body };
}

function failed(code: number, status: string, message: string): Answer {
  return { status: code, headers: {}, body: { error: { code, message, status } } };
}
