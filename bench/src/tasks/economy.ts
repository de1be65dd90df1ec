import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContentReader, findImageryFiles, generatePictures, openGemini, type Clock } from 'chargen-core';
import { startEmulator, type Emulator } from 'gemini-emulator';
import { PictureMaker } from '../make/picture.js';
import { pick, seededRandom } from '../make/random.js';
import { countOf, textOf, type Numbers, type Task } from '../task.js';
import { callOptions } from './generate-call.js';

const HOUR = 3_600_000;
/** As the command has it where no variable says otherwise. */
const POLL_INTERVAL = 30_000;

/** Time that passes only while the engine sleeps, for the engine and the emulator alike. */
class SteppedTime implements Clock {
  #now = Date.parse('2026-01-05T08:00:00Z');
  slept = 0;

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    this.#now += ms;
    this.slept += ms;
    // Work of other tasks in this process, such as the emulator's drawing, goes on between two sleeps.
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  pass(ms: number): void {
    this.#now += ms;
  }
}

async function run(
  root: string,
  emulator: Emulator,
  clock: SteppedTime,
): Promise<{ made: number; jobs: number }> {
  const files = await findImageryFiles(root, 'content');
  const world = new ContentReader(root).load(files, 'content/style.yaml');
  const before = emulator.ledger.requests().length;
  const options = callOptions(root, world);
  const report = await generatePictures({
    ...options,
    control: { ...options.control, pollInterval: POLL_INTERVAL, settleMs: 60_000, retryPause: 1000 },
    openDoor: () => openGemini({ apiKey: 'bench', baseUrl: emulator.url }),
    clock,
  });
  const jobs = emulator.ledger
    .requests()
    .slice(before)
    .filter((request) => request.route === 'batches.create').length;
  return { made: report.totals.generated, jobs };
}

function open(given: Parameters<Task>[0], clock: SteppedTime): Promise<Emulator> {
  return startEmulator({
    port: 0,
    seed: 1,
    clock,
    tier: 'tier3',
    jobDuration: countOf(given, 'hours') * HOUR,
  });
}

function countsOf(emulator: Emulator): Record<string, number> {
  const counts: Record<string, number> = { total: 0, bytesIn: 0 };
  for (const { route, bytesIn } of emulator.ledger.requests()) {
    counts[route] = (counts[route] ?? 0) + 1;
    counts['total'] = (counts['total'] ?? 0) + 1;
    counts['bytesIn'] = (counts['bytesIn'] ?? 0) + bytesIn;
  }
  return counts;
}

/** One run from nothing, with every request counted. */
const oneRun: Task = async (given) => {
  const clock = new SteppedTime();
  const emulator = await open(given, clock);
  const root = textOf(given, 'root');
  const { made, jobs } = await run(root, emulator, clock);
  const bytesOut = await resultBytes(join(root, '.chargen', 'batch'));
  const numbers = { ...countsOf(emulator), made, jobs, bytesOut, waitedHours: clock.slept / HOUR };
  await emulator.close();
  return numbers;
};

async function resultBytes(batch: string): Promise<number> {
  let bytes = 0;
  for (const path of await readdir(batch, { recursive: true })) {
    if (/results-\d+\.jsonl$/.test(path)) bytes += (await stat(join(batch, path))).size;
  }
  return bytes;
}

/**
 * A week in which writers change prompts, take changes back, add remarks, draw portraits anew, lose their local
 * state and run again and again; each day ends with a run that has nothing to do.
 */
const writersWeek: Task = async (given) => {
  const clock = new SteppedTime();
  const emulator = await open(given, clock);
  const root = textOf(given, 'root');
  const random = seededRandom(countOf(given, 'seed'));
  const originals = new Map<string, string>();
  let runs = 0;
  let idleRequests = 0;
  await run(root, emulator, clock);
  for (let day = 0; day < countOf(given, 'days'); day += 1) {
    for (let round = 0; round < 3; round += 1) {
      await edit(root, random, originals);
      await run(root, emulator, clock);
      runs += 1;
      clock.pass(HOUR);
    }
    // The store and the journal are one machine's; the pictures and recipes are in git.
    if (day % 3 === 2) await rm(join(root, '.chargen'), { recursive: true, force: true });
    const before = emulator.ledger.requests().length;
    await run(root, emulator, clock);
    runs += 1;
    idleRequests += emulator.ledger.requests().length - before;
    clock.pass(12 * HOUR);
  }
  const billed = emulator.ledger.billed();
  const keys = new Set(billed.map((item) => item.hash ?? item.requestHash));
  const numbers: Numbers = { runs, billed: billed.length, keys: keys.size, idleRequests };
  await emulator.close();
  return numbers;
};

async function edit(root: string, random: () => number, originals: Map<string, string>): Promise<void> {
  const files = await findImageryFiles(root, 'content');
  for (let n = 0; n < 3; n += 1) {
    const file = join(root, pick(random, files));
    const text = await readFile(file, 'utf8');
    const scene = Math.floor(random() * 4);
    switch (Math.floor(random() * 5)) {
      case 0: {
        // Another prompt for one scene.
        originals.set(file, originals.get(file) ?? text);
        await writeFile(
          file,
          text.replace(`scene-${String(scene)} of`, `scene-${String(scene)} by night of`),
        );
        break;
      }
      case 1: {
        const original = originals.get(file);
        if (original !== undefined) await writeFile(file, original);
        break;
      }
      case 2:
        await writeFile(file, `# ${String(random())}\n${text}`);
        break;
      case 3: {
        const portrait = file.replace('imagery.yaml', 'images/portrait.png');
        const isThere = await readFile(portrait).then(
          () => true,
          () => false,
        );
        if (isThere) await writeFile(portrait, new PictureMaker(256, 320, 7).make(Math.floor(random() * 3)));
        break;
      }
      default:
        // Two scenes change places.
        await writeFile(
          file,
          text.replace(/( {2}- id: scene-1\n[^]*?)( {2}- id: scene-2\n[^]*?)(?= {2}- id:|$)/, '$2$1'),
        );
    }
  }
}

export const tasks = { oneRun, writersWeek };
