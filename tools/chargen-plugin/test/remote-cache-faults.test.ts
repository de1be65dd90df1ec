import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCacheServer } from 'chargen-cache-server';
import { mkdtemp, rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Service } from '../../../test/support/service.js';
import { PATHS, smallWorld } from '../../../test/support/small-world.js';
import { TestWorkspace } from '../../../test/support/workspace.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const GENERATE = ['run-many', '-t', 'generate', '-p', 'lock-keeper'];
const PICTURE = 'content/characters/lock-keeper/images/keys.png';

/** Nx decides what a bad remote cache does to a run. What chargen sees to: no picture is lost or paid for twice. */
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
  });

  afterAll(async () => {
    await workspace.remove();
    await service.close();
  });

  /** Answers GET with one status and PUT with another. */
  async function serve(get: number, put: number, slow = 0): Promise<void> {
    server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        setTimeout(() => response.writeHead(request.method === 'GET' ? get : put).end('not today'), slow);
      });
    });
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_SERVER'] = `http://127.0.0.1:${String(port)}`;
  }

  let keys = 1;

  /**
   * A picture that is to be paid for once, whatever happens, and a second run that mends what the first could not.
   * @param again whether there is a second run after a good first one too
   */
  async function run(again = false): Promise<{ first: number | null; output: string; paidAtOnce: number }> {
    keys += 1;
    const prompt = `A ring of ${String(keys)} keys on a nail.`;
    await workspace.write(
      PATHS.loner,
      `entity_type: character\nname: The Lock Keeper\nscenes:\n  - id: keys\n    title: Keys\n    prompt: ${prompt}\n`,
    );
    const before = service.billed().length;
    const first = await workspace.nx(GENERATE);
    const paidAtOnce = service.billed().length - before;
    delete workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_SERVER'];
    if (again || first.code !== 0) {
      const second = await workspace.nx(GENERATE);
      expect(second.code, second.output).toBe(0);
    }
    expect(service.billed()).toHaveLength(before + 1);
    expect((await workspace.bytes(PICTURE)).byteLength).toBeGreaterThan(1000);
    return { first: first.code, output: first.output, paidAtOnce };
  }

  it.each([
    ['lets nobody write (403)', 404, 403],
    ['has the entry already (409)', 404, 409],
  ])('%s is no trouble', async (_name, get, put) => {
    await serve(get, put);
    expect((await run()).first).toBe(0);
  });

  it('is slow is no trouble, and the next run pays nothing', async () => {
    await serve(404, 200, 1500);
    expect((await run(true)).first).toBe(0);
  });

  it.each([
    ['refuses the token (401)', 401, 401, '401', 0],
    ['fails (500)', 500, 500, '500 Internal Server Error', 0],
    ['is full (507)', 404, 507, '507 Insufficient Storage', 1],
  ])(
    '%s ends the run of Nx with an error, and the next run has the picture without paying again',
    async (_name, get, put, words, paid) => {
      await serve(get, put);
      const { first, output, paidAtOnce } = await run();
      expect(first).toBe(1);
      expect(output).toContain(words);
      expect(paidAtOnce).toBe(paid);
    },
    120_000,
  );

  it('is down ends the run of Nx before anything is paid', async () => {
    await serve(404, 200);
    server?.close();
    const { first, output, paidAtOnce } = await run();
    expect(first).toBe(1);
    expect(output).toContain('Failed to send request');
    expect(paidAtOnce).toBe(0);
  });

  it('is the cache server with a wrong token says so in words', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chargen-cache-'));
    const cache = await startCacheServer({ folder, token: 'the-right-token' });
    workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_SERVER'] = cache.url;
    workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN'] = 'another-token';
    const { first, output } = await run();
    expect(first).toBe(1);
    expect(output).toContain('This cache needs a token that it knows');
    await cache.close();
    await rm(folder, { recursive: true });
  });

  it('is the cache server takes no entry over its limit, and lets the run go on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chargen-cache-'));
    const cache = await startCacheServer({ folder, limits: { maxEntryBytes: 1000 } });
    workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_SERVER'] = cache.url;
    expect((await run()).first).toBe(0);
    await cache.close();
    await rm(folder, { recursive: true });
  });
});
