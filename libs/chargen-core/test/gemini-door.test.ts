import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GeminiError, openGemini, type GeminiDoor } from '../src/index.js';
import { isTerminal } from '../src/gemini/door.js';
import { isGooglesOwn } from '../src/gemini/errors.js';
import { redact } from '../src/gemini/redact.js';
import { LineCounter } from '../src/gemini/line-counter.js';
import { toSnapshot } from '../src/gemini/wire.js';

let folder: string;
let server: Server | undefined;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-door-'));
});

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A door to a server that answers as it is told. */
async function doorTo(listener: RequestListener, timeout = 2000): Promise<GeminiDoor> {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return openGemini({
    apiKey: 'secret-key-of-the-test',
    baseUrl: `http://127.0.0.1:${String(port)}`,
    timeout,
  });
}

const answer =
  (status: number, body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const create = (door: GeminiDoor) =>
  door.createBatch(
    { model: 'gemini-3-pro-image', inputFile: 'files/abc', displayName: 'chargen/w/generate/r/1' },
    never,
  );

const rpc = (code: number, status: string) => ({ error: { code, status, message: 'No.' } });

it.each([
  [400, 'INVALID_ARGUMENT', 'rejected'],
  [404, 'NOT_FOUND', 'rejected'],
  [429, 'RESOURCE_EXHAUSTED', 'rejected'],
  [403, 'PERMISSION_DENIED', 'rejected'],
  [408, 'DEADLINE_EXCEEDED', 'uncertain'],
  [499, 'CANCELLED', 'uncertain'],
  [500, 'INTERNAL', 'uncertain'],
  [503, 'UNAVAILABLE', 'uncertain'],
  [504, 'DEADLINE_EXCEEDED', 'uncertain'],
] as const)('takes an answer %i %s to a create for %s', async (code, status, kind) => {
  expect((await create(await doorTo(answer(code, rpc(code, status))))).kind).toBe(kind);
});

it('takes a page that is not of Google for no answer, whatever its status', async () => {
  expect((await create(await doorTo(answer(400, '<html>blocked</html>')))).kind).toBe('uncertain');
});

it('sends a create once, also where it is never answered', async () => {
  let calls = 0;
  const door = await doorTo(() => (calls += 1), 80);
  expect(await create(door)).toMatchObject({ kind: 'uncertain' });
  expect(calls).toBe(1);
});

it('gives up an upload that stalls, instead of waiting for ever', async () => {
  const door = await doorTo(() => undefined, 60);
  const path = join(folder, 'picture.png');
  await writeFile(path, 'x');
  const upload = door.uploadFile({ path, mimeType: 'image/png', displayName: 'x' }, never);
  await expect(upload).rejects.toMatchObject({ info: { kind: 'transient' } });
});

it('tells an abort of the caller from a time limit of its own', async () => {
  const door = await doorTo(() => undefined, 60);
  const abort = new AbortController();
  const asked = door.getBatch('batches/x', abort.signal);
  abort.abort();
  await expect(asked).rejects.not.toBeInstanceOf(GeminiError);
  await expect(door.getBatch('batches/x', never)).rejects.toMatchObject({ info: { kind: 'transient' } });
});

it('does not take an error inside a success for an empty list', async () => {
  const door = await doorTo(answer(200, rpc(503, 'UNAVAILABLE')));
  const list = async (): Promise<void> => {
    for await (const batch of door.listBatches(never)) expect(batch).toBeUndefined();
  };
  await expect(list()).rejects.toMatchObject({ info: { kind: 'unreadable' } });
});

it('reads an empty answer as an empty list, and stops at a list that repeats a page', async () => {
  const empty = await doorTo(answer(200, {}));
  for await (const batch of empty.listBatches(never)) expect(batch).toBeUndefined();
  server?.close();
  const circle = await doorTo(answer(200, { nextPageToken: 'again' }));
  const list = async (): Promise<void> => {
    for await (const batch of circle.listBatches(never)) expect(batch).toBeUndefined();
  };
  await expect(list()).rejects.toThrow(/repeats a page/);
});

it('leaves no file of a download that was cut', async () => {
  const door = await doorTo((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(door.downloadFile('files/batch-x', join(folder, 'r.jsonl'), never)).rejects.toBeInstanceOf(
    GeminiError,
  );
  expect(await readdir(folder)).toEqual([]);
});

it('says of a download without a length that nobody announced it, how many lines it has and how it ends', async () => {
  const door = await doorTo((_request, response) => {
    response.write('{"a":1}\n\n{"b":2}\n{"c":');
    response.end();
  });
  const path = join(folder, 'r.jsonl');
  const got = await door.downloadFile('files/batch-x', path, never);
  expect(got).toEqual({ bytes: 22, lines: 3, endsWhole: false, announced: false });
  expect(await readFile(path, 'utf8')).toHaveLength(22);
});

it('counts lines the same, however the bytes come in pieces', () => {
  const text = '{"key":"ä"}\r\n\n  \n{"key":"b"}\n{"key":"c"}';
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size += 1) {
    const counter = new LineCounter();
    counter.resume();
    for (let at = 0; at < bytes.length; at += size) counter.write(bytes.subarray(at, at + size));
    counter.end();
    expect({ size, lines: counter.lines, whole: counter.endsWhole }).toEqual({ size, lines: 3, whole: true });
  }
});

it('quotes neither its key nor an upload session in an error', async () => {
  const door = await doorTo((request, response) => {
    answer(400, {
      error: {
        code: 400,
        status: 'INVALID_ARGUMENT',
        message: `${request.url ?? ''}?key=secret-key-of-the-test&upload_id=AAwnv3`,
      },
    })(request, response);
  });
  await expect(door.getBatch('batches/x', never)).rejects.toThrow(/\?key=\*\*\*&upload_id=\*\*\*$/);
});

it.each([
  [
    'https://x/upload?upload_id=AAwnv3_a-b&upload_protocol=resumable',
    'https://x/upload?upload_id=***&upload_protocol=resumable',
  ],
  [
    'https://s/o?X-Goog-Signature=abc&X-Goog-Date=1 and more',
    'https://s/o?X-Goog-Signature=***&X-Goog-Date=*** and more',
  ],
  ['the key AIzaSyA1234567890abcdefghijklmnopqrstu is bad', 'the key AIza*** is bad'],
  [
    'nothing to hide: https://x/v1beta/files/abc?alt=media',
    'nothing to hide: https://x/v1beta/files/abc?alt=media',
  ],
])('takes secrets out of "%s"', (text, clean) => {
  expect(redact(text)).toBe(clean);
});

it('tells what Google writes from what something on the way writes in its place', () => {
  expect(isGooglesOwn(JSON.stringify(rpc(429, 'RESOURCE_EXHAUSTED')))).toBe(true);
  // The form into which the SDK puts a body that is not JSON.
  expect(
    isGooglesOwn(JSON.stringify({ error: { message: '<html>', code: 502, status: 'Bad Gateway' } })),
  ).toBe(false);
  expect(isGooglesOwn('<html>')).toBe(false);
});

it.each(['BATCH_STATE_SUCCEEDED', 'JOB_STATE_SUCCEEDED'])(
  'knows the state %s in both families of names',
  (state) => {
    expect(toSnapshot({ name: 'batches/x', metadata: { state } }).state).toBe('SUCCEEDED');
  },
);

it('polls on at a state that it does not know', () => {
  const { state, rawState } = toSnapshot({ name: 'batches/x', metadata: { state: 'BATCH_STATE_DREAMING' } });
  expect({ rawState, terminal: isTerminal(state) }).toEqual({
    rawState: 'BATCH_STATE_DREAMING',
    terminal: false,
  });
});
