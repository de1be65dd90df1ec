import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { copyFileSync, constants, linkSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { followLink, renameWhenFree, syncFolder, writeTemporary } from './atomic-write.js';
import { asideFolderName, keptName, NOTHING } from './aside-folder.js';
import { sha256Hex } from './digest.js';
import { hasCode, isMissing } from './fs-error.js';

/**
 * What a caller looked at: the bytes, or their sha256 (64 hex digits) for a large file; undefined if there was no
 * file.
 */
export type LookedAt = Uint8Array | { readonly sha256: string } | undefined;

export type ReplaceOutcome =
  | { readonly kind: 'replaced' }
  /**
   * The file holds something else than was looked at; it is as its author left it. `kept` is the path of another
   * version that was saved in the same instant and had no place any more (absolute; beside the file).
   */
  | { readonly kind: 'changed'; readonly kept?: string }
  /** There is no such file any more. */
  | { readonly kind: 'missing' };

/** The moments between two operations, for tests that save a file at each of them. */
export type ReplaceStep = 'written' | 'taken' | 'put-in' | 'synced' | 'taken-back';

export interface ReplaceOptions {
  readonly onStep?: (step: ReplaceStep) => void;
  /**
   * Makes the name of a file durable that was not there before. Default: at once. Who puts many into one folder can do it
   * once for all of them.
   */
  readonly syncNew?: ((folder: string) => Promise<void>) | undefined;
}

/** Another process may have the file aside this moment: waited for as long as this, in milliseconds. */
const WAITS_MS = [1, 2, 5, 10, 20, 50, 100];

/**
 * Replaces an author's file by `next` (undefined removes it), but only if it still holds what was looked at. There is
 * no window: a save at any moment wins, whether an editor writes in place or renames a new file over the old one.
 *
 * A compare that is followed by a rename loses what is saved between the two. So the file that is there is taken
 * aside by one rename, with any content; `next` is put in by a link, which fails if a file is there again; and then
 * what was taken is compared. If it is not what was looked at, ours is taken back and theirs gets its name again. An
 * editor that had the file open writes into what was taken: it is looked at a second time after the new file is on
 * the disk. What was taken is deleted only if its bytes are those that were looked at. If neither version can be
 * given up, one stays beside the other as `<name>.<8 hex digits>.kept`.
 *
 * Between rename and link, some microseconds, there is no file. A process that is killed there leaves it in a folder
 * beside, and `restoreAside` brings it back; `findImageryFiles` and the plugin's inference call it.
 *
 * A symbolic link stays one; the mode is kept. If `path` was absent and another file has come, that one stays.
 * Rejects with the file system's own error; the author's file then has its name.
 */
export async function replaceIfUnchanged(
  path: string,
  lookedAt: LookedAt,
  next: string | Uint8Array | undefined,
  options: ReplaceOptions = {},
): Promise<ReplaceOutcome> {
  const target = await followLink(path);
  const before = turns.get(target);
  const turn = (before ?? Promise.resolve()).then(() => replaceInTurn(target, lookedAt, next, options));
  const settled = turn.then(ignore, ignore);
  turns.set(target, settled);
  try {
    return await turn;
  } finally {
    if (turns.get(target) === settled) turns.delete(target);
  }
}

/** In one process, one after the other: two that give the same file back would keep each other's version. */
const turns = new Map<string, Promise<void>>();
const ignore = (): void => undefined;

async function replaceInTurn(
  target: string,
  lookedAt: LookedAt,
  next: string | Uint8Array | undefined,
  { onStep = ignore, syncNew = syncFolder }: ReplaceOptions,
): Promise<ReplaceOutcome> {
  if (lookedAt !== undefined) {
    const early = await firstLook(target, lookedAt);
    if (early !== undefined) return early;
  }
  const bytes = typeof next === 'string' ? Buffer.from(next) : next;
  const ours = bytes === undefined ? undefined : await writeTemporary(target, bytes);
  try {
    onStep('written');
    if (lookedAt !== undefined) return await new Replacement(target, lookedAt, bytes, ours, onStep).make();
    if (ours !== undefined && !putIn(ours, target)) return { kind: 'changed' };
    await syncNew(dirname(target));
    return { kind: 'replaced' };
  } finally {
    if (ours !== undefined) removeOwn(ours);
  }
}

function removeOwn(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Saves the work of writing for a file that was changed long ago; what counts is looked at later. */
async function firstLook(target: string, lookedAt: LookedAt): Promise<ReplaceOutcome | undefined> {
  for (const wait of [...WAITS_MS, 0]) {
    try {
      return isSame(await readFile(target), lookedAt) ? undefined : { kind: 'changed' };
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await sleep(wait);
  }
  return { kind: 'missing' };
}

class Replacement {
  constructor(
    readonly target: string,
    readonly lookedAt: Exclude<LookedAt, undefined>,
    readonly next: Uint8Array | undefined,
    readonly ours: string | undefined,
    readonly onStep: (step: ReplaceStep) => void,
  ) {}

  async make(): Promise<ReplaceOutcome> {
    const { target, ours, onStep } = this;
    const nextDigest = this.next === undefined ? NOTHING : sha256Hex(this.next);
    const aside = await makeAside(target, digestOf(this.lookedAt), nextDigest);
    if (!(await takeFrom(target, aside))) {
      await rmdir(dirname(aside));
      return { kind: 'missing' };
    }
    try {
      onStep('taken');
      const isIn = ours !== undefined && putIn(ours, target);
      onStep('put-in');
      if (ours !== undefined && !isIn) return await this.#superseded(aside);
      if (!isSame(readFileSync(aside), this.lookedAt)) return await this.#giveBack(aside, isIn);
      await syncFolder(dirname(target));
      onStep('synced');
      if (!isSame(readFileSync(aside), this.lookedAt)) return await this.#giveBack(aside, isIn);
    } catch (error) {
      // Nothing of ours is worth an author's file without its name.
      if (putIn(aside, target)) await removeAside(aside);
      throw error;
    }
    await removeAside(aside);
    return { kind: 'replaced' };
  }

  /** A file was saved under the name after the old one was taken. */
  async #superseded(aside: string): Promise<ReplaceOutcome> {
    if (!isSame(readFileSync(aside), this.lookedAt))
      return { kind: 'changed', kept: await keep(aside, this.target) };
    await removeAside(aside);
    return { kind: 'changed' };
  }

  async #giveBack(aside: string, isOursIn: boolean): Promise<ReplaceOutcome> {
    const { target, next } = this;
    if (isOursIn && next !== undefined) {
      const back = await makeAside(target, sha256Hex(next), NOTHING);
      if (await takeFrom(target, back)) {
        this.onStep('taken-back');
        // If it is not ours any more, it was saved after what is set aside.
        const isOurs = isSame(readFileSync(back), next);
        const isIn = putIn(isOurs ? aside : back, target);
        if (isOurs || isIn) await removeAside(back);
        const kept = isOurs || isIn ? undefined : await keep(back, target);
        if (isOurs && isIn) {
          await removeAside(aside);
          return { kind: 'changed' };
        }
        return { kind: 'changed', kept: kept ?? (await keep(aside, target)) };
      }
      await rmdir(dirname(back));
    }
    if (!putIn(aside, target)) return { kind: 'changed', kept: await keep(aside, target) };
    await removeAside(aside);
    return { kind: 'changed' };
  }
}

/** A new folder beside a file to take it into; returns the path that the file will have in it. */
async function makeAside(target: string, lookedAt: string, next: string): Promise<string> {
  const folder = join(dirname(target), await asideFolderName(lookedAt, next));
  await mkdir(folder);
  return join(folder, basename(target));
}

/** False if there is no file. */
async function takeFrom(target: string, aside: string): Promise<boolean> {
  for (const wait of [...WAITS_MS, 0]) {
    try {
      renameSync(target, aside);
      return true;
    } catch (error) {
      // On Windows another program may have it open for a moment.
      if (!isMissing(error)) {
        await renameWhenFree(target, aside);
        return true;
      }
    }
    await sleep(wait);
  }
  return false;
}

/** Gives a file a second name; false if there is a file of that name. */
export function putIn(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].some((code) => hasCode(error, code)))
      throw error;
  }
  // A file system without links (exFAT): a crash here leaves a part, and the whole of it aside.
  try {
    copyFileSync(file, name, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Gives a version that must not be deleted a name that people see, beside the file; returns it. */
export async function keep(aside: string, target: string): Promise<string> {
  const kept = keptName(target);
  if (!putIn(aside, kept)) return keep(aside, target);
  await removeAside(aside);
  return kept;
}

/** Deletes what was taken aside, with the folder that was made for it. */
export async function removeAside(aside: string): Promise<void> {
  await rm(aside, { force: true });
  await rmdir(dirname(aside)).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

function digestOf(lookedAt: Exclude<LookedAt, undefined>): string {
  return lookedAt instanceof Uint8Array ? sha256Hex(lookedAt) : lookedAt.sha256;
}

function isSame(bytes: Uint8Array, lookedAt: LookedAt): boolean {
  if (lookedAt === undefined) return false;
  return lookedAt instanceof Uint8Array
    ? Buffer.compare(bytes, lookedAt) === 0
    : sha256Hex(bytes) === lookedAt.sha256;
}
