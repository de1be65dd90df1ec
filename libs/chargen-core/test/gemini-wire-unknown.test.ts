import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { startEmulator } from 'gemini-emulator';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openGemini } from '../src/index.js';
import { isTerminal } from '../src/gemini/door.js';
import { errorInfo } from '../src/gemini/errors.js';
import { redact } from '../src/gemini/redact.js';
import { readResponse } from '../src/run/collect/answer.js';
import { batchOperation, fileResource, toSnapshot, toUploadedFile } from '../src/gemini/wire.js';
import { readResultLine } from '../src/run/collect/answer.js';

let folder: string;
let servers: Server[] = [];
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-wire-'));
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
  await rm(folder, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
}

it.each([301, 302, 303, 307, 308])(
  'follows no redirect (%i): another host sees neither the key nor a second create',
  async (status) => {
    const seen: string[] = [];
    const other = await serve((request, response) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.end('{}');
    });
    let asked = 0;
    const first = await serve((request, response) => {
      asked += 1;
      request.resume();
      response.writeHead(status, { location: `${other}${request.url ?? ''}` }).end();
    });
    const door = await openGemini({ apiKey: 'secret-key-of-the-test', baseUrl: first, timeout: 2000 });
    const create = {
      model: 'gemini-3-pro-image',
      inputFile: 'files/a',
      displayName: 'chargen/w/generate/r/1',
    };
    expect(await door.createBatch(create, never)).toMatchObject({ kind: 'uncertain' });
    expect(asked).toBe(1);
    const path = join(folder, 'a.png');
    await writeFile(path, 'x');
    const calls = [
      () => door.getBatch('batches/a', never),
      () => door.findModel('gemini-3-pro-image', never),
      () => door.generateNow('gemini-3-pro-image', {}, never),
      () => door.downloadFile('files/batch-a', join(folder, 'r.jsonl'), never),
      () => door.uploadFile({ path, mimeType: 'image/png', displayName: 'a' }, never),
      () => door.deleteFile('files/a', never),
      () => door.cancelBatch('batches/a', never),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ info: { kind: 'unplanned', status } });
    }
    expect(asked).toBe(1 + calls.length);
    expect(seen).toEqual([]);
  },
);

it('uploads files of any name', async () => {
  const emulator = await startEmulator({ seed: 3 });
  try {
    const door = await openGemini({ apiKey: 'test-key-1', baseUrl: emulator.url });
    const names = [
      'портрет.png',
      '肖像.png',
      '🦊.png',
      'cafe\u0301.png',
      `${'ж'.repeat(98)}.png`,
      'a"b.png',
      '100%25.png',
      'two\nlines.png',
      'tab\tand\r.png',
      '\u202Egnp.png',
    ];
    for (const name of names) {
      const path = join(folder, name);
      await writeFile(path, 'bytes');
      const file = await door.uploadFile(
        { path, mimeType: 'image/png', displayName: 'chargen/w/r/x' },
        never,
      );
      expect(file, JSON.stringify(name)).toMatchObject({ state: 'ACTIVE', sizeBytes: 5 });
    }
    // Of what an author calls a file, the service learns nothing.
    expect(JSON.stringify(emulator.ledger.requests())).not.toMatch(/портрет|lines/);
  } finally {
    await emulator.close();
  }
});

it.each([
  [`AIza${'x'.repeat(35)}`, 'AIza***'],
  [`AQ.Ab8R${'y'.repeat(40)}-_z`, 'AQ.***'],
])('redacts a key that is not the one in use: %s', (key, shown) => {
  const clean = redact(`The key "${key}" (not ${key}) was refused.`, ['another-key-in-use']);
  expect(clean).toBe(`The key "${shown}" (not ${shown}) was refused.`);
  expect(
    errorInfo(400, JSON.stringify({ error: { code: 400, message: `No ${key}` } })).message,
  ).not.toContain(key);
  // Also in the words of a job that failed, which come with status 200.
  const failed = { done: true, error: { code: 7, message: `The key ${key} was disabled.` } };
  expect(operation(failed).error?.message).toBe(`The key ${shown} was disabled.`);
  // And in those of a single item.
  const words = `Not with ${key}.`;
  const line = readResultLine(JSON.stringify({ key: 'a', error: { code: 7, message: words } }));
  const finished = { candidates: [{ finishReason: 'OTHER', finishMessage: words }] };
  const blocked = { promptFeedback: { blockReason: 'OTHER', blockReasonMessage: words } };
  for (const read of [line, readResponse(finished), readResponse(blocked)]) {
    expect(JSON.stringify(read)).toContain(`Not with ${shown}.`);
  }
});

