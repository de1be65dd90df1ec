#!/usr/bin/env node
/**
 * node test/sweep/join-store.mjs --entities 5000
 *
 * A fresh clone of a large world joins a shared store that has everything: how many requests, and how long. Every
 * picture must come from there, without a key.
 */
import { parseArgs } from 'node:util';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { startCacheServer } from '../../tools/chargen-cache-server/dist/index.js';
import { S3_ENVIRONMENT, S3StandIn } from '../support/s3-stand-in.mjs';

const core = await import('../../libs/chargen-core/dist/bundle/index.js');
const { values } = parseArgs({ options: { entities: { type: 'string', default: '5000' } } });
const ENTITIES = Number(values.entities);

const counts = new Map();
const realFetch = globalThis.fetch;
// Not an assignment: the compiler would take this for what fetch is everywhere.
Object.assign(globalThis, { fetch: countedFetch });

function countedFetch(input, init) {
  const url = new URL(input instanceof Request ? input.url : input);
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  const what = url.searchParams.has('list-type') ? 'LIST' : method;
  counts.set(what, (counts.get(what) ?? 0) + 1);
  return realFetch(input, init);
}

async function makeWorld(root) {
  for (let n = 0; n < ENTITIES; n += 1) {
    const file = join(root, 'content', 'characters', `person-${n}`, 'imagery.yaml');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(
      file,
      `entity_type: character\nname: Person ${n}\nscenes:\n  - id: view\n    title: View\n    prompt: Person ${n} at a window.\n`,
    );
  }
}

/** Where the first answer to what people asked for is indexed. */
function askedKey(digest) {
  return createHash('sha256').update(`chargen asked ${digest} 0`).digest('hex');
}

async function contextOf(root) {
  const files = await core.findImageryFiles(root, 'content');
  return {
    workspaceRoot: root,
    world: new core.ContentReader(root).load(files, undefined),
    settings: { ...core.DEFAULT_SETTINGS, workspaceId: 'join' },
    places: core.REAL_PLACES,
  };
}

/** An envelope for each scene, each with a picture of its own. */
async function fill(context, plant) {
  const { data, info } = await sharp({
    create: { width: 64, height: 64, channels: 3, background: '#446688' },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  let n = 0;
  await core.planWorld(context, async ({ scenes }) => {
    for (const { item, planned } of scenes) {
      data.writeUInt32BE((n += 1), 0);
      const bytes = await sharp(data, { raw: info }).png().toBuffer();
      const picture = {
        sha256: createHash('sha256').update(bytes).digest('hex'),
        bytes: bytes.length,
        mimeType: 'image/png',
        extension: 'png',
        width: 64,
        height: 64,
      };
      const finishedAt = '2026-11-20T10:00:00Z';
      const provenance = { model: item.model, run: 'run-1', job: 'batches/1', finishedAt, costUsd: 0.067 };
      const { digest } = planned.asked;
      const index = { digest, compiler: 1, pictures: [] };
      const answered = { ...index, request: planned.request };
      const result = { v: 1, kind: 'generated', key: item.key, picture, drafts: 0, answered, provenance };
      await plant(item.key, Buffer.from(core.packEnvelope(result, bytes)));
      const entry = { v: 1, kind: 'asked', key: askedKey(digest), of: item.key, ...index };
      await plant(entry.key, Buffer.from(core.packEnvelope(entry, undefined)));
    }
  });
}

async function joinIt(name, context, store) {
  counts.clear();
  const started = performance.now();
  const report = await core.generatePictures({
    ...context,
    roots: context.world.entities.map((one) => one.folder.root),
    clock: core.SYSTEM_CLOCK,
    control: {
      pollInterval: 5,
      settleMs: 5,
      retryPause: 2,
      waitMs: 600_000,
      submit: true,
      maxCost: undefined,
      remote: { store, claims: true, isRequired: true },
    },
    openDoor: () => Promise.reject(new Error('There is no key here.')),
    listener: () => undefined,
    onEntity: () => undefined,
    onPlan: () => undefined,
    signal: new AbortController().signal,
  });
  const seconds = (performance.now() - started) / 1000;
  const requests = [...counts].map(([method, count]) => `${count} ${method}`).join(', ');
  const { reused = 0 } = report.totals;
  process.stdout.write(
    `${name}: ${reused} of ${ENTITIES} pictures in ${seconds.toFixed(1)} s; ${requests}\n`,
  );
  if (reused !== ENTITIES) process.exitCode = 1;
}

const folder = await mkdtemp(join(tmpdir(), 'join-store-'));
const s3 = new S3StandIn();
s3.pageSize = 1000;
await s3.start();
const server = await startCacheServer({
  folder: join(folder, 'served'),
  token: 'token-that-writes',
  port: 0,
});
try {
  const patience = { timeoutMs: 30_000, retryPause: 50, now: Date.now };
  const environment = { ...S3_ENVIRONMENT, AWS_ENDPOINT_URL: s3.url };
  const roots = ['cache', 's3'].map((name) => join(folder, name));
  for (const root of roots) await makeWorld(root);
  const [first, second] = await Promise.all(roots.map(contextOf));
  await fill(first, async (key, envelope) => {
    s3.objects.set(`/bucket/team/store/${key.slice(0, 2)}/${key}`, envelope);
    const path = join(folder, 'served', 'store', key.slice(0, 2), key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, envelope);
  });
  const token = 'token-that-writes';
  const served = core.openRemote({ ...patience, place: server.url, token, environment: {} });
  await joinIt('a cache server', first, served);
  const bucket = core.openRemote({ ...patience, place: 's3://bucket/team', token: undefined, environment });
  await joinIt('object storage', second, bucket);
} finally {
  await server.close();
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
}
