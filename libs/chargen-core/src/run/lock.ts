import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Clock } from '../util/clock.js';
import { hasCode, isMissing } from '../util/fs-error.js';

const run = promisify(execFile);

const holderSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  pid: z.number().int(),
  host: z.string(),
  /** What tells this process from another with the same number, after a reboot or a long time. */
  started: z.string(),
  since: z.string(),
  what: z.string(),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** How often a waiter looks again. */
const LOOK_AGAIN_MS = 100;

/**
 * One process at a time plans, submits and collects in a workspace. Holders are numbered files, each made
 * exclusively: whoever makes number n+1 after holder n is gone has the lock, so two that see the same dead
 * holder cannot both take over, and nobody ever removes a living holder's file. There is no heartbeat: a laptop
 * that slept for a night still holds its lock, and a process that was killed does not.
 */
export class WorkspaceLock {
  constructor(
    readonly folder: string,
    readonly clock: Clock,
  ) {}

  /** Runs `work` alone. Waits for a living holder and tells who it is; rejects when the signal aborts first. */
  async hold<T>(
    what: string,
    signal: AbortSignal,
    onWait: (holder: LockHolder) => void,
    work: () => Promise<T>,
  ): Promise<T> {
    const file = await this.#acquire(what, signal, onWait);
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Who holds the lock now, if anybody living does. */
  async holder(): Promise<LockHolder | undefined> {
    const numbers = await this.#numbers();
    const last = numbers.at(-1);
    if (last === undefined) return undefined;
    const holder = await this.#read(last);
    return holder !== undefined && (await isAlive(holder)) ? holder : undefined;
  }

  async #acquire(what: string, signal: AbortSignal, onWait: (holder: LockHolder) => void): Promise<string> {
    await mkdir(this.folder, { recursive: true });
    const me: LockHolder = {
      v: 1,
      id: randomUUID(),
      pid: process.pid,
      host: hostname(),
      started: await processStart(process.pid),
      since: new Date(this.clock.now()).toISOString(),
      what,
    };
    const mine = join(this.folder, `.${me.id}`);
    let told: string | undefined;
    try {
      await writeFile(mine, JSON.stringify(me), { flag: 'wx' });
      for (;;) {
        signal.throwIfAborted();
        const numbers = await this.#numbers();
        const last = numbers.at(-1) ?? 0;
        const holder = last === 0 ? undefined : await this.#read(last);
        if (holder !== undefined && (await isAlive(holder))) {
          if (told !== holder.id) onWait(holder);
          told = holder.id;
          await this.clock.sleep(LOOK_AGAIN_MS, signal);
          continue;
        }
        const next = join(this.folder, `${String(last + 1)}.lock`);
        try {
          // A link appears with its whole content or not at all; opening exclusively would show an empty file.
          await link(mine, next);
        } catch (error) {
          if (hasCode(error, 'EEXIST')) continue;
          throw error;
        }
        // A slow process may link a number that was free when it looked, while somebody took the lock anew
        // from 1: whoever sees another living holder after its own link steps back.
        if (await this.#othersLive(last + 1)) {
          await rm(next, { force: true });
          await this.clock.sleep(Math.random() * LOOK_AGAIN_MS, signal);
          continue;
        }
        for (const old of numbers) await rm(join(this.folder, `${String(old)}.lock`), { force: true });
        return next;
      }
    } finally {
      await rm(mine, { force: true });
    }
  }

  async #othersLive(mine: number): Promise<boolean> {
    for (const number of await this.#numbers()) {
      if (number === mine) continue;
      const holder = await this.#read(number);
      if (holder !== undefined && (await isAlive(holder))) return true;
    }
    return false;
  }

  async #numbers(): Promise<number[]> {
    try {
      const names = await readdir(this.folder);
      return names
        .flatMap((name) => /^(\d+)\.lock$/.exec(name)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => a - b);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async #read(number: number): Promise<LockHolder | undefined> {
    try {
      const data: unknown = JSON.parse(await readFile(join(this.folder, `${String(number)}.lock`), 'utf8'));
      const parsed = holderSchema.safeParse(data);
      return parsed.success ? parsed.data : undefined;
    } catch (error) {
      if (isMissing(error) || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}

/** A holder on another machine cannot be asked, so it counts as living: its lock is never taken away. */
async function isAlive(holder: LockHolder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM') && (await processStart(holder.pid)) === holder.started;
  }
  return (await processStart(holder.pid)) === holder.started;
}

/** When a process began, in whatever form the system tells it; numbers of processes are used again. */
async function processStart(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    try {
      const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
      const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
      // The command's name, in brackets, may hold spaces; the start time is the 20th field after it.
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      return `${boot} ${ticks ?? ''}`;
    } catch {
      return 'gone';
    }
  }
  if (process.platform === 'win32') return 'unknown';
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim();
  } catch {
    return 'gone';
  }
}
