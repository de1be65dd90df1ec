import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Served } from './support/served.js';

const ENTRY = '/v1/cache/1234567890123456789';

describe('the Nx routes of the cache server', () => {
  let served: Served;

  beforeEach(async () => {
    served = await Served.start({ limits: { maxEntryBytes: 1 << 20, maxCacheBytes: 3 << 20 } });
  });

  afterEach(() => served.stop());

  it('say 404 for what is not there, and give back byte by byte what was put', async () => {
    const bytes = randomBytes(300_000);
    expect(await served.status('GET', ENTRY)).toBe(404);
    expect(await served.status('PUT', ENTRY, bytes)).toBe(200);
    const response = await served.request('GET', ENTRY);
    expect(response.headers.get('content-length')).toBe('300000');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  it('never replace an entry', async () => {
    await served.status('PUT', ENTRY, 'the first');
    expect(await served.status('PUT', ENTRY, 'the second')).toBe(409);
    expect(await (await served.request('GET', ENTRY)).text()).toBe('the first');
  });

  it('let one of many writers of the same entry win, and its bytes alone are read', async () => {
    const bodies = Array.from({ length: 12 }, (_, n) => String(n).repeat(50_000));
    const statuses = await Promise.all(bodies.map((body) => served.status('PUT', ENTRY, body)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(11);
    const text = await (await served.request('GET', ENTRY)).text();
    expect(text).toBe(bodies[statuses.indexOf(200)]);
  });

  it('keep nothing of a body that was cut on its way', async () => {
    const url = new URL(served.server.url + ENTRY);
    await new Promise<void>((resolve) => {
      const cut = request(url, { method: 'PUT', headers: { 'content-length': '5000' } });
      cut.on('error', () => {
        resolve();
      });
      cut.write('half of it', () => cut.destroy(new Error('gone')));
    });
    await expect.poll(() => served.files()).toEqual([]);
    expect(await served.status('GET', ENTRY)).toBe(404);
  });

  it('forget what a killed server left half written, and keep the rest', async () => {
    await served.status('PUT', ENTRY, 'whole');
    await writeFile(join(served.folder, 'nx', '.incoming', 'half'), 'half of an ent');
    await served.restart();
    expect(await served.files()).toEqual(['1234567890123456789']);
    expect(await (await served.request('GET', ENTRY)).text()).toBe('whole');
  });

  it('refuse a body over the limit with 403, at which Nx goes on, told by its length or found out on the way', async () => {
    expect(await served.status('PUT', ENTRY, randomBytes(2 << 20))).toBe(403);
    const stream = new ReadableStream({
      start(controller): void {
        for (let n = 0; n < 40; n += 1) controller.enqueue(randomBytes(1 << 15));
        controller.close();
      },
    });
    const response = await fetch(served.server.url + ENTRY, {
      method: 'PUT',
      body: stream,
      duplex: 'half',
    });
    expect(response.status).toBe(403);
    expect(await served.files()).toEqual([]);
  });

  it('make room for a new entry by dropping what was not used for the longest time', async () => {
    for (const n of [1, 2, 3]) {
      await served.status('PUT', `/v1/cache/100${String(n)}`, randomBytes(1 << 20));
    }
    await served.status('GET', '/v1/cache/1001');
    expect(await served.status('PUT', '/v1/cache/1004', randomBytes(1 << 20))).toBe(200);
    const statuses = await Promise.all(
      [1, 2, 3, 4].map((n) => served.status('GET', `/v1/cache/100${String(n)}`)),
    );
    expect(statuses).toEqual([200, 404, 200, 200]);
  });

  it('make room for many that come at once, and turn none of them away', async () => {
    const put = (n: number): Promise<number> =>
      served.status('PUT', `/v1/cache/20${String(n)}`, randomBytes(100_000));
    const statuses = await Promise.all(Array.from({ length: 60 }, (_, n) => put(n)));
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const left = await served.files();
    expect(left.length).toBe(Math.floor((3 << 20) / 100_000));
  });

  it('answer 403 where the disk does not take an entry, and tell the log why', async () => {
    const lines: string[] = [];
    const other = await Served.start({ log: (line) => lines.push(line) });
    // As a full disk does: the file for the body cannot be made.
    await rm(join(other.folder, 'nx', '.incoming'), { recursive: true });
    expect(await other.status('PUT', ENTRY, 'x')).toBe(403);
    await expect.poll(() => lines.join('\n')).toMatch(/^PUT \S+ 403 .*ENOENT/);
    await other.stop();
  });

  it('end a connection on which nothing comes any more, and keep nothing of it', async () => {
    const other = await Served.start({ idleMs: 100 });
    const half = request(new URL(other.server.url + ENTRY), {
      method: 'PUT',
      headers: { 'content-length': '5000' },
    });
    const ended = new Promise<string>((resolve) => {
      half.on('error', (error) => {
        resolve(error.message);
      });
    });
    half.write('half of it');
    expect(await ended).toMatch(/hang up|ECONNRESET/);
    await expect.poll(() => other.files()).toEqual([]);
    await other.stop();
  });

  it('know nothing at an address that is none', async () => {
    const { hostname, port } = new URL(served.server.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const odd = request({ hostname, port, path: '//', method: 'GET' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      odd.on('error', reject);
      odd.end();
    });
    expect(status).toBe(404);
  });

  it.each([
    '/v1/cache/../../etc/passwd',
    '/v1/cache/..%2F..%2Fetc%2Fpasswd',
    '/v1/cache/a/b',
    '/v1/cache/',
    '/v1/store/1234',
    '/',
  ])('know nothing at %s', async (path) => {
    expect(await served.status('PUT', path, 'x')).toBe(404);
    expect(await served.files()).toEqual([]);
  });

  it('refuse to delete', async () => {
    await served.status('PUT', ENTRY, 'stays');
    expect(await served.status('DELETE', ENTRY)).toBe(405);
    expect(await served.status('GET', ENTRY)).toBe(200);
  });
});
