/** The engine in a process of its own: what a `generate` of all entities does, and the record after it. */
import { join } from 'node:path';

// A copy of the built engine can be named, so that building it anew does not disturb a long sweep.
const core = await import(process.env.SWEEP_CORE ?? '../../libs/chargen-core/dist/index.js');
const {
  ContentReader,
  DEFAULT_SETTINGS,
  findImageryFiles,
  generatePictures,
  openGemini,
  REAL_PLACES,
  SYSTEM_CLOCK,
  writeRecord,
} = core;

const [root, baseUrl, apiKey, waitMs = '30000', settleMs = '15'] = process.argv.slice(2);
const files = await findImageryFiles(root, 'content');
const world = new ContentReader(root).load(files, 'content/style.yaml');
const abort = new AbortController();
process.on('SIGTERM', () => abort.abort());

const report = await generatePictures({
  workspaceRoot: root,
  world,
  roots: world.entities.map((one) => one.folder.root),
  settings: { ...DEFAULT_SETTINGS, workspaceId: 'sweep' },
  places: REAL_PLACES,
  control: {
    pollInterval: 5,
    settleMs: Number(settleMs),
    retryPause: 2,
    waitMs: Number(waitMs),
    submit: true,
    maxCost: undefined,
  },
  openDoor: () => openGemini({ apiKey, baseUrl }),
  listener: () => undefined,
  onEntity: () => undefined,
  onPlan: () => undefined,
  signal: abort.signal,
  clock: SYSTEM_CLOCK,
});
for (const { entity } of world.entities) {
  if (entity !== undefined) await writeRecord(root, entity);
}
const scenes = report.entities.flatMap((one) => one.scenes);
const open = scenes.filter(({ outcome }) => !['done', 'generated', 'reused'].includes(outcome.kind));
process.stdout.write(`${JSON.stringify({ root: join(root), stop: report.stop, open })}\n`);
process.exitCode = open.length === 0 ? 0 : 2;
