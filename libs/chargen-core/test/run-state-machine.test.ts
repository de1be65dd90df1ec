import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { startEmulator, type Emulator, type FaultRule } from 'gemini-emulator';
import { expect, it } from 'vitest';
import { listRuns, type RunReport } from '../src/index.js';
import { FILES, paidTwice, RunWorld } from './support/run-world.js';

const HOUR = 3_600_000;

/** What authors have written, and every request that was ever wanted: nothing else may be paid, and nothing twice. */
interface Model {
  dawn: number;
  leaving: number;
  wreck: number;
  readonly wanted: Set<string>;
}

interface Real {
  readonly world: RunWorld;
  readonly emulator: Emulator;
}

function want(model: Model): void {
  model.wanted.add(`dawn ${String(model.dawn)}`);
  model.wanted.add(`wreck ${String(model.wreck)}`);
  model.wanted.add(`leaving ${String(model.leaving)} of dawn ${String(model.dawn)}`);
}

async function write(world: RunWorld, model: Model): Promise<void> {
  await world.write(
    FILES.harbour,
    `entity_type: location\nname: Harbour\nscenes:\n  - { id: dawn, title: Dawn, prompt: Dawn number ${String(model.dawn)}. }\n`,
  );
  await world.write(
    FILES.chapter,
    `entity_type: chapter
name: Storm
scenes:
  - id: leaving
    title: Leaving
    prompt: Leaving number ${String(model.leaving)}.
    references: [{ location: harbour, scene: dawn }]
  - { id: wreck, title: Wreck, prompt: Wreck number ${String(model.wreck)}. }
`,
  );
}

interface Call {
  readonly waitMs: number;
  readonly passesTime: boolean;
  readonly abortAt?: number;
}

async function generate({ world, emulator }: Real, options: Call): Promise<RunReport> {
  const abort = new AbortController();
  let events = 0;
  const clock = options.passesTime
    ? setInterval(() => {
        emulator.advanceClock(HOUR);
      }, 15)
    : undefined;
  try {
    const { report } = await world.generate({
      only: ['harbour', 'storm'],
      control: { waitMs: options.waitMs, settleMs: 20 },
      signal: abort.signal,
      onEvent: () => {
        events += 1;
        if (events === options.abortAt) abort.abort();
      },
    });
    return report;
  } finally {
    clearInterval(clock);
  }
}

function check({ emulator }: Real, model: Model): void {
  expect(paidTwice(emulator)).toEqual([]);
  expect(emulator.ledger.billed().length).toBeLessThanOrEqual(model.wanted.size);
}

/** Runs until everything is made; a job whose answer was lost before it left is given up by a person. */
async function finish(real: Real): Promise<void> {
  const { emulator } = real;
  emulator.faults.clear();
  for (let tries = 0; tries < 4; tries += 1) {
    const report = await generate(real, { waitMs: 20_000, passesTime: true });
    if (report.stop?.kind === 'uncertain') {
      await real.world.cancel(report.stop.runId);
      continue;
    }
    const { done, generated, reused } = report.totals;
    if (done + generated + reused === 3) return;
  }
  throw new Error('It was never done.');
}

type Command = fc.AsyncCommand<Model, Real>;

const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run: async (model, real) => {
    await run(model, real);
    check(real, model);
  },
  toString: () => name,
});

const FAULTS: readonly FaultRule[] = [
  { fault: { kind: 'drop', when: 'after' }, match: { route: 'batches.create' } },
  { fault: { kind: 'drop', when: 'before' }, match: { route: 'batches.create' } },
  { fault: { kind: 'http-error', status: 429, retryDelay: '0.01s' }, match: { route: 'batches.create' } },
  { fault: { kind: 'http-error', status: 400 }, match: { route: 'batches.create' } },
  { fault: { kind: 'http-error', status: 503 }, match: { route: 'batches.list' }, times: 6 },
  { fault: { kind: 'drop', when: 'before' }, match: { route: 'batches.get' }, times: 3 },
  { fault: { kind: 'truncated-body', share: 0.7 }, match: { route: 'files.download' } },
  { fault: { kind: 'cut-body', share: 0.3 }, match: { route: 'files.download' } },
  { fault: { kind: 'http-error', status: 500 }, match: { route: 'files.upload' } },
  { fault: { kind: 'late-output', polls: 2 } },
  { fault: { kind: 'job-expired' } },
  { fault: { kind: 'job-failed' } },
  { fault: { kind: 'item-error', code: 13 } },
];

