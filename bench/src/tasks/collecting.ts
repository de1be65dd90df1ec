import { once } from 'node:events';
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  asContentKey,
  collectResults,
  DEFAULT_SETTINGS,
  openGemini,
  ResultStore,
  RunDirectories,
  SYSTEM_CLOCK,
} from 'chargen-core';
import { z } from 'zod';
import { UploadLedger } from '../../../libs/chargen-core/dist/run/submit/uploads.js';
import { makeResultFile, resultKey } from '../make/result-file.js';
import { timed } from '../measure.js';
import { countOf, textOf, type Task } from '../task.js';

const line = z.object({
  key: z.string(),
  response: z.object({
    candidates: z.array(
      z.object({
        content: z.object({ parts: z.array(z.object({ inlineData: z.object({ data: z.string() }) })) }),
      }),
    ),
  }),
});

const make: Task = async (given) => {
  const { bytes, lines } = await makeResultFile(
    textOf(given, 'file'),
    countOf(given, 'bytes'),
    countOf(given, 'seed'),
  );
  return { bytes, lines };
};

/** The bare loop: readline's line event, which is its fastest form, JSON.parse, base64 decode, write. */
const floor: Task = async (given) => {
  const out = textOf(given, 'out');
  const durable = given['fsync'] === true;
  mkdirSync(out, { recursive: true });
  let lines = 0;
  const ms = await timed(async () => {
    const reader = createInterface({ input: createReadStream(textOf(given, 'file')), crlfDelay: Infinity });
    reader.on('line', (text) => {
      const { response } = line.parse(JSON.parse(text));
      const data = response.candidates[0]?.content.parts[0]?.inlineData.data ?? '';
      const file = openSync(join(out, `${String(lines)}.png`), 'w');
      writeFileSync(file, Buffer.from(data, 'base64'));
      if (durable) fsyncSync(file);
      closeSync(file);
      lines += 1;
    });
    await once(reader, 'close');
  });
  return { ms, lines };
};

/** The engine: each answer checked, hashed and durable in the store before the next line is read. */
const engine: Task = async (given) => {
  const root = textOf(given, 'out');
  const runs = new RunDirectories(join(root, 'batch'));
  const runId = '2026-01-01T00-00-00Z-bench';
  const directory = runs.directory(runId);
  await mkdir(directory.folder, { recursive: true });
  const file = textOf(given, 'file');
  await rename(file, directory.resultsPath(1));
  const keys = Array.from({ length: countOf(given, 'lines') }, (_, n) =>
    asContentKey(resultKey(countOf(given, 'seed'), n)),
  );
  const job = {
    n: 1,
    displayName: 'bench',
    model: DEFAULT_SETTINGS.generationModel,
    keys,
    foreign: false,
    stage: 'submitted' as const,
    uploads: [],
    tokens: 0,
    costHigh: 0,
  };
  const now = new Date(0).toISOString();
  const state = {
    v: 1 as const,
    runId,
    workspaceId: 'bench',
    kind: 'generate' as const,
    keyFingerprint: '',
    phase: 'applying' as const,
    createdAt: now,
    updatedAt: now,
    jobs: [job],
    failures: [],
  };
  const door = await openGemini({ apiKey: 'bench', baseUrl: 'http://127.0.0.1:9' });
  const context = {
    workspaceRoot: root,
    kind: 'generate' as const,
    settings: DEFAULT_SETTINGS,
    door,
    store: new ResultStore(join(root, 'store')),
    runs,
    uploads: new UploadLedger(join(root, 'uploads.json'), SYSTEM_CLOCK, join(root, '.tmp')),
    clock: SYSTEM_CLOCK,
    pace: { minTimeout: 1, clock: SYSTEM_CLOCK },
    listener: () => undefined,
    reportOnce: () => undefined,
    signal: new AbortController().signal,
    pollInterval: 1,
    settleMs: 1,
    readText: () => ({ kind: 'rejected' as const, why: 'pictures only' }),
    attempts: () => 0,
  };
  try {
    let generated = 0;
    const ms = await timed(async () => {
      const collected = await collectResults(context, {
        directory,
        state,
        job,
        items: new Map(),
        hasResults: true,
      });
      generated = collected.generated;
    });
    return { ms, lines: generated };
  } finally {
    await rename(directory.resultsPath(1), file);
  }
};

export const tasks = { make, floor, engine };
