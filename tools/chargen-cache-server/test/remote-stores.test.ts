import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  openRemote,
  packEnvelope,
  unpackEnvelope,
  type Claimant,
  type RemoteClaim,
  type RemoteStore,
  type StoredResult,
} from 'chargen-core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { S3_ENVIRONMENT, S3StandIn } from '../../../test/support/s3-stand-in.mjs';
import { BACKENDS, type Backend } from './support/backends.js';
import { Served } from './support/served.js';

const KEY = 'ab'.repeat(32);
const ANN = { id: 'ann-00000001', label: "Ann's laptop" };
const BEN = { id: 'ben-00000002', label: 'build machine 4' };

function provenance(run: string) {
  return {
    model: 'gemini-3-pro-image',
    run,
    job: 'batches/1',
    finishedAt: '2026-11-20T10:00:00Z',
    costUsd: 0.067,
  };
}

function picture(key: string, bytes: Uint8Array, run = 'run-1'): StoredResult {
  return {
    v: 1,
    kind: 'generated',
    key,
    picture: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.byteLength,
      mimeType: 'image/png',
      extension: 'png',
      width: 4,
      height: 4,
    },
    drafts: 0,
    provenance: provenance(run),
  };
}

const REFUSED: StoredResult = {
  v: 1,
  kind: 'refused',
  key: KEY,
  reason: 'SAFETY',
  message: 'no',
  provenance: provenance('run-0'),
};

const HOUR = 3600;

async function claimOf(
  store: RemoteStore,
  claimant: Claimant,
  seconds = 60,
  mayShorten = false,
): Promise<RemoteClaim> {
  const [outcome] = await store.claim([{ key: KEY, what: '' }], claimant, seconds, mayShorten);
  if (outcome === undefined) throw new Error('There is no outcome.');
  return outcome;
}

const BYTES = Buffer.from('the bytes of a picture\nwith a line in it');

