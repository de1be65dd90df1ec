import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  generatePictures,
  openStore,
  planWorld,
  sharedStoreFrom,
  type RunReport,
  type Store,
} from 'chargen-core';
import { PictureMaker } from '../make/picture.js';
import { timed } from '../measure.js';
import { countOf, textOf, type Arguments, type Task } from '../task.js';
import { callOptions, loadWorld } from './generate-call.js';

const WIDTH = 256;
const HEIGHT = 320;

/** The shared store that the arguments name; undefined for the clone's own. */
function remoteOf(given: Arguments): ReturnType<typeof sharedStoreFrom> {
  const place = textOf(given, 'place');
  const token = textOf(given, 'token');
  return place === ''
    ? undefined
    : sharedStoreFrom({ CHARGEN_STORE_REMOTE: place, CHARGEN_STORE_TOKEN: token });
}

/** Keeps an answer for each scene of a world, as a teammate has it whose run made them. */
const fill: Task = async (given) => {
  const root = textOf(given, 'root');
  const options = callOptions(root, await loadWorld(root, textOf(given, 'list')));
  const store = openStore({ ...options, remote: remoteOf(given) });
  const maker = new PictureMaker(WIDTH, HEIGHT, 3);
  const kept: Promise<boolean>[] = [];
  await planWorld(options, ({ scenes }) => {
    for (const { item, planned } of scenes) {
      if (item.key === null) continue;
      const answered = { digest: planned.asked.digest, compiler: 1, pictures: [], request: planned.request };
      kept.push(keep(store, item.key, maker.make(kept.length), item.model, answered));
    }
    return Promise.resolve();
  });
  await Promise.all(kept);
  const unshared = await store.offer();
  if (unshared !== undefined) throw new Error(`The store was not filled: ${unshared.why}`);
  return { kept: kept.length };
};

function keep(
  store: Store,
  key: string,
  bytes: Buffer,
  model: string,
  answered: Parameters<Store['keep']>[0]['answered'],
): Promise<boolean> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const provenance = {
    model,
    run: 'run-1',
    job: 'batches/1',
    finishedAt: '2026-11-20T10:00:00Z',
    costUsd: 0.067,
  };
  const picture = {
    sha256,
    bytes: bytes.length,
    mimeType: 'image/png',
    extension: 'png',
    width: WIDTH,
    height: HEIGHT,
  } as const;
  return store.keep({ v: 1, kind: 'generated', key, picture, drafts: 0, answered, provenance }, bytes);
}

/** A run with a store that has every picture. */
const run: Task = async (given) => {
  const root = textOf(given, 'root');
  const options = callOptions(root, await loadWorld(root, textOf(given, 'list')));
  const control = { ...options.control, remote: remoteOf(given) };
  const openDoor = (): Promise<never> => Promise.reject(new Error('Nothing should be asked of the service.'));
  let totals: RunReport['totals'] | undefined;
  const ms = await timed(async () => {
    ({ totals } = await generatePictures({ ...options, control, openDoor }));
  });
  return { ms, reused: totals?.reused ?? 0, done: totals?.done ?? 0 };
};

/** The least work that leaves as much on the disk after a crash, one file after the other. */
const layOneByOne: Task = async (given) => {
  const root = textOf(given, 'root');
  const count = countOf(given, 'pictures');
  const maker = new PictureMaker(WIDTH, HEIGHT, 3);
  const stored = join(root, 'stored');
  await mkdir(stored, { recursive: true });
  for (let n = 0; n < count; n += 1) await writeDurably(stored, `${String(n)}.png`, maker.make(n));
  const ms = await timed(async () => {
    for (let n = 0; n < count; n += 1) {
      const folder = join(root, String(n));
      await mkdir(folder);
      const bytes = await readFile(join(stored, `${String(n)}.png`));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await writeDurably(folder, 'view.recipe.json', Buffer.from(JSON.stringify({ sha256 }).padEnd(3000)));
      await writeDurably(folder, 'view.png', bytes);
    }
  });
  return { ms };
};

async function writeDurably(folder: string, name: string, bytes: Buffer): Promise<void> {
  const temporary = join(folder, `.${name}.tmp`);
  const file = await open(temporary, 'wx');
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  await rename(temporary, join(folder, name));
  const names = await open(folder, 'r');
  await names.sync();
  await names.close();
}

export const tasks = { fill, run, layOneByOne };
