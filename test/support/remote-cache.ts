import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestWorkspace } from './workspace.js';

/** The two routes of Nx's self-hosted remote cache, in memory. */
export class RemoteCache {
  readonly entries = new Map<string, Buffer>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<RemoteCache> {
    const server = createServer();
    const cache = new RemoteCache(server);
    server.on('request', (request, response) => {
      const hash = /^\/v1\/cache\/(\w+)$/.exec(request.url ?? '')?.[1] ?? '';
      if (request.method === 'GET') {
        const entry = cache.entries.get(hash);
        response.writeHead(entry === undefined ? 404 : 200).end(entry);
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const known = cache.entries.has(hash);
        if (!known) cache.entries.set(hash, Buffer.concat(chunks));
        response.writeHead(known ? 409 : 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return cache;
  }

  serve(workspace: TestWorkspace): void {
    const { port } = this.#server.address() as AddressInfo;
    workspace.env['NX_SELF_HOSTED_REMOTE_CACHE_SERVER'] = `http://127.0.0.1:${String(port)}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
  }
}
