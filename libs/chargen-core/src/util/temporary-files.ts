import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256Hex } from './digest.js';
import { isMissing } from './fs-error.js';
import { mayBeAlive, thisProcess } from './process-identity.js';
import { namesIn } from './names-in.js';

/** A file name may have 255 bytes; the temporary one is longer than the final one, so a part of it must do. */
const NAME_PART = 40;

const TEMPORARY = /^\..*\.([0-9a-f]{8})-(\d+)-([0-9a-z]*)-[0-9a-f]{12}\.tmp$/s;

/** What is left of a file of another machine is taken for dead after a day. */
const FOREIGN_LIFE_MS = 24 * 3_600_000;

/**
 * The name of a temporary file beside `path`. It tells which process writes it, so that what a killed process
 * left can be told from what a living one is writing this moment.
 */
export async function temporaryName(path: string): Promise<string> {
  const me = await thisProcess();
  const place = sha256Hex(`${me.host} ${me.space}`).slice(0, 8);
  const name = basename(path).slice(0, NAME_PART);
  return `.${name}.${place}-${String(me.pid)}-${ticks(me.started)}-${randomBytes(6).toString('hex')}.tmp`;
}

function ticks(started: string): string {
  return /^\S+ (\d+)$/.exec(started)?.[1] ?? '';
}

/** Removes what killed processes left unfinished in these folders (not below them); answers the names. */
export async function removeTemporaryFiles(folders: Iterable<string>): Promise<string[]> {
  const removed: string[] = [];
  for (const folder of folders) {
    for (const name of await namesIn(folder)) {
      const match = TEMPORARY.exec(name);
      if (match === null || !(await isLeftOver(join(folder, name), match))) continue;
      await rm(join(folder, name), { force: true });
      removed.push(join(folder, name));
    }
  }
  return removed;
}

async function isLeftOver(path: string, [, place, pid, began]: RegExpExecArray): Promise<boolean> {
  const me = await thisProcess();
  let since: number;
  try {
    since = (await stat(path)).mtimeMs;
  } catch (error) {
    // Its process has just finished it.
    if (isMissing(error)) return false;
    throw error;
  }
  if (place !== sha256Hex(`${me.host} ${me.space}`).slice(0, 8)) return Date.now() - since > FOREIGN_LIFE_MS;
  const boot = me.started.split(' ')[0] ?? '';
  const started = began === '' ? '' : `${boot} ${began ?? ''}`;
  if (Number(pid) === me.pid) return started !== '' && started !== me.started;
  return !(await mayBeAlive({ pid: Number(pid), host: me.host, space: me.space, started }, since));
}
