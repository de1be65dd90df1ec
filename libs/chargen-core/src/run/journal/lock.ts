import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../util/atomic-write.js';
import type { Clock } from '../../util/clock.js';
import { isMissing } from '../../util/fs-error.js';
import { placeNew, type Link } from '../../util/place-new.js';
import { mayBeAlive, thisProcess } from '../../util/process-identity.js';
import { removeTemporaryFiles, temporaryName } from '../../util/temporary-files.js';
import { namesIn } from '../../util/names-in.js';
import { newerFormat } from '../../util/newer-format.js';
import { parseJson, textAt } from '../../util/read-json.js';
import { RunStateError } from './run-directory.js';

const holderSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  pid: z.number().int(),
  host: z.string(),
  /** Distinguishes this process from one that gets the same number later, for example after a reboot. */
  started: z.string(),
  space: z.string().default(''),
  since: z.string(),
  what: z.string(),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** The time for waiting is over, and another process still has the lock. */
export class LockTimeout extends Error {
  override readonly name = 'LockTimeout';
}

export interface LockRequest {
  /** For people who wait: what is being done. */
  readonly what: string;
  readonly signal: AbortSignal;
  /** The end of the wait, in milliseconds since 1970. */
  readonly until: number;
  /** Called once for each living holder that is waited for. */
  readonly onWait: (holder: LockHolder, file: string) => void;
}

/** How often a waiter looks again. */
const LOOK_AGAIN_MS = 100;

/** Without hard links a lock is there a moment before its content; later than this its process has died. */
const WRITING_MS = 5_000;

/**
 * One process at a time plans, submits and collects in a workspace. Holders are numbered files, each made
 * exclusively: the process that makes number n+1 after holder n has ended has the lock. So two that see the same
 * dead holder cannot both take over, and the file of a living holder is never removed. There is no heartbeat: a laptop
 * that slept for a night still holds its lock, and a process that was killed does not.
 */
export class WorkspaceLock {
  /** `makeLink` is what makes hard links; a test gives one that fails as on a file system without them. */
  constructor(
    readonly folder: string,
    readonly clock: Clock,
    readonly makeLink?: Link,
  ) {}

  /**
   * Runs `work` alone. Waits for a living holder and reports it; rejects if the signal aborts first, and
   * with `LockTimeout` when the time is over.
   */
  async hold<T>(request: LockRequest, work: () => Promise<T>): Promise<T> {
    const file = await this.#acquire(request);
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  }

  /** The living process that holds the lock now, if there is one. */
  async holder(): Promise<LockHolder | undefined> {
    for (const number of await this.#numbers()) {
      const holder = await this.#living(number);
      if (holder !== undefined && holder !== 'unfinished') return holder;
    }
    return undefined;
  }

  async #acquire(request: LockRequest): Promise<string> {
    const { what, signal, until, onWait } = request;
    await mkdir(this.folder, { recursive: true });
    await removeTemporaryFiles([this.folder]);
    const me: LockHolder = {
      v: 1,
      id: randomUUID(),
      ...(await thisProcess()),
      // The machine's own time, since it is compared with the time of the last start.
      since: new Date().toISOString(),
      what,
    };
    const mine = join(this.folder, await temporaryName('lock'));
    let reported: string | undefined;
    try {
      await writeFileAtomic(mine, JSON.stringify(me));
      for (;;) {
        signal.throwIfAborted();
        const numbers = await this.#numbers();
        const last = numbers.at(-1) ?? 0;
        const holder = last === 0 ? undefined : await this.#living(last);
        if (holder === 'unfinished') {
          await this.clock.sleep(LOOK_AGAIN_MS, signal);
          continue;
        }
        if (holder !== undefined) {
          if (reported !== holder.id) onWait(holder, this.#path(last));
          reported = holder.id;
          if (this.clock.now() >= until) throw new LockTimeout();
          await this.clock.sleep(LOOK_AGAIN_MS, signal);
          continue;
        }
        const next = this.#path(last + 1);
        if (!(await placeNew(mine, next, this.makeLink))) continue;
        // A slow process may link a number that was free when it looked, while another process took the lock again
        // from 1. So a process that sees another living holder after its own link gives the lock up.
        if (await this.#othersLive(last + 1)) {
          await rm(next, { force: true });
          await this.clock.sleep(Math.random() * LOOK_AGAIN_MS, signal);
          continue;
        }
        for (const old of numbers) await rm(this.#path(old), { force: true });
        return next;
      }
    } finally {
      await rm(mine, { force: true });
    }
  }

  async #othersLive(mine: number): Promise<boolean> {
    for (const number of await this.#numbers()) {
      if (number !== mine && (await this.#living(number)) !== undefined) return true;
    }
    return false;
  }

  async #numbers(): Promise<number[]> {
    return (await namesIn(this.folder))
      .flatMap((name) => /^(\d+)\.lock$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  #path(number: number): string {
    return join(this.folder, `${number}.lock`);
  }

  /** The holder of a number, unless it is dead, or its file is none. */
  async #living(number: number): Promise<LockHolder | 'unfinished' | undefined> {
    const text = await textAt(this.#path(number));
    if (text === undefined) return undefined;
    const data = parseJson(text);
    if (data === undefined) return (await this.#isYoung(number)) ? 'unfinished' : undefined;
    // Its process may live: taken for dead, two would submit at once.
    const newer = newerFormat(data);
    if (newer !== undefined) throw new RunStateError(`${this.#path(number)} ${newer}.`);
    const parsed = holderSchema.safeParse(data);
    if (!parsed.success) return undefined;
    return (await mayBeAlive(parsed.data, Date.parse(parsed.data.since))) ? parsed.data : undefined;
  }

  /**
   * One that is no JSON is of a disk that was full, or a power cut; or, without hard links, its process writes it at this
   * moment. The machine's own time, since it is compared with that of a file.
   */
  async #isYoung(number: number): Promise<boolean> {
    try {
      return Math.abs(Date.now() - (await stat(this.#path(number))).mtimeMs) < WRITING_MS;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}
