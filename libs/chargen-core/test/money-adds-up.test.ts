import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { startEmulator, type BilledItem, type Emulator } from 'gemini-emulator';
import { describe, expect, it } from 'vitest';
import {
  analyzePictures,
  DEFAULT_SETTINGS,
  findScene,
  generateNow,
  listRuns,
  openGemini,
  paidAnswers,
  parseReport,
  REAL_PLACES,
  ResultStore,
  RunDirectories,
  sumCosts,
  SYSTEM_CLOCK,
  type GeminiDoor,
  type RunReport,
} from '../src/index.js';
import { modelFacts } from '../src/catalogue/index.js';
import { askAgainForWreck } from './support/ask-again.js';
import { doorWith, FILES, RunWorld } from './support/run-world.js';

/** What the sequence has done so far, as far as the sums depend on it. */
interface Model {
  wreck: number;
  take: number;
  wasKilled: boolean;
  /** US dollars that the reports of calls named. */
  reported: number;
  /** What was paid for, in any sequence. */
  readonly kinds: Set<string>;
}

interface Real {
  readonly world: RunWorld;
  readonly emulator: Emulator;
}

const settings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };

/** One synchronous request costs twice what one of a batch does; in millionths of a dollar, as Google's counts are. */
function priceOf({ model, job, inputTokens, outputTokens, images }: BilledItem): number {
  const prices = modelFacts(model)?.prices[0];
  if (prices === undefined) throw new Error(`No price of ${model}.`);
  const { input, output, imageOutput = 0 } = prices;
  const imageTokens = images * 1120;
  const full = inputTokens * input + imageTokens * imageOutput + (outputTokens - imageTokens) * output;
  return (full / 1_000_000) * (job === null ? 1 : 0.5);
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

class Killed extends Error {}

/** A door and a listener that end the call at their n-th use, as a kill would between two steps. */
function killer(uses: number): {
  readonly step: () => void;
  readonly door: (real: GeminiDoor) => GeminiDoor;
} {
  let left = uses;
  const step = (): void => {
    left -= 1;
    if (left === 0) throw new Killed('killed');
  };
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const value = await answer;
    step();
    return value;
  };
  return {
    step,
    door: (real) =>
      doorWith(real, {
        uploadFile: (upload, signal) => after(real.uploadFile(upload, signal)),
        createBatch: (request, signal) => after(real.createBatch(request, signal)),
        getBatch: (name, signal) => after(real.getBatch(name, signal)),
        downloadFile: (name, path, signal) => after(real.downloadFile(name, path, signal)),
      }),
  };
}

async function analyze({ world, emulator }: Real, waitMs: number): Promise<RunReport> {
  const read = await world.load();
  return analyzePictures({
    workspaceRoot: world.root,
    world: read,
    roots: read.entities.map((one) => one.folder.root),
    settings,
    places: REAL_PLACES,
    control: { pollInterval: 5, settleMs: 20, retryPause: 2, waitMs, submit: true, maxCost: undefined },
    openDoor: () => openGemini({ apiKey: 'test-key-1', baseUrl: emulator.url }),
    listener: () => undefined,
    onEntity: () => undefined,
    onPlan: () => undefined,
    signal: new AbortController().signal,
    clock: SYSTEM_CLOCK,
  });
}

/** `chargen now storm/wreck`; answers what the report of its run says. */
async function now({ world, emulator }: Real): Promise<number> {
  const read = await world.load();
  const found = findScene(read, 'storm/wreck');
  if (found.kind !== 'found') throw new Error(found.message);
  const before = new Set(await new RunDirectories(world.path('.chargen/batch')).list());
  await generateNow(
    {
      workspaceRoot: world.root,
      world: read,
      settings,
      places: REAL_PLACES,
      store: new ResultStore(world.path('.chargen/store')),
      openDoor: () => openGemini({ apiKey: 'test-key-1', baseUrl: emulator.url }),
      maxCost: undefined,
      confirm: () => Promise.resolve(true),
      onWait: () => undefined,
      signal: new AbortController().signal,
      clock: SYSTEM_CLOCK,
    },
    found.entity,
    found.scene,
  );
  const runs = new RunDirectories(world.path('.chargen/batch'));
  const made = (await runs.list()).filter((id) => !before.has(id));
  const reports = await Promise.all(made.map((id) => readFile(runs.directory(id).reportPath, 'utf8')));
  return sumOf(reports.map((text) => parseReport(text)?.costUsd ?? 0));
}

async function write(world: RunWorld, { wreck, take }: Model): Promise<void> {
  await world.write(
    FILES.chapter,
    `entity_type: chapter
name: Storm
scenes:
  - id: wreck
    title: Wreck
    take: ${String(take)}
    prompt: Wreck number ${String(wreck)}.
`,
  );
}

type Command = fc.AsyncCommand<Model, Real>;

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name };
}

const run = command('run', async (model, { world }) => {
  model.reported += (await world.generate()).report.costUsd ?? 0;
});

const leave = command('submit, and collect later', async (model, { world }) => {
  model.reported += (await world.generate({ control: { waitMs: 0 } })).report.costUsd ?? 0;
});

