/** A dozen boundaries of the real thing: `nx run-many -t generate` in a workspace of its own, its engine killed. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkWorld, listUploads, readLedger } from './check.mjs';
import { seededRandom } from './crashes.mjs';
import { EmulatorProcess, PRELOAD, REPOSITORY } from './processes.mjs';
import { makeWorld } from './world.mjs';

const NX = join(REPOSITORY, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
/** Nx runs a batch in a child of its own: only there the boundaries are counted. */
const BATCH_WORKER = 'run-batch';

async function makeWorkspace(base, mark) {
  const root = join(base, `nx-${mark}`);
  await mkdir(root, { recursive: true });
  const files = await makeWorld(root, mark);
  const plugin = {
    plugin: 'chargen-plugin',
    options: { contentRoot: 'content', workspaceId: 'sweep', styleFile: 'content/style.yaml' },
  };
  await writeFile(join(root, 'nx.json'), JSON.stringify({ analytics: false, plugins: [plugin] }));
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'sweep', private: true }));
  await writeFile(join(root, '.gitignore'), 'node_modules\n.nx\n.chargen\n');
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  return { root, files };
}

function runNx(root, { url, key, killAt, countFile }) {
  return new Promise((resolve) => {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(NX_|CHARGEN_|GOOGLE_|GEMINI_|MYTHICINDEX_)/.test(name),
    );
    const env = {
      ...Object.fromEntries(kept),
      CI: 'true',
      NX_DAEMON: 'false',
      NX_TUI: 'false',
      NX_CACHE_DIRECTORY: join(root, '..', `${key}-cache`),
      NX_WORKSPACE_DATA_DIRECTORY: join(root, '..', `${key}-data`),
      NO_COLOR: '1',
      GEMINI_API_KEY: key,
      GOOGLE_GEMINI_BASE_URL: url,
      CHARGEN_POLL_INTERVAL_MS: '5',
      CHARGEN_SETTLE_MS: '15',
      NODE_OPTIONS: `--import ${PRELOAD}`,
      SWEEP_ONLY: BATCH_WORKER,
      SWEEP_KILL_AT: String(killAt),
      ...(countFile === undefined ? {} : { SWEEP_COUNT_FILE: countFile }),
    };
    const child = spawn(process.execPath, [NX, 'run-many', '-t', 'generate'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (piece) => (output += String(piece)));
    child.stderr.on('data', (piece) => (output += String(piece)));
    const limit = setTimeout(() => child.kill('SIGKILL'), 180_000);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, output });
    });
  });
}

export async function sweepNx({ seed, points = 12 }) {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'sweep-nx-')));
  const emulator = new EmulatorProcess(base);
  await emulator.start();
  const wrong = [];
  try {
    const counted = await makeWorkspace(base, 'count');
    const countFile = join(base, 'count');
    const first = await runNx(counted.root, { url: emulator.url, key: 'nx-count', killAt: 0, countFile });
    const count = Number(await readFile(countFile, 'utf8').catch(() => '0'));
    if (first.code !== 0 || count === 0)
      throw new Error(`The undisturbed run: code ${first.code}, ${count} boundaries.\n${first.output}`);
    process.stdout.write(`An undisturbed run of Nx has ${count} boundaries in its batch process.\n`);
    const random = seededRandom(seed);
    for (let n = 0; n < points; n += 1) {
      const killAt = 1 + Math.floor(((n + random()) / points) * count);
      const { root, files } = await makeWorkspace(base, `k${killAt}`);
      const key = `nx-k${killAt}`;
      const itemsBefore = (await readLedger(emulator.ledgerFile)).length;
      const killed = await runNx(root, { url: emulator.url, key, killAt });
      let ended = killed;
      let reruns = 0;
      for (; reruns < 3 && (reruns === 0 || ended.code !== 0); reruns += 1)
        ended = await runNx(root, { url: emulator.url, key, killAt: 0 });
      const uploads = await listUploads(emulator.url, key);
      const found =
        ended.code === 0
          ? await checkWorld({
              root,
              files,
              ledgerFile: emulator.ledgerFile,
              itemsBefore,
              isStateLost: false,
              uploads,
            })
          : [`Nx ended with ${ended.code}: ${ended.output.slice(-1500)}`];
      if (killed.code === 0) found.push('the killed run reported success');
      for (const what of found) wrong.push(`${killAt}: ${what}`);
      process.stdout.write(
        `killed at ${killAt}: ${reruns} more run(s), ${found.length === 0 ? 'right' : found.join('; ')}\n`,
      );
    }
    process.stdout.write(`${points} kills of the real nx run-many, ${wrong.length} wrong.\n`);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await emulator.kill();
    await rm(base, { recursive: true, force: true, maxRetries: 3 });
  }
}
