import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256Hex } from './digest.js';
import { isMissing } from './fs-error.js';
import { mayBeAlive, thisProcess, type ProcessIdentity } from './process-identity.js';
import { namesIn } from './names-in.js';

/** A file name may have 255 bytes; the temporary one is longer than the final one, so a part of it must do. */
const NAME_PART = 40;

const TEMPORARY = /^\..*\.(?<place>[0-9a-f]{8})-(?<pid>\d+)-(?<began>[0-9a-z]*)-[0-9a-f]{12}\.tmp$/s;
const MARK = /^(?<place>[0-9a-f]{8})-(?<pid>\d+)-(?<began>[0-9a-z]*)-[0-9a-f]{12}$/;

/** What is left of a file of another machine is taken for dead after a day. */
const FOREIGN_LIFE_MS = 24 * 3_600_000;

/**
 * The name of a temporary file beside `path`. It names the process that writes it. So a file that a killed
 * process left can be distinguished from one that a living process is writing now.
 */
export async function temporaryName(path: string): Promise<string> {
  return `.${basename(path).slice(0, NAME_PART)}.${await processMark()}.tmp`;
}

/** A part of a file name that is unique, and by which `isOfLivingProcess` knows the process that gave it. */
export async function processMark(): Promise<string> {
  const me = await thisProcess();
  return `${placeOf(me)}-${me.pid}-${ticks(me.started)}-${randomBytes(6).toString('hex')}`;
}

/**
 * Whether the process that gave a mark may still be there. `since` is when its file was made, in milliseconds since
 * 1970; a file of another machine counts as a living one's for a day. Throws if the text is no mark.
 */
export async function isOfLivingProcess(mark: string, since: number): Promise<boolean> {
  const match = MARK.exec(mark);
  if (match === null) throw new TypeError(`"${mark}" names no process.`);
  return !(await isDead(match, since));
}

function placeOf(one: ProcessIdentity): string {
  return sha256Hex(`${one.host} ${one.space}`).slice(0, 8);
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

async function isLeftOver(path: string, match: RegExpExecArray): Promise<boolean> {
  try {
    return await isDead(match, (await stat(path)).mtimeMs);
  } catch (error) {
    // Its process has just finished it.
    if (isMissing(error)) return false;
    throw error;
  }
}

async function isDead({ groups = {} }: RegExpExecArray, since: number): Promise<boolean> {
  const { place, began = '' } = groups;
  const pid = Number(groups['pid']);
  const me = await thisProcess();
  if (place !== placeOf(me)) return Date.now() - since > FOREIGN_LIFE_MS;
  const boot = me.started.split(' ')[0] ?? '';
  const started = began === '' ? '' : `${boot} ${began}`;
  if (pid === me.pid) return started !== '' && started !== me.started;
  return !(await mayBeAlive({ pid, host: me.host, space: me.space, started }, since));
}
