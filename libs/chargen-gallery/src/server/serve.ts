import { createServer, type Server } from 'node:http';
import { GALLERY_FOLDER } from '../data/links.js';
import { BodyError } from './body.js';
import { Gate, newToken } from './gate.js';
import { Room } from './room.js';
import type { ServeOptions } from './serve-options.js';
import { sendJson } from './send-json.js';
import { keepAddress, readAddress } from './own-address.js';

export interface ServedGallery {
  /** With the token: a program that knows it can change the world's files and start runs. */
  readonly url: string;
  /** Stops a run that goes on, and resolves when nothing is open any more. */
  close(): Promise<void>;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Serves the gallery to this machine alone. Rejects if the port is taken. */
export async function serveGallery(options: ServeOptions): Promise<ServedGallery> {
  const { workspace } = options;
  const known = await readAddress(workspace);
  const server = createServer();
  const port = await listenAt(server, options.port ?? known?.port ?? 0, options.port === undefined);
  const gate = new Gate(known?.token ?? newToken(), port);
  // A second server of the workspace leaves the first one its port.
  const isChosen = options.port !== undefined && options.port !== 0;
  // At once: a tab of the last time may ask before the world is read.
  const opening = Room.open(options);
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const verdict = gate.judge(request);
    if (verdict.kind === 'turned-away') {
      response.writeHead(verdict.status, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${verdict.message}\n`);
      return;
    }
    const answered = opening.then((room) => room.answer(request, response, verdict.path));
    answered.catch((error: unknown) => {
      const status = error instanceof BodyError ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, status, { message });
    });
  });
  const room = await opening.catch((error: unknown) => {
    server.close();
    server.closeAllConnections();
    throw error;
  });
  if (known === undefined || isChosen) await keepAddress(workspace, { port, token: gate.token });
  return {
    url: `http://127.0.0.1:${port}/${gate.token}/${workspace.folder ?? GALLERY_FOLDER}/index.html`,
    close: async () => {
      await room.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

/** Returns the port. If it is taken: `mayMove` takes any that is free. */
async function listenAt(server: Server, wanted: number, mayMove: boolean): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken || !mayMove || wanted === 0) throw error;
    return listenAt(server, 0, false);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : wanted;
}
