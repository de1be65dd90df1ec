import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isWithin, replaceIfUnchanged } from 'chargen-core';
import type { FileEdit } from 'chargen-plugin/setup';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
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

/**
 * Writes the files of the plan; the journal is written first, so that a crash in between can be undone too. A file
 * that was saved since the plan was made stays as it is: throws CliError.
 */
export async function applyEdits(root: string, edits: readonly FileEdit[]): Promise<void> {
  const earlier = readJournal(root) ?? EMPTY;
  const stepsOf = (some: readonly FileEdit[]): Journal => ({
    ...earlier,
    steps: [
      ...earlier.steps,
      ...some.map(({ path, before, after }) => ({ path, before: before ?? null, after })),
    ],
  });
  writeJournal(root, stepsOf(edits));
  for (const [index, { path, before, after }] of edits.entries()) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    const { kind } = await replaceIfUnchanged(file, bytesOf(before), after);
    if (kind === 'replaced') continue;
    writeJournal(root, stepsOf(edits.slice(0, index)));
    throw new CliError(
      `${path} was changed while init ran, and stays as it is. To go on: chargen init. To undo the rest: chargen init --undo`,
    );
  }
}

function bytesOf(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text);
}

/** Notes a file that a package manager wrote: its lock file, as it was before. */
export function noteFile(root: string, step: Omit<FileEdit, 'says'>): void {
  const journal = readJournal(root) ?? EMPTY;
  const { path, before, after } = step;
  writeJournal(root, { ...journal, steps: [...journal.steps, { path, before: before ?? null, after }] });
}

/** Does work that makes these folders, if they are not there yet: noted first, since it may be killed. */
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

/** Undoes what init wrote, the last first; a file that was changed since then, or is saved meanwhile, is left. */
export async function undo(root: string): Promise<readonly Undone[] | undefined> {
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
    const file = join(root, path);
    if (!existsSync(file)) continue;
    const { kind } = await replaceIfUnchanged(file, Buffer.from(after), before ?? undefined);
    if (kind === 'missing') continue;
    if (kind === 'changed') {
      done.push({ path, what: 'left' });
      continue;
    }
    done.push({ path, what: before === null ? 'removed' : 'restored' });
    if (before === null) removeEmptyFolders(root, dirname(file));
  }
  rmSync(join(root, PATH), { force: true });
  removeEmptyFolders(root, join(root, '.chargen'));
  return done;
}

function removeEmptyFolders(root: string, folder: string): void {
  for (let next = folder; next !== root && isWithin(root, next); next = dirname(next)) {
    try {
      rmdirSync(next);
    } catch {
      // It holds something else.
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
