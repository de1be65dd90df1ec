/** The crash sweep: the engine is killed at one boundary after another, and run again until all is done. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkWorld, listUploads, readLedger } from './check.mjs';
import { EmulatorProcess, runEngine, runUntilDone } from './processes.mjs';
import { makeWorld } from './world.mjs';

export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Counts the boundaries of an undisturbed run, or of `chargen now`, or of a run beside a shared store. */
export async function countPoints(traceFile, { now, isShared = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sweep-count-'));
  const emulator = new EmulatorProcess(folder);
  await emulator.start();
  try {
    const root = join(folder, 'world');
    await makeWorld(root, 'count');
    const countFile = join(folder, 'count');
    const shared = isShared ? join(folder, 'shared') : undefined;
    if (shared !== undefined) await mkdir(shared);
    const ended = await runEngine({
      root,
      url: emulator.url,
      key: 'key-count',
      countFile,
      traceFile,
      now,
      shared,
    });
    if (ended.kind !== 'done')
      throw new Error(`The undisturbed run ended ${ended.kind}: ${ended.output}${ended.errors}`);
    return Number(await readFile(countFile, 'utf8'));
  } finally {
    await emulator.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Kills at `kills` one after another (each counts from the beginning of its own process), runs on until done and
 * checks. `mode`: what else happens after a kill; `modes`: after each of them.
 */
async function crash(emulator, folder, { kills, mode, modes = kills.map(() => mode), mark }) {
  const root = join(folder, `world-${mark}`);
  const key = `key-of-the-sweep-${mark}`;
  const files = await makeWorld(root, mark);
  const itemsBefore = (await readLedger(emulator.ledgerFile)).length;
  let died = 0;
  try {
    for (const [n, killAt] of kills.entries()) {
      const at = modes[n] === 'full' ? { fullAt: killAt } : { killAt };
      const ended = await runEngine({ root, url: emulator.url, key, ...at });
      if (ended.kind === 'hang') return { died, reruns: 0, wrong: [`a hang before kill ${killAt}`] };
      if (ended.kind !== 'done') died += 1;
      if (modes[n] === 'emulator') await emulator.restart();
      if (modes[n] === 'machine') await rm(join(root, '.chargen'), { recursive: true, force: true });
    }
    const { runs, wrong } = await runUntilDone({ root, url: emulator.url, key });
    if (wrong.length > 0) return { died, reruns: runs, wrong };
    const uploads = await listUploads(emulator.url, key);
    const { ledgerFile } = emulator;
    const isStateLost = modes.includes('machine');
    return {
      died,
      reruns: runs,
      wrong: await checkWorld({ root, files, ledgerFile, itemsBefore, isStateLost, uploads }),
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Splits the cases among workers, each with an emulator of its own; `run` says how one case goes. */
export async function sweepCrashes({ cases, workers, onCase, run = crash }) {
  const queue = [...cases];
  const totals = { cases: 0, died: 0, reruns: 0, wrong: [] };
  const work = async (worker) => {
    const folder = await mkdtemp(join(tmpdir(), `sweep-${worker}-`));
    const emulator = new EmulatorProcess(folder);
    await emulator.start();
    try {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        const result = await run(emulator, folder, one);
        totals.cases += 1;
        totals.died += result.died;
        totals.reruns += result.reruns;
        for (const what of result.wrong) totals.wrong.push(`${one.mode} ${one.kills.join('+')}: ${what}`);
        onCase(one, result, totals);
      }
    } finally {
      await emulator.kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return totals;
}

/** Cases of a whole sweep: every boundary, and by chance two kills, a restarted emulator, a lost state, a full disk. */
export function allCases({ points, from = 1, to = points, step, seed }) {
  const random = seededRandom(seed);
  const anywhere = () => 1 + Math.floor(random() * points);
  const cases = [];
  for (let at = from; at <= to; at += step) {
    cases.push({ kills: [at], mode: 'crash', mark: `c${at}` });
    cases.push({ kills: [at], mode: 'machine', mark: `m${at}` });
    if (at % 3 === 0) cases.push({ kills: [at, anywhere()], mode: 'crash', mark: `t${at}` });
    if (at % 2 === 0) cases.push({ kills: [at], mode: 'full', mark: `f${at}` });
    if (at % 5 === 0) cases.push({ kills: [at], mode: 'emulator', mark: `e${at}` });
  }
  return cases;
}

/** A seeded choice of `size` cases: in turn one kill, two, a lost state, a restarted emulator, a full disk. */
export function sampleCases({ points, size, seed }) {
  const random = seededRandom(seed + 1);
  const all = allCases({ points, step: 1, seed })
    .map((one) => ({ one, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
  const kinds = [
    all.filter((one) => one.mode === 'crash' && one.kills.length === 1),
    all.filter((one) => one.kills.length === 2),
    all.filter((one) => one.mode === 'machine'),
    all.filter((one) => one.mode === 'emulator'),
    all.filter((one) => one.mode === 'full'),
  ];
  return Array.from({ length: size }, (_, n) => kinds[n % kinds.length][Math.floor(n / kinds.length)]);
}

/** All kinds of crashes one after another in one world: two kills, a lost state, a restarted emulator, a full disk. */
export function chainedCase(kills) {
  const kinds = ['crash', 'crash', 'machine', 'emulator', 'full'];
  const modes = kills.map((_, n) => kinds[n % kinds.length]);
  return { kills, mode: 'chain', modes, mark: 'chain' };
}