/** The one contract of shared stores. */
describe.each(BACKENDS)('a shared store in $name', ({ skipped, skew, start }) => {
  if (skipped !== undefined) {
    it.skip(skipped);
    return;
  }
  let now: number;
  /** Called where a store looks at the time, in the middle of a claim. */
  let meanwhile: () => void;
  let backend: Backend;
  let remote: RemoteStore;
  let other: RemoteStore;

  beforeEach(async () => {
    now = Date.parse('2026-11-20T12:00:00Z');
    meanwhile = () => undefined;
    backend = await start(() => {
      meanwhile();
      return now;
    });
    [remote, other] = backend.stores;
  });

  afterEach(() => backend.remove());

  it('gives back a result with its picture, proven to be the one of its key', async () => {
    expect(await remote.get(KEY)).toEqual({ kind: 'absent' });
    const result = picture(KEY, BYTES);
    expect(await remote.put(KEY, packEnvelope(result, BYTES))).toEqual({ kind: 'stored' });
    const got = await other.get(KEY);
    if (got.kind !== 'found') throw new Error(got.kind);
    const outcome = unpackEnvelope(KEY, got.envelope);
    if (outcome.kind !== 'unpacked') throw new Error(outcome.why);
    expect(outcome.unpacked.result).toEqual(result);
    expect(Buffer.from(outcome.unpacked.picture ?? [])).toEqual(BYTES);
  });

  it('keeps the first result of a key', async () => {
    await remote.put(KEY, packEnvelope(picture(KEY, BYTES, 'first'), BYTES));
    expect(await other.put(KEY, packEnvelope(picture(KEY, BYTES, 'second'), BYTES))).toEqual({
      kind: 'exists',
    });
    const got = await remote.get(KEY);
    expect(got.kind === 'found' && Buffer.from(got.envelope).toString()).toContain('"run":"first"');
  });

  it('lets a refusal give way to a picture, and a picture to nothing', async () => {
    await remote.put(KEY, packEnvelope(REFUSED, undefined));
    expect(await other.put(KEY, packEnvelope(REFUSED, undefined))).toEqual({ kind: 'exists' });
    expect(await other.put(KEY, packEnvelope(picture(KEY, BYTES), BYTES))).toEqual({ kind: 'stored' });
    expect(await remote.put(KEY, packEnvelope(REFUSED, undefined))).toEqual({ kind: 'exists' });
  });

  it('grants a key to one of many who ask at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        claimOf(n % 2 === 0 ? remote : other, { id: `machine-${String(n)}`, label: '' }),
      ),
    );
    expect(outcomes.filter((one) => one.kind === 'granted')).toHaveLength(1);
    expect(outcomes.filter((one) => one.kind === 'held')).toHaveLength(9);
  });

  it('grants nobody a key whose result comes while the claim is being made', async () => {
    meanwhile = () => {
      backend.plant(KEY, packEnvelope(picture(KEY, BYTES), BYTES));
    };
    expect(await claimOf(remote, BEN)).toEqual({ kind: 'answered' });
  });

  it('tells who holds a key and until when, prolongs it for its holder, and frees it when the time is over', async () => {
    expect(await claimOf(remote, ANN, HOUR)).toEqual({ kind: 'granted' });
    expect(await claimOf(other, BEN, HOUR)).toEqual({
      kind: 'held',
      holder: { label: ANN.label, until: now + 3_600_000 + skew },
    });
    now += 3_500_000;
    expect(await claimOf(remote, ANN, HOUR)).toEqual({ kind: 'granted' });
    now += 3_500_000;
    expect((await claimOf(other, BEN, HOUR)).kind).toBe('held');
    now += 101_000 + skew;
    expect(await claimOf(other, BEN, HOUR)).toEqual({ kind: 'granted' });
    expect((await claimOf(remote, ANN, HOUR)).kind).toBe('held');
  });

  it('gives a key free for its holder, and for nobody else', async () => {
    await claimOf(remote, ANN);
    await other.release([KEY], BEN);
    expect((await claimOf(other, BEN)).kind).toBe('held');
    await remote.release([KEY], ANN);
    expect(await claimOf(other, BEN)).toEqual({ kind: 'granted' });
  });

  it('ends a claim of its own earlier only if that is asked for', async () => {
    await claimOf(remote, ANN, 10 * HOUR);
    await claimOf(remote, ANN, HOUR);
    now += 2 * 3_600_000;
    expect((await claimOf(other, BEN)).kind).toBe('held');
    await claimOf(remote, ANN, HOUR, true);
    now += 3_601_000 + skew;
    expect((await claimOf(other, BEN)).kind).toBe('granted');
  });

  it('says of many keys at once which have a result, and claims those that have none', async () => {
    const keys = ['11', '22', '33'].map((digits) => digits.repeat(32));
    const [first = '', second = '', third = ''] = keys;
    await remote.put(first, packEnvelope(picture(first, BYTES), BYTES));
    await remote.claim([{ key: second, what: '' }], ANN, 60);
    expect(await other.present(keys)).toEqual({ kind: 'listed', found: new Set([first]) });
    const outcomes = await other.claim(
      keys.map((key) => ({ key, what: '' })),
      BEN,
      60,
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['answered', 'held', 'granted']);
    expect((await remote.claim([{ key: third, what: '' }], ANN, 60)).map(({ kind }) => kind)).toEqual([
      'held',
    ]);
  });

  it('lists the claims in force: who, since when, until when, and for what', async () => {
    await remote.claim([{ key: KEY, what: 'character/mira/first' }], ANN, HOUR);
    const listed = await other.claims();
    expect(listed).toEqual({
      kind: 'listed',
      found: [{ key: KEY, holder: ANN, what: 'character/mira/first', since: now, until: now + 3_600_000 }],
    });
    now += 3_600_001;
    expect(await other.claims()).toEqual({ kind: 'listed', found: [] });
  });

  it('lets anyone end a claim in the name of its holder, as people do for a machine that is no more', async () => {
    await claimOf(remote, ANN);
    const listed = await other.claims();
    if (listed.kind !== 'listed') throw new Error(listed.why);
    for (const { key, holder } of listed.found) await other.release([key], holder);
    expect((await claimOf(other, BEN)).kind).toBe('granted');
  });

  it('says of an answered key that it is answered, whoever held it', async () => {
    await claimOf(remote, ANN);
    await remote.put(KEY, packEnvelope(picture(KEY, BYTES), BYTES));
    expect(await claimOf(other, BEN)).toEqual({ kind: 'answered' });
  });

  it('lists everything with sizes and times and removes what a person tells it to, or says that it keeps all', async () => {
    const envelope = packEnvelope(picture(KEY, BYTES), BYTES);
    const kept = 'cd'.repeat(32);
    await remote.put(KEY, envelope);
    await remote.put(kept, packEnvelope(picture(kept, BYTES), BYTES));
    const listed = await other.stored();
    if (listed.kind === 'unsupported') {
      expect(listed.why).toContain('a chargen-cache-server keeps every result');
      expect(await remote.remove(KEY)).toEqual(listed);
      return;
    }
    if (listed.kind !== 'listed') throw new Error(listed.why);
    expect(listed.found.map(({ key }) => key).sort()).toEqual([KEY, kept]);
    for (const { bytes, modified = 0 } of listed.found) {
      expect(bytes).toBe(envelope.byteLength);
      expect(Math.abs(modified - Date.now())).toBeLessThan(60_000);
    }
    expect(await remote.remove(KEY)).toEqual({ kind: 'removed' });
    expect(await other.get(KEY)).toEqual({ kind: 'absent' });
    expect((await other.get(kept)).kind).toBe('found');
  });

  it('says that it is not there, instead of that it is empty', async () => {
    await backend.goDown();
    expect((await remote.stored()).kind).toMatch(/^un(available|supported)$/);
    expect((await remote.get(KEY)).kind).toBe('unavailable');
    expect((await remote.put(KEY, packEnvelope(REFUSED, undefined))).kind).toBe('unavailable');
    expect((await remote.present([KEY])).kind).toBe('unavailable');
    expect((await claimOf(remote, ANN)).kind).toBe('unavailable');
    expect((await remote.claims()).kind).toBe('unavailable');
    await remote.release([KEY], ANN);
  });
});

