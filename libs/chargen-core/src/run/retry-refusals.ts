import { rm } from 'node:fs/promises';
import { readRefusal } from '../recipe/index.js';
import type { ResultStore } from '../store/index.js';
import { readDeadLetters, removeDeadLetter, type DeadLetter } from './journal/dead-letters.js';
import { RunDirectories } from './journal/run-directory.js';

export interface RetryOptions {
  readonly store: ResultStore;
  /** Absolute: `.chargen/batch`. */
  readonly batchFolder: string;
  /** Absolute paths where `<scene>.refused.json` of the chosen scenes may lie. */
  readonly refusals: readonly string[];
  /** Google's words (`IMAGE_SAFETY` …) to forget; left out: all. */
  readonly reasons?: ReadonlySet<string>;
}

export interface Retried {
  /** `character/cidrella-vexweld/workshop-tinkering@sha256:…` */
  readonly item: string;
  readonly key: string;
  readonly reason: string;
}

/**
 * Forgets refusals, so that exactly these requests are asked (and paid) once more by the next run. Failures need
 * no forgetting: they are pending, and the next run takes them alone. Whoever runs Nx afterwards must skip its
 * cache for these projects, since the refusal is an output that the cache would bring back.
 */
export async function retryRefusals(options: RetryOptions): Promise<Retried[]> {
  const { store, reasons } = options;
  const retried: Retried[] = [];
  for (const path of options.refusals) {
    const refusal = await readRefusal(path);
    if (refusal.kind !== 'present') continue;
    const { item, key, reason } = refusal.value;
    if (reasons !== undefined && !reasons.has(reason)) continue;
    // The store first: after a crash in between the file still tells what is to be forgotten.
    await store.forgetRefusal(key);
    await rm(path, { force: true });
    retried.push({ item, key, reason });
  }
  await dropLetters(options.batchFolder, new Set(retried.map((one) => one.key)));
  return retried;
}

async function dropLetters(batchFolder: string, keys: ReadonlySet<string>): Promise<void> {
  const runs = new RunDirectories(batchFolder);
  for (const runId of await runs.list()) {
    const directory = runs.directory(runId);
    for (const letter of await readDeadLetters(directory)) {
      if (letter.class === 'refused' && keys.has(letter.key)) await removeDeadLetter(directory, letter.name);
    }
  }
}

/** Dead letters of all runs, the newest of each item, for whoever shows what failed and why. */
export async function listDeadLetters(batchFolder: string): Promise<DeadLetter[]> {
  const runs = new RunDirectories(batchFolder);
  const newest = new Map<string, DeadLetter>();
  for (const runId of await runs.list()) {
    for (const letter of await readDeadLetters(runs.directory(runId))) newest.set(letter.key, letter);
  }
  return [...newest.values()];
}
