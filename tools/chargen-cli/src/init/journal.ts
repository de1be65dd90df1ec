import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DERIVED_STATE, isWithin, patternsInUse, REAL_PLACES, replaceIfUnchanged } from 'chargen-core';
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

const PATH = `${REAL_PLACES.stateDir}/init.json`;
const GIT_IGNORE = '.gitignore';
/** Of the folders that an install makes, the one that may hold this very code. */
export const MODULES_FOLDER = 'node_modules';
const EMPTY: Journal = { v: 1, steps: [], made: [] };

export interface Undone {
  readonly path: string;
  /** `left`: it was changed since then. `kept`: it holds what was paid for, or what is at Google. */
  readonly what: 'restored' | 'removed' | 'left' | 'kept';
  /** Lines of .gitignore that stay, since what they keep out of git is there. */
  readonly keeps?: readonly string[];
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

/**
 * Undoes what init wrote, the last first; a file that was changed since then, or is saved meanwhile, is left. Results
 * and runs stay, and so do the lines of .gitignore that keep something out of git which is there: else the next
 * `git add` would take a key, or every paid answer.
 */
export async function undo(root: string): Promise<readonly Undone[] | undefined> {
  const journal = readJournal(root);
  if (journal === undefined) return undefined;
  const done: Undone[] = [];
  const removeMade = (path: string): void => {
    if (!existsSync(join(root, path))) return;
    rmSync(join(root, path), { recursive: true, force: true });
    removeEmptyFolders(root, dirname(join(root, path)));
    done.push({ path, what: 'removed' });
  };
  // The modules go last: the workspace's own command loads some of them only on the way.
  const isModules = (path: string): boolean => path === MODULES_FOLDER;
  for (const path of journal.made.toReversed()) if (!isModules(path)) removeMade(path);
  const steps = journal.steps.toReversed();
  for (const { path, before, after } of steps.filter(({ path }) => path !== GIT_IGNORE)) {
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
  const state = join(root, REAL_PLACES.stateDir);
  for (const name of DERIVED_STATE) rmSync(join(state, name), { recursive: true, force: true });
  const isLeft = readdirSync(state).some((name) => name !== basename(PATH));
  done.push(
    ...(await undoIgnoring(
      root,
      steps.filter(({ path }) => path === GIT_IGNORE),
      isLeft,
      new Set(journal.made.filter(isModules)),
    )),
  );
  for (const path of journal.made.filter(isModules)) removeMade(path);
  rmSync(join(root, PATH), { force: true });
  removeEmptyFolders(root, state);
  if (isLeft) done.push({ path: `${REAL_PLACES.stateDir}/`, what: 'kept' });
  return done;
}

/** Takes the lines away that init added, but for those that are still needed. */
async function undoIgnoring(
  root: string,
  steps: Journal['steps'],
  isStateLeft: boolean,
  modules: ReadonlySet<string>,
): Promise<readonly Undone[]> {
  const file = join(root, GIT_IGNORE);
  const now = textOfFile(file);
  if (now === undefined || steps.length === 0) return [];
  let before: string | null = now;
  for (const step of steps) if (before === step.after) before = step.before;
  if (before === now) return [{ path: GIT_IGNORE, what: 'left' }];
  // Its last line may have got an end, which is `\r\n` in some files.
  const old = new Set((before ?? '').split('\n').map((line) => line.trim()));
  const added = now.split('\n').filter((line) => line !== '' && !old.has(line.trim()));
  const used = await patternsInUse(root, added, modules);
  const needed = new Set(added.filter((line) => used.has(line) && (isStateLeft || !ignoresState(line))));
  const gone = new Set(added.filter((line) => !needed.has(line)));
  const shorter = now.split('\n').filter((line) => !gone.has(line));
  const next = needed.size === 0 ? (before ?? undefined) : shorter.join('\n');
  const { kind } = await replaceIfUnchanged(file, Buffer.from(now), next);
  if (kind === 'missing') return [];
  if (kind === 'changed') return [{ path: GIT_IGNORE, what: 'left' }];
  const keeps = [...needed].map((line) => line.trim());
  if (keeps.length > 0) return [{ path: GIT_IGNORE, what: 'restored', keeps }];
  return [{ path: GIT_IGNORE, what: before === null ? 'removed' : 'restored' }];
}

/** The state folder is there as long as the journal is. */
function ignoresState(line: string): boolean {
  return line.trim() === `${REAL_PLACES.stateDir}/`;
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