describe('object storage', () => {
  async function opened(environment: Readonly<Record<string, string>> = {}) {
    const server = new S3StandIn();
    await server.start();
    onTestFinished(() => server.stop());
    const store = openRemote({
      place: 's3://bucket/team',
      token: undefined,
      timeoutMs: 5000,
      retryPause: 5,
      now: Date.now,
      environment: { ...S3_ENVIRONMENT, AWS_ENDPOINT_URL: server.url, ...environment },
    });
    return { server, store };
  }

  it('that ignores conditions on writing is named, and holds no claims', async () => {
    const { server, store } = await opened();
    server.ignoresConditions = true;
    const outcome = await claimOf(store, ANN);
    expect(outcome.kind).toBe('unsupported');
    expect(outcome.kind === 'unsupported' && outcome.why).toContain('6 that claimed the same at once');
    expect(await store.put(KEY, packEnvelope(picture(KEY, BYTES), BYTES))).toEqual({ kind: 'stored' });
    expect((await store.get(KEY)).kind).toBe('found');
  });

  it('tells a key that may only read from one that is unknown', async () => {
    const reader = await opened({ AWS_ACCESS_KEY_ID: 'reader' });
    expect((await claimOf(reader.store, ANN)).kind).toBe('read-only');
    expect((await reader.store.put(KEY, packEnvelope(REFUSED, undefined))).kind).toBe('read-only');
    expect(await reader.store.get(KEY)).toEqual({ kind: 'absent' });
    const unknown = await opened({ AWS_ACCESS_KEY_ID: 'nobody' });
    expect((await unknown.store.get(KEY)).kind).toBe('denied');
  });

  it('is asked a few things for many keys', async () => {
    const { server, store } = await opened();
    const keys = Array.from({ length: 200 }, (_, n) => n.toString(16).padStart(64, '0'));
    await store.put(keys[0] ?? '', packEnvelope(picture(keys[0] ?? '', BYTES), BYTES));
    server.requests.length = 0;
    expect(await store.present(keys)).toEqual({ kind: 'listed', found: new Set([keys[0]]) });
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  it('says which variables are missing, before anything is asked', () => {
    const place = { place: 's3://bucket', token: undefined, timeoutMs: 1, retryPause: 1, now: Date.now };
    expect(() => openRemote({ ...place, environment: {} })).toThrow(/AWS_ACCESS_KEY_ID/);
  });
});

/** The store that a client makes of a server which is not ours, without a token. */
async function storeAt(server: Server) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return openRemote({
    place: `http://127.0.0.1:${String(port)}`,
    token: undefined,
    timeoutMs: 5000,
    retryPause: 5,
    now: Date.now,
    environment: {},
  });
}

it.each([
  ['before a cache server', 'chargen-cache-server'],
  ['before any other server', '<html>Blocked</html>'],
])('a proxy %s that forbids everything is no blip', async (_where, health) => {
  const server = createServer((request, response) => {
    const isHealth = request.url === '/health' && health.startsWith('chargen');
    response.writeHead(isHealth ? 200 : 403).end(isHealth ? health : '<html>Blocked</html>');
  });
  const store = await storeAt(server);
  const why = 'it answered 403';
  expect(await store.get(KEY)).toEqual({ kind: 'denied', why });
  expect(await store.present([KEY])).toEqual({ kind: 'denied', why });
  expect((await claimOf(store, ANN)).kind).toMatch(/^(read-only|denied)$/);
  expect(await store.put(KEY, packEnvelope(REFUSED, undefined))).toEqual({ kind: 'read-only', why });
});

describe('a plain server that makes no folders', () => {
  /** As nginx 1.22 with its dav module does: every PUT overwrites, and nothing is listed. */
  it('is named, and holds no claims', async () => {
    const server = createServer((request, response) => {
      request.resume();
      const isWrite = request.method === 'PUT' || request.method === 'MKCOL' || request.method === 'DELETE';
      request.on('end', () =>
        response.writeHead(isWrite ? 201 : request.method === 'PROPFIND' ? 405 : 404).end(),
      );
    });
    const store = await storeAt(server);
    const outcome = await claimOf(store, ANN);
    expect(outcome.kind === 'unsupported' && outcome.why).toContain('it lists no folders');
  });
});

describe('an envelope', () => {
  const envelope = Buffer.from(packEnvelope(picture(KEY, BYTES), BYTES));

  it.each([
    ['cut', envelope.subarray(0, -1), 'cut'],
    ['with another picture', Buffer.concat([envelope.subarray(0, -1), Buffer.from('X')]), 'sha256'],
    ['of another key', Buffer.from(packEnvelope(picture('cd'.repeat(32), BYTES), BYTES)), 'another key'],
    ['that is a page of a proxy', Buffer.from('<html>\nlogin</html>'), 'no envelope'],
    ['that is empty', Buffer.alloc(0), 'no envelope'],
  ])('%s is told', (_name, bytes, why) => {
    const outcome = unpackEnvelope(KEY, bytes);
    expect(outcome.kind === 'damaged' && outcome.why).toContain(why);
  });

  it.each([
    ['cut', envelope.subarray(0, -1)],
    ['with another picture', Buffer.concat([envelope.subarray(0, -1), Buffer.from('X')])],
    ['of another key', Buffer.from(packEnvelope(picture('cd'.repeat(32), BYTES), BYTES))],
    ['without a first line', Buffer.alloc(10_000, 'x')],
  ])('%s is refused by the server, which keeps nothing of it', async (_name, bytes) => {
    const served = await Served.start();
    expect(await served.status('PUT', `/v1/store/${KEY}`, bytes)).toBe(422);
    expect(await served.files()).toEqual([]);
    await served.stop();
  });

  it('finds no room in a full store, where nothing is thrown away', async () => {
    const served = await Served.start({ limits: { maxStoreBytes: 600 } });
    expect(await served.status('PUT', `/v1/store/${KEY}`, envelope)).toBe(507);
    expect(await readdir(join(served.folder, 'store'))).toEqual(['.incoming']);
    await served.stop();
  });

  it('finds room for one of two that come at once, where one alone has room', async () => {
    const keys = ['cd'.repeat(32), 'ef'.repeat(32)];
    const bodies = keys.map((key) => packEnvelope(picture(key, BYTES), BYTES));
    const served = await Served.start({ limits: { maxStoreBytes: (bodies[0]?.byteLength ?? 0) + 10 } });
    const statuses = await Promise.all(
      keys.map((key, n) => served.status('PUT', `/v1/store/${key}`, bodies[n])),
    );
    expect(statuses.sort()).toEqual([200, 507]);
    await served.stop();
  });

  it('is asked for its length, since a full store is to stay one', async () => {
    const served = await Served.start();
    const body = new ReadableStream({
      start(controller): void {
        controller.enqueue(envelope);
        controller.close();
      },
    });
    const response = await fetch(`${served.server.url}/v1/store/${KEY}`, {
      method: 'PUT',
      body,
      duplex: 'half',
    });
    expect(response.status).toBe(411);
    expect(await served.files()).toEqual([]);
    await served.stop();
  });
});