const runKilledAt = (uses: number): Command =>
  command(`run, killed at step ${String(uses)}`, async (model, { world }) => {
    const { step, door } = killer(uses);
    model.wasKilled = true;
    await world.generate({ door, onEvent: step }).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  });

const edit = command('edit', async (model, { world }) => {
  model.wreck += 1;
  await write(world, model);
});

const rollAgain = command('roll again', async (model, { world }) => {
  model.take += 1;
  await write(world, model);
});

const refuseNext = command('refuse the next', (_model, { emulator }) => {
  const fault = { kind: 'refuse', finishReason: 'IMAGE_SAFETY' } as const;
  emulator.faults.arm({ fault, match: { key: 'chapter/storm/wreck@*' } });
  return Promise.resolve();
});

const askOnceMore = command('ask once more for what was refused', async (_model, { world }) => {
  await askAgainForWreck(world).catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== 'There is no refusal.') throw error;
  });
});

const analysis = (isUnusable: boolean): Command =>
  command(isUnusable ? 'analyze, with an answer that cannot be used' : 'analyze', async (model, real) => {
    if (isUnusable) {
      real.emulator.faults.arm({ fault: { kind: 'schema-garbage' }, match: { key: '*portrait*' } });
    }
    model.reported += (await analyze(real, 20_000)).costUsd ?? 0;
  });

const atOnce = command('now', async (model, real) => {
  model.reported += await now(real);
});

const commands: fc.Arbitrary<Command>[] = [
  fc.constantFrom(run, leave, edit, rollAgain, refuseNext, askOnceMore, atOnce),
  fc.integer({ min: 1, max: 25 }).map(runKilledAt),
  fc.boolean().map(analysis),
];

/** The sums of every view are those of the service's own list of what it billed. */
async function check({ world, emulator }: Real, model: Model): Promise<void> {
  const billed = emulator.ledger.billed();
  const whole = sumOf(billed.map(priceOf));
  const context = { workspaceRoot: world.root, world: await world.load(), settings, places: REAL_PLACES };
  const paid = await paidAnswers(context, context.world.entities);
  expect(paid).toHaveLength(billed.length);
  for (const { kind } of paid) model.kinds.add(kind);
  if (billed.some(({ job }) => job === null)) model.kinds.add('now');
  const { total, byEntity, byModel, byMonth, byRun } = sumCosts(paid);
  const close = 0.000_002 * (billed.length + 1);
  const isWhole = (what: string, sum: number): void => {
    if (Math.abs(sum - whole) > close) throw new Error(`${what}: ${String(sum)} of ${String(whole)}`);
  };
  isWhole('the total', total.costUsd);
  for (const [what, groups] of Object.entries({ byEntity, byModel, byMonth, byRun })) {
    isWhole(what, sumOf(groups.map(({ costUsd }) => costUsd)));
    expect(sumOf(groups.map(({ answers }) => answers))).toBe(billed.length);
  }
  const history = await listRuns(world.path('.chargen/batch'));
  const costs = history.map((entry) =>
    entry.kind === 'run' ? (entry.run.costUsd ?? Number.NaN) : Number.NaN,
  );
  isWhole('the history', sumOf(costs));
  // What a killed call had collected is in no report.
  if (model.wasKilled) expect(model.reported).toBeLessThanOrEqual(whole + close);
  else isWhole('the reports', model.reported);
}

/** Runs commands in a world of their own, until all is made, and compares the sums. Answers what was paid for. */
async function sumsAfter(list: Iterable<Command>): Promise<ReadonlySet<string>> {
  const emulator = await startEmulator({ seed: 3 });
  const world = await RunWorld.create(emulator, { [FILES.mira]: MIRA });
  const real: Real = { world, emulator };
  const model: Model = { wreck: 0, take: 1, wasKilled: false, reported: 0, kinds: new Set() };
  try {
    await write(world, model);
    await fc.asyncModelRun(() => ({ model, real }), list);
    // All that was asked for is collected, since nobody can know the price of what still is at Google.
    model.reported += (await world.generate()).report.costUsd ?? 0;
    model.reported += (await analyze(real, 20_000)).costUsd ?? 0;
    await check(real, model);
    return model.kinds;
  } finally {
    await world.remove();
    await emulator.close();
  }
}

const MIRA = `entity_type: character
name: Mira
appearance: A fisher with grey eyes.
references:
  - { id: portrait, path: images/portrait.png, role: portrait }
scenes:
  - { id: first, title: First, prompt: Mira mends a net. }
`;

describe('the parts of every view of the cost are the whole that was billed', { timeout: 120_000 }, () => {
  it('for every kind of answer, and for a refusal that gave way to a picture', async () => {
    const list = [refuseNext, run, askOnceMore, run, analysis(true), edit, atOnce, rollAgain, leave];
    const kinds = await sumsAfter(list);
    expect([...kinds].sort()).toEqual(['analysis', 'now', 'picture', 'refusal', 'unusable']);
  });

  it('whatever happened in whatever order', async () => {
    const sequences = fc.commands(commands, { maxCommands: 10, size: 'max' });
    const property = fc.asyncProperty(sequences, async (list) => {
      await sumsAfter(list);
    });
    await fc.assert(property, { numRuns: 6, seed: 20_261_128, endOnFailure: true });
  });
});
