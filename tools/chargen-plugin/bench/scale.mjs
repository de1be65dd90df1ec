// How long Nx takes with many entities: node tools/chargen-plugin/bench/scale.mjs 1000
// Each line: what, seconds on the clock, seconds of processor time (own processes, not the daemon's), exit code.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const count = Number(process.argv[2] ?? '1000');
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'chargen-scale-'));
const root = join(base, 'workspace');
const TYPES = ['character', 'location', 'chapter'];

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

makeWorld();
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

function measure(what, args, daemon = 'false') {
  const nx = join(repository, 'node_modules/nx/dist/bin/nx.js');
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="TIMES %R %U %S"; time "$0" "$@"', process.execPath, nx, ...args],
    { cwd: root, env: { ...env, NX_DAEMON: daemon }, encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  const [, clock, user, system] = /TIMES (\S+) (\S+) (\S+)/.exec(stderr) ?? [];
  const own = /Duration: ([^│]*?) *│/.exec(stdout)?.[1];
  console.log(
    [
      String(count).padStart(5),
      what.padEnd(44),
      `${Number(clock).toFixed(1)} s`.padStart(8),
      `${(Number(user) + Number(system)).toFixed(1)} s`.padStart(8),
      `rc ${status}`,
      own === undefined ? '' : `chargen itself: ${own}`,
    ].join('  '),
  );
}

const GENERATE = ['run-many', '-t', 'generate'];
measure('show projects, first graph', ['show', 'projects']);
measure('show projects', ['show', 'projects']);
measure('generate everything', GENERATE);
git('add', '-A');
git('commit', '-qm', 'records');
measure('rerun, all from the cache', GENERATE);
measure('rerun, all from the cache', GENERATE);
measure('rerun without the Nx cache, everything done', [...GENERATE, '--skip-nx-cache']);
measure('affected, nothing changed', ['affected', '-t', 'generate', '--base=HEAD']);
const file = join(root, 'content/characters/e0/imagery.yaml');
writeFileSync(file, readFileSync(file, 'utf8').replace('by day', 'by night'));
git('add', '-A');
git('commit', '-qm', 'one prompt');
measure('affected, one prompt changed', ['affected', '-t', 'generate', '--base=HEAD~1']);
measure('daemon: show projects, first', ['show', 'projects'], 'true');
measure('daemon: rerun, all from the cache', GENERATE, 'true');
measure('daemon: rerun, all from the cache', GENERATE, 'true');
measure('daemon: affected, nothing changed', ['affected', '-t', 'generate', '--base=HEAD'], 'true');
measure('daemon: stop', ['daemon', '--stop'], 'true');
emulator.kill();
rmSync(base, { recursive: true, force: true, maxRetries: 5 });
