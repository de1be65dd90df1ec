import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMissing } from '../util/fs-error.js';
import { replaceIfUnchanged } from '../util/replace-authored.js';
import { NOT_UTF8, textOf } from './authored-text.js';

export type EditOutcome =
  | { readonly kind: 'written' }
  | { readonly kind: 'unchanged' }
  /** Nothing was written; `why` goes on after the file's name, without a full stop. */
  | { readonly kind: 'refused'; readonly why: string };

/** A file that was changed less than so long ago may be in the middle of a save: cut to nothing, not yet written. */
const QUIET_MS = 50;
/** An empty file is one that an editor is about to write, or nothing that a record belongs in. */
const EMPTY_QUIET_MS = 1000;
const TRIES = 10;

/**
 * Edits the text of an author's file. If the author saves meanwhile, their version wins and `edit` is asked again
 * for it. `edit` returns the new text, or undefined to leave the file.
 */
export async function editAuthoredFile(
  path: string,
  edit: (text: string) => string | undefined,
): Promise<EditOutcome> {
  const kept: string[] = [];
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const bytes = await quietBytes(path);
      const text = textOf(bytes);
      if (text === undefined) return { kind: 'refused', why: NOT_UTF8 };
      const after = edit(text);
      if (after === undefined || after === text) return { kind: 'unchanged' };
      const outcome = await replaceIfUnchanged(path, bytes, after);
      if (outcome.kind === 'replaced') return keptOr({ kind: 'written' }, kept);
      if (outcome.kind === 'missing') return { kind: 'refused', why: GONE };
      if (outcome.kept !== undefined) kept.push(outcome.kept);
    }
  } catch (error) {
    if (isMissing(error)) return { kind: 'refused', why: GONE };
    throw error;
  }
  return keptOr({ kind: 'refused', why: 'it is saved again and again by another program' }, kept);
}

const GONE = 'it is not there any more; it was moved, renamed or deleted';

function keptOr(outcome: EditOutcome, kept: readonly string[]): EditOutcome {
  if (kept.length === 0) return outcome;
  return {
    kind: 'refused',
    why: `it was saved twice in the same instant; the other version is in ${kept.join(', ')}: compare them`,
  };
}

async function quietBytes(path: string): Promise<Uint8Array> {
  for (let waited = 0; waited < EMPTY_QUIET_MS;) {
    const { mtimeMs, size } = await stat(path);
    const age = Date.now() - mtimeMs;
    const left = (size === 0 ? EMPTY_QUIET_MS : QUIET_MS) - age;
    // A time in the future is that of another clock.
    if (left <= 0 || age < 0) break;
    await sleep(Math.min(left, QUIET_MS));
    waited += QUIET_MS;
  }
  return readFile(path);
}
