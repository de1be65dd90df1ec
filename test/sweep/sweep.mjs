#!/usr/bin/env node
/**
 * npm run sweep                       every boundary of a run: killed there, run again, checked
 * npm run sweep -- --sample 12        a seeded choice of them
 * npm run sweep -- --faults           every fault of the emulator, alone and in random pairs
 * npm run sweep -- --nx               a dozen boundaries of the real `nx run-many -t generate`
 * npm run sweep -- --machines         two machines that start at once, and one that starts later
 * npm run sweep -- --now              every boundary of `chargen now`, taken up by a run
 * npm run sweep -- --shared           every boundary of a machine beside another one, with a shared store
 * npm run sweep -- --store            machines that start at once, with a shared store that has a bad moment
 * npm run sweep -- --author           every boundary of a run, at which an author acts
 *
 * --seed <n>  --step <n>  --from <n> --to <n> (boundaries)  --workers <n>  --runs <n>  --points (list the boundaries and stop)
 * --at <n>    at this boundary alone; of a run at some (--at 90,60,…) in one world, with another kind of crash each time
 */
import { parseArgs } from 'node:util';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUTHOR_ACTS, authorActs } from './author.mjs';
import { crashNow, NOW_SCENE } from './crash-now.mjs';
import { crashShared } from './crash-shared.mjs';
import { allCases, chainedCase, countPoints, sampleCases, sweepCrashes } from './crashes.mjs';

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
    at: { type: 'string' },
    from: { type: 'string', default: '1' },
    to: { type: 'string' },
    workers: { type: 'string', default: '2' },
    runs: { type: 'string', default: '500' },
    points: { type: 'boolean', default: false },
    faults: { type: 'boolean', default: false },
    nx: { type: 'boolean', default: false },
    machines: { type: 'boolean', default: false },
    now: { type: 'boolean', default: false },
    shared: { type: 'boolean', default: false },
    store: { type: 'boolean', default: false },
    author: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const started = Date.now();

/** How one case goes, what is killed, and which cases there are: all kinds of them, or one at each boundary. */
function kindOfSweep() {
  if (values.now) return { run: crashNow, killed: { now: NOW_SCENE }, cases: oneEach };
  if (values.author) return { run: authorActs, killed: {}, cases: oneOfEachAct };
  if (values.shared) return { run: crashShared, killed: { isShared: true }, cases: oneEach };
  return { run: undefined, killed: {}, cases: everyKind };
}

/** The boundaries of `--at`. */
const chosen = values.at?.split(',').map(Number);

function everyKind(points) {
  if (chosen !== undefined) return [chainedCase(chosen)];
  if (values.sample !== undefined) return sampleCases({ points, size: Number(values.sample), seed });
  const [from, to, step] = [Number(values.from), Number(values.to ?? points), Number(values.step)];
  return allCases({ points, from, to, step, seed });
}

function oneEach(points) {
  if (chosen !== undefined) return chosen.map((at) => ({ kills: [at], mode: 'crash', mark: `b${at}` }));
  const step = values.sample === undefined ? Number(values.step) : points / Number(values.sample);
  const cases = [];
  for (let at = Number(values.from); at <= Number(values.to ?? points); at += step) {
    cases.push({ kills: [Math.floor(at)], mode: 'crash', mark: `b${Math.floor(at)}` });
  }
  return cases;
}

/** At each boundary two of the acts in turn, so that each act meets every third or fourth boundary. */
function oneOfEachAct(points) {
  return oneEach(points).flatMap(({ kills }) =>
    [0, 1].map((n) => {
      const act = AUTHOR_ACTS[(kills[0] * 2 + n) % AUTHOR_ACTS.length];
      return { kills, act, mode: act, mark: `a${kills[0]}-${act}` };
    }),
  );
}

/** The boundaries of an undisturbed run, as many as there are. Chosen ones need not be counted first. */
async function boundaries(killed) {
  const traceFile = join(tmpdir(), `sweep-trace-${process.pid}`);
  const points = await countPoints(traceFile, killed);
  const trace = (await readFile(traceFile, 'utf8')).split('\n');
  await rm(traceFile, { force: true });
  return { points, trace };
}

async function crashes() {
  const kind = kindOfSweep();
  const { points, trace } = chosen === undefined ? await boundaries(kind.killed) : { points: 0, trace: [] };
  if (values.points) {
    process.stdout.write(`${trace.join('\n')}\n`);
    return 0;
  }
  const cases = kind.cases(points);
  if (points > 0)
    process.stdout.write(
      `An undisturbed run has ${points} boundaries; ${cases.length} cases, seed ${seed}.\n`,
    );
  const totals = await sweepCrashes({
    cases,
    workers: Math.min(Number(values.workers), cases.length),
    run: kind.run,
    onCase: (one, result, { cases: done }) => {
      for (const what of result.wrong) {
        process.stdout.write(
          `WRONG ${one.mode} ${one.kills.join('+')} (${trace[one.kills[0] - 1] ?? ''}): ${what}\n`,
        );
      }
      if (done % 50 === 0) process.stdout.write(`${done}/${cases.length}\n`);
    },
  });
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(
    values.author
      ? `${totals.died} points at which an author acted, ${totals.wrong.length} wrong, ${seconds} s.\n`
      : `${totals.cases} cases, ${totals.died} kills, ${totals.reruns} runs after a kill, ${totals.wrong.length} wrong, ${seconds} s.\n`,
  );
  return totals.wrong.length === 0 ? 0 : 1;
}

async function main() {
  if (values.faults) return (await import('./faults.mjs')).sweepFaults({ runs: Number(values.runs), seed });
  if (values.nx) return (await import('./nx.mjs')).sweepNx({ seed, points: Number(values.sample ?? '12') });
  if (values.machines) return (await import('./machines.mjs')).sweepMachines({ rounds: Number(values.runs) });
  if (values.store) return (await import('./stores.mjs')).sweepStores({ rounds: Number(values.runs), seed });
  return crashes();
}

process.exitCode = await main();
