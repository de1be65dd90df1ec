/** The shared stores of the sweep: each can be opened by a machine, be full, go down and come up again. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { startCacheServer } from '../../tools/chargen-cache-server/dist/index.js';
import { Apache, WITHOUT_APACHE } from '../support/apache.mjs';
import { S3_ENVIRONMENT, S3StandIn } from '../support/s3-stand-in.mjs';

const core = await import('../../libs/chargen-core/dist/bundle/index.js');

const WRITER = 'token-that-writes';
const READER = 'token-that-reads';

const DENIED = { kind: 'denied', why: 'it answered 401' };
const READ_ONLY = { kind: 'read-only', why: 'it answered 403' };
const FULL = { kind: 'unavailable', why: 'it answered 507: full' };

/** For folders, which know no tokens, and disks that cannot be filled: the answers that they would give. */
function guarded(store, token, isFull) {
  const write = (act, many) => {
    const refusal = token === 'wrong' ? DENIED : token === 'read' ? READ_ONLY : isFull() ? FULL : undefined;
    return refusal === undefined ? act() : Promise.resolve(many(refusal));
  };
  const read = (act) => (token === 'wrong' ? Promise.resolve(DENIED) : act());
  const one = (refusal) => refusal;
  return {
    name: store.name,
    get: (key) => read(() => store.get(key)),
    present: (keys) => read(() => store.present(keys)),
    put: (key, envelope) => write(() => store.put(key, envelope), one),
    claim: (requests, ...rest) =>
      write(
        () => store.claim(requests, ...rest),
        (refusal) => requests.map(() => refusal),
      ),
    release: (keys, who) =>
      write(
        () => store.release(keys, who),
        () => undefined,
      ),
    claims: () => read(() => store.claims()),
  };
}

function at(place, now, token, environment = {}) {
  return core.openRemote({ place, token, timeoutMs: 2000, retryPause: 2, now, environment });
}

function folderBackend(name, makeLink) {
  return {
    name,
    start: async (folder) => {
      const shared = join(folder, 'shared');
      await mkdir(shared);
      let isFull = false;
      let isDown = false;
      return {
        open: (now, token) => guarded(new core.RemoteFolder(shared, now, makeLink), token, () => isFull),
        fill: (full) => (isFull = full),
        down: async () => {
          await rename(shared, `${shared}-away`);
          isDown = true;
        },
        up: async () => {
          if (isDown) await rename(`${shared}-away`, shared);
          isDown = false;
        },
        remove: () => Promise.resolve(),
      };
    },
  };
}

const noLinks = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));

export const BACKENDS = [
  folderBackend('a folder', undefined),
  folderBackend('a folder without hard links', noLinks),
  {
    name: 'a cache server',
    start: async (folder, now) => {
      const options = { folder: join(folder, 'served'), token: WRITER, readToken: READER, now };
      let server = await startCacheServer({ ...options, port: 0 });
      const { url } = server;
      let isFull = false;
      let isUp = true;
      return {
        open: (own, token) =>
          guarded(
            at(url, own, { write: WRITER, read: READER, wrong: 'token-nobody-knows' }[token]),
            'write',
            () => isFull,
          ),
        fill: (full) => (isFull = full),
        down: async () => {
          await server.close();
          isUp = false;
        },
        up: async () => {
          if (!isUp) server = await startCacheServer({ ...options, port: Number(new URL(url).port) });
          isUp = true;
        },
        remove: () => server.close(),
      };
    },
  },
  {
    name: 'object storage',
    start: async () => {
      const server = new S3StandIn();
      await server.start();
      const { url } = server;
      let isUp = true;
      return {
        open: (now, token) =>
          at('s3://bucket/team', now, undefined, {
            ...S3_ENVIRONMENT,
            AWS_ENDPOINT_URL: url,
            AWS_ACCESS_KEY_ID: { write: 'writer', read: 'reader', wrong: 'nobody' }[token],
          }),
        fill: (full) => (server.isFull = full),
        down: async () => {
          await server.stop();
          isUp = false;
        },
        up: async () => {
          if (!isUp) await server.start(Number(new URL(url).port));
          isUp = true;
        },
        remove: () => server.stop().catch(() => undefined),
      };
    },
  },
  {
    name: 'Apache with mod_dav',
    skipped: WITHOUT_APACHE,
    start: async () => {
      const server = new Apache({ write: WRITER, read: READER });
      await server.prepare();
      await server.start();
      let isFull = false;
      let isUp = true;
      return {
        open: (now, token) =>
          guarded(
            at(server.url, now, { write: WRITER, read: READER, wrong: 'token-nobody-knows' }[token]),
            'write',
            () => isFull,
          ),
        fill: (full) => (isFull = full),
        down: async () => {
          await server.stop();
          isUp = false;
        },
        up: async () => {
          if (!isUp) await server.start();
          isUp = true;
        },
        remove: () => server.remove(),
      };
    },
  },
];
