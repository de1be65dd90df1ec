import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import type { FileStep } from './plan-init.js';
import { textOfFile } from '../workspace/text-of-file.js';

/** What init did, so that it can be taken back. */
const journalSchema = z.object({
  v: z.literal(1),
  steps: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string() })),
  /** Folders that are there only because of init: node_modules, previews, the data of Nx. */
  made: z.array(z.string()),
});
type Journal = z.infer<typeof journalSchema>;

const PATH = '.chargen/init.json';
const EMPTY: Journal = { v: 1, steps: [], made: [] };

export interface Undone {
  readonly path: string;
  readonly what: 'restored' | 'removed' | 'left';
}

/** Writes the steps; the journal goes first, so that a crash in between can be taken back too. */
export function applySteps(root: string, steps: readonly FileStep[]): void {
  const earlier = readJournal(root);
  const journal: Journal = {
    v: 1,
    steps: [
      ...(earlier?.steps ?? []),
      ...steps.map(({ path, before, after }) => ({ path, before: before ?? null, after })),
    ],
    made: earlier?.made ?? [],
  };
  writeJournal(root, journal);
  for (const { path, after } of steps) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), after);
  }
}

/** Notes a file that a package manager wrote: its lock file, as it was before. */
export function noteFile(root: string, step: Omit<FileStep, 'says'>): void {
  const journal = readJournal(root) ?? EMPTY;
  const { path, before, after } = step;
  writeJournal(root, { ...journal, steps: [...journal.steps, { path, before: before ?? null, after }] });
}

/** Does work that makes these folders, where they are not there yet: noted first, since it may be killed. */
export function notingFolders<T>(
  root: string,
  folders: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const journal = readJournal(root) ?? EMPTY;
  const absent = folders.filter((folder) => !existsSync(join(root, folder)));
  if (absent.length > 0) writeJournal(root, { ...journal, made: [...new Set([...journal.made, ...absent])] });
  return work();
}

/** Takes back what init wrote, the last first; a file that somebody changed since then is left as it is. */
export function undo(root: string): readonly Undone[] | undefined {
  const journal = readJournal(root);
  if (journal === undefined) return undefined;
  const done: Undone[] = [];
  for (const path of journal.made.toReversed()) {
    if (!existsSync(join(root, path))) continue;
    rmSync(join(root, path), { recursive: true, force: true });
    removeEmptyFolders(root, dirname(join(root, path)));
    done.push({ path, what: 'removed' });
  }
  for (const { path, before, after } of journal.steps.toReversed()) {
    const present = textOfFile(join(root, path));
    if (present !== after) {
      if (present !== undefined) done.push({ path, what: 'left' });
      continue;
    }
    if (before !== null) {
      writeFileSync(join(root, path), before);
      done.push({ path, what: 'restored' });
      continue;
    }
    rmSync(join(root, path));
    removeEmptyFolders(root, dirname(join(root, path)));
    done.push({ path, what: 'removed' });
  }
  rmSync(join(root, PATH), { force: true });
  removeEmptyFolders(root, join(root, '.chargen'));
  return done;
}

function removeEmptyFolders(root: string, folder: string): void {
  for (
    let next = folder;
    relative(root, next) !== '' && !relative(root, next).startsWith('..');
    next = dirname(next)
  ) {
    try {
      rmdirSync(next);
    } catch {
      // Something else lies in it.
      return;
    }
  }
}

function readJournal(root: string): Journal | undefined {
  const text = textOfFile(join(root, PATH));
  if (text === undefined) return undefined;
  const parsed = journalSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}

function writeJournal(root: string, journal: Journal): void {
  mkdirSync(dirname(join(root, PATH)), { recursive: true });
  writeFileSync(join(root, PATH), `${JSON.stringify(journal, undefined, 2)}\n`);
}
