import { readFile, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { begins, NOTHING, parseAsideFolder, type AsideFolder } from './aside-folder.js';
import { sha256Hex } from './digest.js';
import { hasCode, isMissing } from './fs-error.js';
import { namesIn } from './names-in.js';
import { keep, putIn, removeAside, replaceIfUnchanged } from './replace-authored.js';
import { isOfLivingProcess } from './temporary-files.js';

export interface RestoredFiles {
  /** Files that have their name again (absolute paths). */
  readonly restored: readonly string[];
  /** Versions for which there was no place; they are under this name beside the file. */
  readonly kept: readonly string[];
}

interface Aside extends AsideFolder {
  readonly path: string;
  readonly target: string;
  readonly digest: string;
}

/**
 * Finishes what killed processes began with `replaceIfUnchanged` in a folder (not below it). A file without its name
 * gets it back; a version that an author saved at the last moment takes its place again; a version that is in the
 * new file is deleted; of anything else both stay. May run in several processes at once.
 */
export async function restoreAside(folder: string): Promise<RestoredFiles> {
  const restored: string[] = [];
  const kept: string[] = [];
  const asides = await deadAsides(folder);
  // What is not the bytes that were looked at is an author's, and comes first.
  const isKnown = (aside: Aside): boolean => begins(aside.digest, aside.lookedAt);
  for (const aside of asides.toSorted((a, b) => Number(isKnown(a)) - Number(isKnown(b)))) {
    try {
      const became = await restoreOne(aside, isKnown(aside));
      if (became === 'restored') restored.push(aside.target);
      else if (became !== 'deleted') kept.push(became.kept);
    } catch (error) {
      // Another process does the same.
      if (!isMissing(error)) throw error;
    }
  }
  return { restored, kept };
}

async function restoreOne(
  { path, target, digest, next }: Aside,
  isKnown: boolean,
): Promise<'restored' | 'deleted' | { readonly kept: string }> {
  if (putIn(path, target)) {
    await removeAside(path);
    return 'restored';
  }
  const present = sha256Hex(await readFile(target));
  const isOurs = begins(present, next);
  if (present === digest || (isKnown && (isOurs || next === NOTHING))) {
    await removeAside(path);
    return 'deleted';
  }
  if (isOurs) {
    const outcome = await replaceIfUnchanged(target, { sha256: present }, await readFile(path));
    if (outcome.kind === 'replaced') {
      await removeAside(path);
      return 'restored';
    }
  }
  return { kept: await keep(path, target) };
}

async function deadAsides(folder: string): Promise<Aside[]> {
  const found: Aside[] = [];
  for (const name of await namesIn(folder)) {
    const parsed = parseAsideFolder(name);
    if (parsed === undefined) continue;
    const inside = join(folder, name);
    try {
      if (await isOfLivingProcess(parsed.mark, (await stat(inside)).mtimeMs)) continue;
      const [file] = await namesIn(inside);
      if (file === undefined) await rmdir(inside);
      else {
        const path = join(inside, file);
        found.push({ ...parsed, path, target: join(folder, file), digest: sha256Hex(await readFile(path)) });
      }
    } catch (error) {
      // Its process, or another one that restores, has just finished it.
      if (!isMissing(error) && !hasCode(error, 'ENOTEMPTY')) throw error;
    }
  }
  return found;
}
