import {
  isOfKeptAnswer,
  readDeadLetters,
  removeDeadLetter,
  type DeadLetter,
} from './journal/dead-letters.js';
import { RunDirectories } from './journal/run-directory.js';

/** Dead letters of all runs, the newest of each item: what failed and why, for reports. */
export async function listDeadLetters(batchFolder: string): Promise<DeadLetter[]> {
  const runs = new RunDirectories(batchFolder);
  const newest = new Map<string, DeadLetter>();
  for (const runId of await runs.list()) {
    for (const letter of await readDeadLetters(runs.directory(runId))) newest.set(letter.key, letter);
  }
  return [...newest.values()];
}

/** Removes the dead letters of kept answers that an author asks again for, in all runs. */
export async function dropRefusedLetters(batchFolder: string, keys: ReadonlySet<string>): Promise<void> {
  const runs = new RunDirectories(batchFolder);
  for (const runId of await runs.list()) {
    const directory = runs.directory(runId);
    for (const letter of await readDeadLetters(directory)) {
      if (isOfKeptAnswer(letter) && keys.has(letter.key)) await removeDeadLetter(directory, letter.name);
    }
  }
}
