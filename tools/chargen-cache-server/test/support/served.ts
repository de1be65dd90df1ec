import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCacheServer, type CacheServer, type CacheServerOptions } from '../../src/index.js';

/** A server in this process over a temporary folder. */
export class Served {
  private constructor(
    readonly folder: string,
    public server: CacheServer,
    readonly options: Partial<CacheServerOptions>,
  ) {}

  static async start(options: Partial<CacheServerOptions> = {}): Promise<Served> {
    const folder = await mkdtemp(join(tmpdir(), 'cache-server-'));
    return new Served(folder, await startCacheServer({ folder, port: 0, ...options }), options);
  }

  /** As after a crash: the same folder, another process. */
  async restart(): Promise<void> {
    await this.server.close();
    this.server = await startCacheServer({ folder: this.folder, port: 0, ...this.options });
  }

  request(method: string, path: string, body?: string | Uint8Array, token?: string): Promise<Response> {
    return fetch(`${this.server.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  }

  async status(method: string, path: string, body?: string | Uint8Array, token?: string): Promise<number> {
    const response = await this.request(method, path, body, token);
    await response.arrayBuffer();
    return response.status;
  }

  /** Every file below the folder, without directories. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  }

  async stop(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
