import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openRemote, RemoteFolder, type RemoteStore } from 'chargen-core';
import { Apache, WITHOUT_APACHE } from '../../../../test/support/apache.mjs';
import { S3_ENVIRONMENT, S3StandIn } from '../../../../test/support/s3-stand-in.mjs';
import { Served } from './served.js';

/** A shared store as two machines see it. */
export interface Backend {
  readonly stores: readonly [RemoteStore, RemoteStore];
  /** Puts an envelope in its place behind the back of the stores. */
  plant(key: string, envelope: Uint8Array): void;
  /** From now on the store cannot be reached. */
  goDown(): Promise<void>;
  remove(): Promise<void>;
}

export interface BackendKind {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly skipped?: string | undefined;
  /** Milliseconds for which a claim is waited for longer than it says, since the clocks of two machines differ. */
  readonly skew: number;
  readonly start: (now: () => number) => Promise<Backend>;
}

const SKEW_MS = 5 * 60_000;

/** As on exFAT and on many network shares. */
function noLinks(): Promise<void> {
  return Promise.reject(Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' }));
}

export const BACKENDS: readonly BackendKind[] = [
  { name: 'a folder', skew: SKEW_MS, start: (now) => inFolder(now, undefined) },
  { name: 'a folder without hard links', skew: SKEW_MS, start: (now) => inFolder(now, noLinks) },
  { name: 'a cache server', skew: 0, start: onServer },
  { name: 'object storage', skew: SKEW_MS, start: inObjectStorage },
  { name: 'Apache with mod_dav', skipped: WITHOUT_APACHE, skew: SKEW_MS, start: onApache },
];

function write(path: string, envelope: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, envelope);
}

async function inFolder(now: () => number, makeLink: typeof noLinks | undefined): Promise<Backend> {
  const folder = await mkdtemp(join(tmpdir(), 'shared-store-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return {
    stores: [new RemoteFolder(folder, now, makeLink), new RemoteFolder(folder, now, makeLink)],
    plant: (key, envelope) => {
      write(join(folder, 'objects', key.slice(0, 2), key), envelope);
    },
    goDown: remove,
    remove,
  };
}

async function onServer(now: () => number): Promise<Backend> {
  const served = await Served.start({ token: 'may-write-all', now });
  return {
    stores: bothAt(served.server.url, now),
    plant: (key, envelope) => {
      write(join(served.folder, 'store', key.slice(0, 2), key), envelope);
    },
    goDown: () => served.server.close(),
    remove: () => served.stop(),
  };
}

async function inObjectStorage(now: () => number): Promise<Backend> {
  const server = new S3StandIn();
  await server.start();
  return {
    stores: bothAt('s3://bucket/of/team', now, { ...S3_ENVIRONMENT, AWS_ENDPOINT_URL: server.url }),
    plant: (key, envelope) => {
      server.objects.set(`/bucket/of/team/store/${key.slice(0, 2)}/${key}`, Buffer.from(envelope));
    },
    goDown: () => server.stop(),
    remove: () => server.stop().catch(() => undefined),
  };
}

async function onApache(now: () => number): Promise<Backend> {
  const server = new Apache();
  await server.prepare();
  await server.start();
  return {
    stores: bothAt(server.url, now),
    plant: (key, envelope) => {
      write(join(server.files, 'store', key.slice(0, 2), key), envelope);
    },
    goDown: () => server.stop(),
    remove: () => server.remove(),
  };
}

function bothAt(
  place: string,
  now: () => number,
  environment: Readonly<Record<string, string>> = {},
): [RemoteStore, RemoteStore] {
  const open = (): RemoteStore =>
    openRemote({ place, token: 'may-write-all', timeoutMs: 5000, retryPause: 5, now, environment });
  return [open(), open()];
}
