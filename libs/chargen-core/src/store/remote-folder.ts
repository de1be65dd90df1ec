import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists } from '../util/exists.js';
import { hasCode, isMissing } from '../util/fs-error.js';
import { makeBelow } from '../util/make-below.js';
import { namesIn } from '../util/names-in.js';
import type { Link } from '../util/place-new.js';
import { syncFile } from '../util/sync-file.js';
import { givesWay } from './envelope-outcome.js';
import { FolderSlots } from './folder-slots.js';
import { askEach } from './in-portions.js';
import type {
  Claimant,
  ClaimRequest,
  ListedClaim,
  RemoteClaim,
  RemoteFault,
  RemoteGet,
  RemoteListed,
  RemotePut,
  RemoteRemoval,
  RemoteStore,
  StoredObject,
} from './remote-store.js';
import { SlotClaims } from './slot-claims.js';

/** Milliseconds of a week: no process writes one file for so long. */
const DEAD_MS = 7 * 24 * 3_600_000;

/** A shared store in a folder that several machines see: a network share, or a disk of the CI machine. */
export class RemoteFolder implements RemoteStore {
  readonly name: string;
  readonly #slots: FolderSlots;
  readonly #claims: SlotClaims;
  #isCleared = false;

  /** `makeLink` is what makes hard links; a test gives one that fails as on a file system without them. */
  constructor(
    readonly folder: string,
    readonly now: () => number,
    makeLink?: Link,
  ) {
    this.name = folder;
    this.#slots = new FolderSlots({
      root: folder,
      folder: join(folder, 'claims'),
      makeLink,
      writeTemporary: (bytes) => this.#writeTemporary(bytes),
    });
    this.#claims = new SlotClaims(this.#slots, now);
  }

  async get(key: string): Promise<RemoteGet> {
    try {
      // A share that is not mounted must not look like an empty store.
      await stat(this.folder);
    } catch (error) {
      return faultOf(error);
    }
    try {
      return { kind: 'found', envelope: await readFile(this.#objectPath(key)) };
    } catch (error) {
      return isMissing(error) ? { kind: 'absent' } : faultOf(error);
    }
  }

  async present(keys: readonly string[]): Promise<RemoteListed<ReadonlySet<string>>> {
    const found = new Set<string>();
    try {
      await stat(this.folder);
      for (const part of new Set(keys.map((key) => key.slice(0, 2)))) {
        for (const name of await namesIn(join(this.folder, 'objects', part))) found.add(name);
      }
    } catch (error) {
      return faultOf(error);
    }
    return { kind: 'listed', found };
  }

  async put(key: string, envelope: Uint8Array): Promise<RemotePut> {
    const path = this.#objectPath(key);
    try {
      await stat(this.folder);
      if (!(await this.#place(path, envelope))) return { kind: 'exists' };
      await this.#slots.clear(key);
      return { kind: 'stored' };
    } catch (error) {
      return isForbidden(error) ? { kind: 'read-only', why: messageOf(error) } : faultOf(error);
    }
  }

  claim(
    requests: readonly ClaimRequest[],
    claimant: Claimant,
    seconds: number,
    mayShorten = false,
  ): Promise<readonly RemoteClaim[]> {
    return askEach(requests, async ({ key, what }) => {
      try {
        await stat(this.folder);
        if (await this.#isAnswered(key)) return { kind: 'answered' };
        const outcome = await this.#claims.claim(key, { ...claimant, what }, seconds, mayShorten);
        // A result clears the claims away: it may have come since we looked, and taken the holder's with it.
        return outcome.kind === 'granted' && (await this.#isAnswered(key)) ? { kind: 'answered' } : outcome;
      } catch (error) {
        return isForbidden(error) ? { kind: 'read-only', why: messageOf(error) } : faultOf(error);
      }
    });
  }

  async release(keys: readonly string[], claimant: Claimant): Promise<void> {
    for (const key of keys) await this.#claims.release(key, claimant);
  }

  async claims(): Promise<RemoteListed<readonly ListedClaim[]>> {
    try {
      await stat(this.folder);
      return { kind: 'listed', found: await this.#claims.list() };
    } catch (error) {
      return faultOf(error);
    }
  }

  async stored(): Promise<RemoteListed<readonly StoredObject[]>> {
    const objects = join(this.folder, 'objects');
    const found: StoredObject[] = [];
    try {
      await stat(this.folder);
      for (const part of await namesIn(objects)) {
        for (const key of await namesIn(join(objects, part))) {
          const { size, mtimeMs } = await stat(join(objects, part, key));
          found.push({ key, bytes: size, modified: mtimeMs });
        }
      }
    } catch (error) {
      return faultOf(error);
    }
    return { kind: 'listed', found };
  }

  async remove(key: string): Promise<RemoteRemoval> {
    try {
      await stat(this.folder);
      await rm(this.#objectPath(key), { force: true });
      return { kind: 'removed' };
    } catch (error) {
      return isForbidden(error) ? { kind: 'read-only', why: messageOf(error) } : faultOf(error);
    }
  }

  #isAnswered(key: string): Promise<boolean> {
    return exists(this.#objectPath(key));
  }

  #objectPath(key: string): string {
    return join(this.folder, 'objects', key.slice(0, 2), key);
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

  /**
   * Writes a whole file; false if one is there that stays. Of two machines that place a result at the same moment the
   * later one may win: both were paid for, and a reader sees one of them whole.
   */
  async #place(path: string, bytes: Uint8Array): Promise<boolean> {
    const temporary = await this.#writeTemporary(bytes);
    try {
      await makeBelow(this.folder, dirname(path));
      if ((await exists(path)) && !givesWay(await readFile(path), bytes)) return false;
      await rename(temporary, path);
      return true;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async #writeTemporary(bytes: Uint8Array): Promise<string> {
    const incoming = join(this.folder, '.incoming');
    await makeBelow(this.folder, incoming);
    await this.#clear(incoming);
    const temporary = join(incoming, randomBytes(12).toString('hex'));
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await syncFile(file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return temporary;
  }
}

/** The folder is read-only for this machine, or its user may not write there. */
function isForbidden(error: unknown): boolean {
  return hasCode(error, 'EACCES') || hasCode(error, 'EROFS') || hasCode(error, 'EPERM');
}

function faultOf(error: unknown): RemoteFault {
  return { kind: isForbidden(error) ? 'denied' : 'unavailable', why: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
