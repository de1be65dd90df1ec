import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { exists } from '../util/exists.js';
import { hasCode, isMissing } from '../util/fs-error.js';
import type { Claimant, RemoteClaim, RemoteGet, RemotePut, RemoteStore } from './remote-store.js';
import { namesIn } from '../util/names-in.js';

const claimSchema = z.object({ id: z.string(), label: z.string(), until: z.number() });
type Claim = z.infer<typeof claimSchema>;

/** Milliseconds of a week: no process writes one file for so long. */
const DEAD_MS = 7 * 24 * 3_600_000;

/** A shared store in a folder that several machines see: a network share, or a disk of the CI machine. */
export class RemoteFolder implements RemoteStore {
  readonly name: string;
  #isCleared = false;

  constructor(
    readonly folder: string,
    readonly now: () => number,
  ) {
    this.name = folder;
  }

  async get(key: string): Promise<RemoteGet> {
    try {
      // A share that is not mounted must not look like an empty store.
      await stat(this.folder);
    } catch (error) {
      return unavailable(error);
    }
    try {
      return { kind: 'found', envelope: await readFile(this.#objectPath(key)) };
    } catch (error) {
      return isMissing(error) ? { kind: 'absent' } : unavailable(error);
    }
  }

  async put(key: string, envelope: Uint8Array): Promise<RemotePut> {
    const path = this.#objectPath(key);
    try {
      await stat(this.folder);
      if (await this.#place(path, envelope, () => this.#givesWay(path, envelope))) {
        await rm(this.#claimFolder(key), { recursive: true, force: true });
        return { kind: 'stored' };
      }
      return { kind: 'exists' };
    } catch (error) {
      if (hasCode(error, 'EACCES') || hasCode(error, 'EROFS') || hasCode(error, 'EPERM')) {
        return { kind: 'read-only' };
      }
      return unavailable(error);
    }
  }

  /**
   * The claim in force is the one with the highest number. A machine that takes over from an expired one makes the
   * next number exclusively, so two that see the same expired claim cannot both have it.
   */
  async claim(key: string, claimant: Claimant, ttlSeconds: number): Promise<RemoteClaim> {
    try {
      await stat(this.folder);
      if (await this.#isAnswered(key)) return { kind: 'answered' };
      for (;;) {
        const last = await this.#lastClaim(key);
        if (last.claim !== undefined && last.claim.id !== claimant.id && last.claim.until > this.now()) {
          return { kind: 'held', holder: { label: last.claim.label, until: last.claim.until } };
        }
        const claim: Claim = { ...claimant, until: this.now() + ttlSeconds * 1000 };
        const path = join(this.#claimFolder(key), `${last.number + 1}.json`);
        if (await this.#place(path, Buffer.from(JSON.stringify(claim)), () => Promise.resolve(false))) {
          // A result clears the claims away: it may have come since we looked, and taken the holder's with it.
          return { kind: (await this.#isAnswered(key)) ? 'answered' : 'granted' };
        }
      }
    } catch (error) {
      if (hasCode(error, 'EACCES') || hasCode(error, 'EROFS') || hasCode(error, 'EPERM')) {
        return { kind: 'unsupported' };
      }
      return unavailable(error);
    }
  }

  async release(key: string, claimant: Claimant): Promise<void> {
    try {
      const last = await this.#lastClaim(key);
      if (last.claim?.id !== claimant.id) return;
      // Taken over by a claim that is over, rather than removed: an older one of ours may still have time left.
      const path = join(this.#claimFolder(key), `${last.number + 1}.json`);
      await this.#place(path, Buffer.from(JSON.stringify({ ...claimant, until: 0 })), () =>
        Promise.resolve(false),
      );
    } catch {
      // It expires by itself.
    }
  }

  #isAnswered(key: string): Promise<boolean> {
    return exists(this.#objectPath(key));
  }

  #objectPath(key: string): string {
    return join(this.folder, 'objects', key.slice(0, 2), key);
  }

  #claimFolder(key: string): string {
    return join(this.folder, 'claims', key.slice(0, 2), key);
  }

  async #lastClaim(key: string): Promise<{ readonly number: number; readonly claim: Claim | undefined }> {
    const folder = this.#claimFolder(key);
    const names = await namesIn(folder);
    const number = Math.max(0, ...names.map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? '0')));
    if (number === 0) return { number, claim: undefined };
    try {
      const text = await readFile(join(folder, `${number}.json`), 'utf8');
      return { number, claim: parseClaim(text) };
    } catch (error) {
      // Cleared away this moment, since the result came.
      if (isMissing(error)) return { number, claim: undefined };
      throw error;
    }
  }

  /** A refusal is replaced by a picture: a person asked again on purpose. */
  async #givesWay(path: string, envelope: Uint8Array): Promise<boolean> {
    const present = await readFile(path);
    return outcomeOf(present) === 'refused' && outcomeOf(envelope) !== 'refused';
  }

  /** Once: without it, files of killed processes stay for ever. Errors are ignored: such files do no harm. */
  async #clear(incoming: string): Promise<void> {
    if (this.#isCleared) return;
    this.#isCleared = true;
    try {
      for (const name of await readdir(incoming)) {
        const path = join(incoming, name);
        // By age alone: processes of other machines cannot be seen, and clocks may differ by hours.
        if (this.now() - (await stat(path)).mtimeMs > DEAD_MS) await rm(path, { force: true });
      }
    } catch {
      // The next process tries again.
    }
  }

  /** Writes a whole file under a name that is not taken yet; false if another process was first. */
  async #place(path: string, bytes: Uint8Array, mayReplace: () => Promise<boolean>): Promise<boolean> {
    const incoming = join(this.folder, '.incoming');
    await mkdir(incoming, { recursive: true });
    await this.#clear(incoming);
    await mkdir(join(path, '..'), { recursive: true });
    const temporary = join(incoming, randomBytes(12).toString('hex'));
    try {
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      try {
        await link(temporary, path);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        if (!(await mayReplace())) return false;
        await rename(temporary, path);
      }
      return true;
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

const outcomeSchema = z.object({ outcome: z.string() });

function outcomeOf(envelope: Uint8Array): string | undefined {
  const line = Buffer.from(envelope.subarray(0, 4096)).toString('utf8').split('\n')[0] ?? '';
  const parsed = outcomeSchema.safeParse(parseJson(line));
  return parsed.success ? parsed.data.outcome : undefined;
}

/** A damaged claim protects no machine; it is ignored. */
function parseClaim(text: string): Claim | undefined {
  const parsed = claimSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unavailable(error: unknown): { readonly kind: 'unavailable'; readonly why: string } {
  return { kind: 'unavailable', why: error instanceof Error ? error.message : String(error) };
}
