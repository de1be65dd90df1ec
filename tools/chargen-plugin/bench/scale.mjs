// @ts-check
// How long Nx takes with many entities: node tools/chargen-plugin/bench/scale.mjs 1000 [emulator] [short] [graph]
// Each line: what, seconds on the clock, seconds of processor time of all Node processes (a daemon's count where it
// was started), exit code. On a machine that others use the latter tells more.
// The pictures are in the store beforehand, as if they had been paid for; with `emulator` they are asked for.
// With `short` each command runs once, and the daemon is left out; with `graph` what needs no picture is all.
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  FileDigests,
  findImageryFiles,
  FoundPictures,
  Planner,
  REAL_PLACES,
  ResultStore,
} from 'chargen-core';
import sharp from 'sharp';

const count = Number(process.argv[2] ?? '1000');
const asks = process.argv.includes('emulator');
const isShort = process.argv.includes('short');
const graphOnly = process.argv.includes('graph');
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const COUNT_CPU = pathToFileURL(join(repository, 'bench/dist/preload-cpu.js')).href;
const base = mkdtempSync(join(tmpdir(), 'chargen-scale-'));
const root = join(base, 'workspace');
const TYPES = ['character', 'location', 'chapter'];

/** @param {string[]} args */
function git(...args) {
  spawnSync('git', ['-c', 'user.email=bench@example.invalid', '-c', 'user.name=bench', ...args], {
    cwd: root,
  });
}

function makeWorld() {
  mkdirSync(join(root, 'content'), { recursive: true });
  const options = { contentRoot: 'content', workspaceId: 'scale', maxOpenJobs: 50 };
  const nxJson = { analytics: false, plugins: [{ plugin: 'chargen-plugin', options }] };
  writeFileSync(join(root, 'nx.json'), JSON.stringify(nxJson));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'scale', private: true }));
  writeFileSync(join(root, '.gitignore'), 'node_modules\n.nx\n.chargen\n*.png\n*.recipe.json\n');
  writeFileSync(join(root, 'content/style.yaml'), 'style: Ink.\n');
  for (let n = 0; n < count; n += 1) {
    const type = TYPES[n % 3];
    const folder = join(root, 'content', `${type}s`, `e${n}`);
    mkdirSync(folder, { recursive: true });
    const shows =
      type === 'chapter' ? `    references:\n      - character: e${n - 2}\n        scene: one\n` : '';
    writeFileSync(
      join(folder, 'imagery.yaml'),
      `entity_type: ${type}\nname: Entity ${n}\nscenes:\n` +
        `  - id: one\n    title: One\n    prompt: Number ${n} in the fog.\n${shows}` +
        `  - id: two\n    title: Two\n    prompt: Number ${n} by day.\n`,
    );
  }
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'the world');
}

/** Everything that the world asks for, as if it had been paid for: first what shows nobody, then what shows that. */
async function fillStore() {
  const store = new ResultStore(join(root, '.chargen/store'));
  const digests = await FileDigests.open(root, join(root, '.chargen/digests.json'));
  const world = new ContentReader(root).load(await findImageryFiles(root, 'content'), 'content/style.yaml');
  const settings = { ...DEFAULT_SETTINGS, workspaceId: 'scale' };
  const drawing = sharp({
    create: {
      width: 256,
      height: 256,
      channels: 3,
      background: '#333',
      noise: { type: 'gaussian', mean: 120, sigma: 30 },
    },
  });
  const bytes = await drawing.png().toBuffer();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  /** @type {import('chargen-core').StoredPicture} */
  const picture = {
    sha256,
    mimeType: 'image/png',
    extension: 'png',
    bytes: bytes.byteLength,
    width: 256,
    height: 256,
  };
  const finishedAt = '2026-01-01T00:00:00Z';
  for (let kept = -1; kept !== 0;) {
    kept = 0;
    const found = new FoundPictures(world, REAL_PLACES, digests);
    const planner = new Planner({ world, settings, places: REAL_PLACES, store, digests, found });
    for (const { entity } of world.entities) {
      if (entity === undefined) continue;
      for (const scene of entity.scenes) {
        const { state } = await planner.plan(entity, scene);
        if (state.kind !== 'pending') continue;
        const provenance = { model: 'none', run: 'bench', job: 'batches/bench', finishedAt, costUsd: null };
        await store.keep({ v: 1, kind: 'generated', key: state.key, picture, drafts: 0, provenance }, bytes);
        kept += 1;
      }
    }
  }
}

