import { readFile } from 'node:fs/promises';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  generatePictures,
  openGemini,
  REAL_PLACES,
  SYSTEM_CLOCK,
  type RunEvent,
} from 'chargen-core';
import { startEmulator } from 'gemini-emulator';
import { z } from 'zod';
import { countOf, textOf, type Task } from '../task.js';

const list = z.array(z.string());

/** A run up to its submit, with an emulator that answers each upload so many milliseconds late. */
const stage: Task = async (given) => {
  const root = textOf(given, 'root');
  const files = list.parse(JSON.parse(await readFile(textOf(given, 'list'), 'utf8')));
  const world = new ContentReader(root).load(files, 'content/style.yaml');
  // Jobs last an hour, so that nothing is drawn here.
  const emulator = await startEmulator({ port: 0, seed: 1, tier: 'tier3', jobDuration: 3_600_000 });
  emulator.faults.arm({
    fault: { kind: 'slow', ms: countOf(given, 'delay') },
    match: { route: 'files.upload' },
    times: 'always',
  });
  let begin: number | undefined;
  let end = 0;
  let uploaded = 0;
  let reused = 0;
  const listener = (event: RunEvent): void => {
    // Of the first job: what later ones need is uploaded by then.
    if (event.kind === 'phase' && event.phase === 'staging') begin ??= performance.now();
    if (event.kind === 'uploaded') {
      uploaded += 1;
      end = performance.now();
    }
    if (event.kind === 'upload-reused') reused += 1;
  };
  const report = await generatePictures({
    workspaceRoot: root,
    world,
    roots: world.entities.map(({ folder }) => folder.root),
    settings: { ...DEFAULT_SETTINGS, maxItemsPerJob: 10_000 },
    places: REAL_PLACES,
    control: { pollInterval: 5, settleMs: 100, retryPause: 5, waitMs: 0, submit: true, maxCost: undefined },
    openDoor: () => openGemini({ apiKey: 'bench', baseUrl: emulator.url }),
    listener,
    onEntity: () => undefined,
    onPlan: () => undefined,
    signal: new AbortController().signal,
    clock: SYSTEM_CLOCK,
  });
  const count = (route: string): number =>
    emulator.ledger.requests().filter((request) => request.route === route).length;
  const numbers = {
    ms: end - (begin ?? end),
    uploaded,
    reused,
    starts: count('files.start'),
    bodies: count('files.upload'),
    jobs: count('batches.create'),
    pending: report.totals.pending,
  };
  await emulator.close();
  return numbers;
};

export const tasks = { stage };
