import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCacheServer } from 'chargen-cache-server';
import { mkdtemp, rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { PATHS, PROJECTS, SCENES, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const GENERATE = ['run-many', '-t', 'generate'];
const PICTURE = 'content/characters/lock-keeper/images/keys.png';

/** An answer of the cache to one request. */
interface Answer {
  readonly status: number;
  readonly body?: Buffer;
  readonly ms?: number;
}

/**
 * Nx decides what a bad remote cache does to a run. What chargen sees to: no picture is lost or paid for twice. In the
 * order of the tests: what one leaves undone, the last one makes.
 */
describe('a remote cache of Nx that', () => {
  let workspace: TestWorkspace;
  let service: Service;
  let server: Server | undefined;

  beforeAll(async () => {
    service = await Service.start();
    workspace = await TestWorkspace.create({ files: await smallWorld() });
    service.serve(workspace);
  });

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
    delete workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_SERVER'];
    delete workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN'];
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  /** Answers each GET in one way, and the n-th PUT, from 0 on, in the way that `put` says. */
  async function serve(get: Answer, put: (n: number, request: IncomingMessage) => Promise<Answer> | Answer) {
    let puts = 0;
    server = createServer((request, response) => {
      void (async () => {
        const isGet = request.method === 'GET';
        const answer = isGet ? get : await put(puts++, request);
        request.resume();
        await finished(request);
        setTimeout(() => response.writeHead(answer.status).end(answer.body ?? 'not today'), answer.ms ?? 0);
      })();
    });
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_SERVER'] = `http://127.0.0.1:${String(port)}`;
  }

  /** A run of Nx, and what it paid for. */
  async function run(): Promise<{ code: number | null; output: string; paid: number }> {
    const before = service.billed().length;
    const { code, output } = await workspace.nx(GENERATE);
    return { code, output, paid: service.billed().length - before };
  }

  it('lets nobody write (403), has the entry already (409), is slow, or takes no entry over its limit, is no trouble', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chargen-cache-'));
    const cache = await startCacheServer({ folder, limits: { maxEntryBytes: 1000 } });
    const statuses: number[] = [];
    await serve({ status: 404, ms: 1500 }, async (n, request) => {
      if (n !== PROJECTS - 1) return [{ status: 403 }, { status: 409 }, { status: 200, ms: 1500 }][n]!;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { url = '' } = request;
      const answer = await fetch(new URL(url, cache.url), { method: 'PUT', body: Buffer.concat(chunks) });
      statuses.push(answer.status);
      return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
    });
    const { code, output, paid } = await run();
    expect(code, output).toBe(0);
    expect(paid).toBe(SCENES);
    // Not 413, at which Nx would end the run.
    expect(statuses).toEqual([403]);
    await cache.close();
    await rm(folder, { recursive: true });
    await workspace.edit(PATHS.loner, 'iron keys', 'brass keys');
  });

  it.each([
    ['refuses the token (401)', 401, '401'],
    ['fails (500)', 500, '500 Internal Server Error'],
  ])('%s ends the run of Nx with an error before anything is paid', async (_name, status, words) => {
    await serve({ status }, () => ({ status }));
    const { code, output, paid } = await run();
    expect(code).toBe(1);
    expect(output).toContain(words);
    expect(paid).toBe(0);
  });

  it('is down ends the run of Nx before anything is paid', async () => {
    await serve({ status: 404 }, () => ({ status: 200 }));
    server?.close();
    const { code, output, paid } = await run();
    expect(code).toBe(1);
    expect(output).toContain('Failed to send request');
    expect(paid).toBe(0);
  });

  it('is the cache server with a wrong token says so in words', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chargen-cache-'));
    const cache = await startCacheServer({ folder, token: 'the-right-token' });
    workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_SERVER'] = cache.url;
    workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN'] = 'another-token';
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output).toContain('This cache needs a token that it knows');
    await cache.close();
    await rm(folder, { recursive: true });
  });

  it('is full (507) ends the run of Nx with an error after the picture was paid', async () => {
    await serve({ status: 404 }, () => ({ status: 507 }));
    const { code, output, paid } = await run();
    expect(code).toBe(1);
    expect(output).toContain('507 Insufficient Storage');
    expect(paid).toBe(1);
  });

  it('is well again, or gone, leaves a run with every picture that pays for nothing again', async () => {
    const { code, output, paid } = await run();
    expect(code, output).toBe(0);
    expect(paid).toBe(0);
    expect(service.billed()).toHaveLength(SCENES + 1);
    expect(service.emulator.ledger.duplicates()).toEqual([]);
    expect((await workspace.bytes(PICTURE)).byteLength).toBeGreaterThan(1000);
  });
});