makeWorld();
if (!asks && !graphOnly) await fillStore();
const emulator = spawn(
  process.execPath,
  [
    join(repository, 'libs/gemini-emulator/bin/gemini-emulator.mjs'),
    '--port',
    '0',
    '--state',
    join(base, 'emulator'),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const url = await new Promise((resolve) => {
  emulator.stdout.on('data', (data) => {
    const found = /http:\S+/.exec(String(data))?.[0];
    if (found !== undefined) resolve(found);
  });
});
const env = {
  ...process.env,
  CI: 'true',
  NX_TUI: 'false',
  NX_CACHE_DIRECTORY: join(base, 'cache'),
  NX_WORKSPACE_DATA_DIRECTORY: join(base, 'data'),
  GEMINI_API_KEY: 'bench',
  GOOGLE_GEMINI_BASE_URL: url,
  CHARGEN_POLL_INTERVAL_MS: '200',
  CHARGEN_WAIT: '2h',
  NO_COLOR: '1',
};

/**
 * @param {string} what
 * @param {string[]} args
 */
function measure(what, args, daemon = 'false') {
  const nx = join(repository, 'node_modules/nx/dist/bin/nx.js');
  const cpu = mkdtempSync(join(base, 'cpu-'));
  const begin = performance.now();
  const { stdout, status } = spawnSync(process.execPath, [nx, ...args], {
    cwd: root,
    env: { ...env, NX_DAEMON: daemon, NODE_OPTIONS: `--import=${COUNT_CPU}`, CHARGEN_BENCH_CPU: cpu },
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const clock = (performance.now() - begin) / 1000;
  const spent = readdirSync(cpu).map((pid) => Number(readFileSync(join(cpu, pid), 'utf8')) / 1000);
  const own = /Duration: ([^│]*?) *│/.exec(stdout)?.[1];
  console.log(
    [
      String(count).padStart(5),
      what.padEnd(44),
      `${clock.toFixed(1)} s`.padStart(8),
      `${spent.reduce((sum, one) => sum + one, 0).toFixed(1)} s`.padStart(8),
      `rc ${status}`,
      own === undefined ? '' : `chargen itself: ${own}`,
    ].join('  '),
  );
}

const GENERATE = ['run-many', '-t', 'generate'];
function changeOnePrompt() {
  const file = join(root, 'content/characters/e0/imagery.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('by day', 'by night'));
  git('add', '-A');
  git('commit', '-qm', 'one prompt');
}

function measureSelection() {
  measure('affected, nothing changed', ['affected', '-t', 'generate', '--base=HEAD']);
  changeOnePrompt();
  const select = ['affected', '-t', 'generate', '--base=HEAD~1', '--graph=stdout'];
  measure('affected, one prompt changed, selection alone', select);
}

function measureRuns() {
  measure(asks ? 'generate everything' : 'lay everything from the store', GENERATE);
  git('add', '-A');
  git('commit', '-qm', 'records');
  measure('rerun, all from the cache', GENERATE);
  if (!isShort) measure('rerun, all from the cache', GENERATE);
  measure('affected, nothing changed', ['affected', '-t', 'generate', '--base=HEAD']);
  measure('rerun without the Nx cache, everything done', [...GENERATE, '--skip-nx-cache']);
  changeOnePrompt();
  measure('affected, one prompt changed', ['affected', '-t', 'generate', '--base=HEAD~1']);
  if (!isShort) {
    measure('daemon: show projects, first', ['show', 'projects'], 'true');
    measure('daemon: rerun, all from the cache', GENERATE, 'true');
    measure('daemon: rerun, all from the cache', GENERATE, 'true');
    measure('daemon: affected, nothing changed', ['affected', '-t', 'generate', '--base=HEAD'], 'true');
    measure('daemon: stop', ['daemon', '--stop'], 'true');
  }
}

console.log(`load of the machine at the beginning: ${loadavg()[0]?.toFixed(1)}`);
measure('show projects, first graph', ['show', 'projects']);
measure('show projects', ['show', 'projects']);
if (graphOnly) measureSelection();
else measureRuns();
emulator.kill();
rmSync(base, { recursive: true, force: true, maxRetries: 5 });