const operation = (fields: object) => toSnapshot(batchOperation.parse({ name: 'batches/a', ...fields }));

it.each([
  [
    'SUCCEEDED',
    { metadata: { state: 'BATCH_STATE_SHINY' }, done: true, response: { responsesFile: 'files/batch-a' } },
  ],
  ['SUCCEEDED', { metadata: { state: 'BATCH_STATE_SHINY', output: { responsesFile: 'files/batch-a' } } }],
  ['SUCCEEDED', { metadata: { state: 'BATCH_STATE_RUNNING' }, done: true }],
  ['FAILED', { metadata: { state: 'BATCH_STATE_SHINY' }, done: true, error: { code: 13, message: 'x' } }],
  ['CANCELLED', { metadata: { state: 'BATCH_STATE_RUNNING' }, error: { code: 1 } }],
  ['FAILED', { metadata: { state: 7 }, error: 'a text' }],
  ['RUNNING', { metadata: { state: 'BATCH_STATE_RUNNING' } }],
  ['UNKNOWN', { metadata: { state: 'BATCH_STATE_SHINY' } }],
] as const)('reads an operation as %s by what it carries: %j', (state, fields) => {
  expect(operation(fields).state).toBe(state);
});

const PNG = 'iVBORw0KGgo=';
const paid = { candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }] } }] };

it('reads the first line of a file that begins with a byte order mark', () => {
  const line = `\uFEFF${JSON.stringify({ key: 'a/b@sha256:0', response: paid })}`;
  expect(readResultLine(line)).toMatchObject({ kind: 'answer', answer: { kind: 'picture', base64: PNG } });
});

/** Values that no recording has: of any type, and words that look like the service's own. */
const madeUp = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>('BATCH_STATE_SHINY', 'FINISH_REASON_NEW', null, 7, [], {}, 'IMAGE_SPARKLE'),
);

it('loses no paid picture and throws at nothing, whatever unknown fields stand around it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), madeUp), madeUp, madeUp, madeUp, (extra, usage, reason, other) => {
      const parts = [
        { thoughtSignature: 'x', ...extra, inlineData: undefined },
        { newPart: other },
        { text: 7 },
      ];
      const response = {
        ...extra,
        candidates: [
          { finishReason: reason, content: { parts: [...parts, ...paid.candidates[0]!.content.parts] } },
        ],
        promptFeedback: other,
        usageMetadata: usage,
        modelVersion: reason,
        responseId: undefined,
      };
      const line = JSON.stringify({
        ...extra,
        key: 'a/b@sha256:0',
        response,
        error: undefined,
        status: undefined,
      });
      expect(readResultLine(line)).toMatchObject({
        kind: 'answer',
        answer: { kind: 'picture', base64: PNG },
      });
    }),
  );
});

it('reads every made-up answer into a class of its own kind, without an exception', () => {
  fc.assert(
    fc.property(madeUp, madeUp, madeUp, fc.integer({ min: 300, max: 599 }), (one, other, third, status) => {
      expect(() => readResponse(one)).not.toThrow();
      expect(readResultLine(JSON.stringify({ key: 'a', response: one, error: other })).kind).toBe('answer');
      expect(() => readResultLine(JSON.stringify(one))).not.toThrow();
      expect(errorInfo(status, JSON.stringify({ error: one })).message).toBeTypeOf('string');
      expect(
        errorInfo(status, JSON.stringify({ error: { message: 'x', details: [one, other] } })).kind,
      ).toBeTypeOf('string');
      const read = batchOperation.safeParse({ name: 'batches/a', done: one, error: other, response: third });
      if (read.success && read.data.done !== true && read.data.error === undefined) {
        expect(isTerminal(toSnapshot(read.data).state)).toBe(read.data.response?.responsesFile !== undefined);
      }
      const state = typeof third === 'string' ? third : 'x';
      const known = operation({ metadata: { state, createTime: one, endTime: other, batchStats: third } });
      expect(known.rawState).toBe(state);
      const file = fileResource.parse({
        name: 'files/a',
        state: one,
        sizeBytes: other,
        expirationTime: third,
      });
      expect(['PROCESSING', 'ACTIVE', 'FAILED', 'UNKNOWN']).toContain(toUploadedFile(file).state);
    }),
  );
});