const commands = [
  fc.constantFrom('dawn' as const, 'leaving' as const, 'wreck' as const).chain((scene) =>
    fc.nat(2).map((version) =>
      command(`edit ${scene} to ${String(version)}`, async (model, real) => {
        model[scene] = version;
        await write(real.world, model);
      }),
    ),
  ),
  fc.constant(
    command('generate', async (model, real) => {
      want(model);
      await generate(real, { waitMs: 2_000, passesTime: true });
    }),
  ),
  fc.constant(
    command('submit and leave', async (model, real) => {
      want(model);
      await generate(real, { waitMs: 0, passesTime: false });
    }),
  ),
  fc.integer({ min: 1, max: 20 }).map((abortAt) =>
    command(`interrupt at event ${String(abortAt)}`, async (model, real) => {
      want(model);
      await generate(real, { waitMs: 2_000, passesTime: true, abortAt });
    }),
  ),
  fc.constantFrom(0, 2_000).map((waitMs) =>
    command(`generate twice at once, waiting ${String(waitMs)} ms`, async (model, real) => {
      want(model);
      const call = { waitMs, passesTime: true };
      await Promise.all([generate(real, call), generate(real, call)]);
    }),
  ),
  fc.constantFrom(0, 2_000).map((waitMs) =>
    command(`generate on another machine, waiting ${String(waitMs)} ms`, async (model, real) => {
      want(model);
      const world = await real.world.clone();
      await generate({ ...real, world }, { waitMs, passesTime: waitMs > 0 });
      await world.remove();
    }),
  ),
  fc.constant(
    command('cancel the runs that are open', async (_model, real) => {
      for (const entry of await listRuns(real.world.path('.chargen/batch'))) {
        if (entry.kind !== 'run' || ['completed', 'failed'].includes(entry.run.phase)) continue;
        await real.world.cancel(entry.run.runId);
      }
    }),
  ),
  fc.constant(
    command('lose the state', async (_model, real) => {
      await rm(real.world.path('.chargen'), { recursive: true, force: true });
    }),
  ),
  fc.constantFrom('locations/harbour/images', 'chapters/storm/images').map((images) =>
    command(`delete ${images}`, async (_model, real) => {
      await rm(real.world.path('content', images), { recursive: true, force: true });
    }),
  ),
  fc.constantFrom(...FAULTS).map((rule) =>
    command(`fault ${JSON.stringify(rule.fault)} of ${String(rule.match?.route)}`, (_model, real) => {
      real.emulator.faults.arm(rule);
      return Promise.resolve();
    }),
  ),
];

it('pays for nothing twice and for nothing unasked, whatever happens in whatever order, and always gets done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 9, size: 'max' }), async (list) => {
      const emulator = await startEmulator({ seed: 5, jobDuration: HOUR });
      const world = await RunWorld.create(emulator);
      const model: Model = { dawn: 0, leaving: 0, wreck: 0, wanted: new Set() };
      const real: Real = { world, emulator };
      try {
        await write(world, model);
        await fc.asyncModelRun(() => ({ model, real }), list);
        want(model);
        await finish(real);
        check(real, model);
      } finally {
        await world.remove();
        await emulator.close();
      }
    }),
    { numRuns: Number(process.env['CHARGEN_PROPERTY_RUNS'] ?? '6'), seed: 20261122, endOnFailure: false },
  );
}, 180_000);
