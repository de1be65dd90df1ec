/**
 * The engine in a process of its own: what a `generate` of all entities does, and the record after it. With SWEEP_NOW
 * (`harbour/dawn`) what `chargen now` does of that scene; with SWEEP_SHARED (a folder) beside a shared store.
 */
import { join } from 'node:path';

// A copy of the built engine can be named, so that building it anew does not disturb a long sweep.
const core = await import(process.env.SWEEP_CORE ?? '../../libs/chargen-core/dist/bundle/index.js');
const {
  ContentReader,
  DEFAULT_SETTINGS,
  findImageryFiles,
  findScene,
  generateNow,
  generatePictures,
  openGemini,
  openStore,
  REAL_PLACES,
  sharedStoreFrom,
  SYSTEM_CLOCK,
  writeRecord,
} = core;

const [root, baseUrl, apiKey, waitMs = '30000', settleMs = '15'] = process.argv.slice(2);
const files = await findImageryFiles(root, 'content');
const world = new ContentReader(root).load(files, 'content/style.yaml');
const abort = new AbortController();
process.on('SIGTERM', () => abort.abort());

const settings = { ...DEFAULT_SETTINGS, workspaceId: 'sweep' };
const openDoor = () => openGemini({ apiKey, baseUrl });
const remote = sharedStoreFrom({ CHARGEN_STORE_REMOTE: process.env.SWEEP_SHARED });
const common = { workspaceRoot: root, world, settings, places: REAL_PLACES, clock: SYSTEM_CLOCK };
const scene = process.env.SWEEP_NOW;
process.exitCode = scene === undefined ? await generate() : await now(scene);

async function generate() {
  const report = await generatePictures({
    ...common,
    roots: world.entities.map((one) => one.folder.root),
    control: {
      pollInterval: 5,
      settleMs: Number(settleMs),
      retryPause: 2,
      waitMs: Number(waitMs),
      submit: true,
      maxCost: undefined,
      remote,
    },
    openDoor,
    listener: () => undefined,
    onEntity: () => undefined,
    onPlan: () => undefined,
    signal: abort.signal,
  });
  for (const { entity } of world.entities) {
    if (entity !== undefined) await writeRecord(root, entity);
  }
  const scenes = report.entities.flatMap((one) => one.scenes);
  const open = scenes.filter(({ outcome }) => !['done', 'generated', 'reused'].includes(outcome.kind));
  process.stdout.write(`${JSON.stringify({ root: join(root), stop: report.stop, open })}\n`);
  return open.length === 0 ? 0 : 2;
}

async function now(name) {
  const found = findScene(world, name);
  const outcome = await generateNow(
    {
      ...common,
      store: openStore({ ...common, remote, listener: () => undefined }),
      openDoor,
      maxCost: undefined,
      confirm: () => Promise.resolve(true),
      onWait: () => undefined,
      signal: abort.signal,
    },
    found.entity,
    found.scene,
  );
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  return ['generated', 'reused', 'done'].includes(outcome.kind) ? 0 : 2;
}
