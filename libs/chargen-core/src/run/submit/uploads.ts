import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { GeminiDoor, UploadedFile } from '../../gemini/index.js';
import { writeFileAtomic } from '../../util/atomic-write.js';
import type { Clock } from '../../util/clock.js';

const entrySchema = z.object({ name: z.string(), uri: z.string(), expiresAt: z.number() });
const ledgerSchema = z.object({ v: z.literal(1), uploads: z.record(z.string(), entrySchema) });
type Entry = z.infer<typeof entrySchema>;

/**
 * Google keeps an upload for 48 hours, and a job may take its stated 24: a file that would expire under a
 * running job is uploaded anew.
 */
export const NEEDED_LIFE_MS = 25 * 3_600_000;
const UPLOAD_LIFE_MS = 48 * 3_600_000;

/**
 * Which reference is at Google under which address, by digest, across runs. Losing it costs uploads, which
 * are free, so a ledger that cannot be read is begun anew.
 */
export class UploadLedger {
  /** Names of uploads that are known to be there. */
  readonly #checked = new Set<string>();
  readonly #handedOut = new Set<string>();
  #uploads: Record<string, Entry> | undefined;
  #loading: Promise<Record<string, Entry>> | undefined;
  #saved = Promise.resolve();

  constructor(
    readonly path: string,
    readonly clock: Clock,
    readonly scratch: string,
  ) {}

  /** An upload of these bytes that lives long enough and is still there; asked of Google once per process. */
  async find(
    door: Pick<GeminiDoor, 'keyFingerprint' | 'findFile'>,
    sha256: string,
    signal: AbortSignal,
  ): Promise<Entry | undefined> {
    const uploads = await this.#load();
    const id = `${door.keyFingerprint}:${sha256}`;
    const entry = uploads[id];
    if (entry === undefined || entry.expiresAt - this.clock.now() < NEEDED_LIFE_MS) return undefined;
    if (!this.#checked.has(entry.name)) {
      const file = await door.findFile(entry.name, signal);
      if (file?.state !== 'ACTIVE' || !isOf(file, sha256)) return undefined;
      this.#checked.add(entry.name);
    }
    this.#handedOut.add(entry.name);
    return entry;
  }

  async keep(door: Pick<GeminiDoor, 'keyFingerprint'>, sha256: string, file: UploadedFile): Promise<Entry> {
    const uploads = await this.#load();
    const id = `${door.keyFingerprint}:${sha256}`;
    const entry: Entry = {
      name: file.name,
      uri: file.uri,
      expiresAt: expiryOf(file, this.clock.now()),
    };
    uploads[id] = entry;
    this.#checked.add(entry.name);
    this.#handedOut.add(entry.name);
    await this.#save(uploads);
    return entry;
  }

  /** Names given out since the last `reload`: a job that is being staged needs them, and no state names them yet. */
  get handedOut(): ReadonlySet<string> {
    return this.#handedOut;
  }

  async forget(names: ReadonlySet<string>): Promise<void> {
    const uploads = await this.#load();
    const gone = Object.keys(uploads).filter((id) => names.has(uploads[id]?.name ?? ''));
    if (gone.length === 0) return;
    for (const name of names) this.#checked.delete(name);
    const left = Object.fromEntries(Object.entries(uploads).filter(([id]) => !gone.includes(id)));
    this.#uploads = left;
    await this.#save(left);
  }

  /** Another process may have written it since: read again whenever the lock was taken anew. */
  reload(): void {
    this.#uploads = undefined;
    this.#loading = undefined;
    this.#handedOut.clear();
  }

  /** Uploads run side by side: all of them must share one record, or the last to save would drop the others. */
  async #load(): Promise<Record<string, Entry>> {
    this.#loading ??= this.#read();
    this.#uploads ??= await this.#loading;
    return this.#uploads;
  }

  async #read(): Promise<Record<string, Entry>> {
    try {
      const data: unknown = JSON.parse(await readFile(this.path, 'utf8'));
      const parsed = ledgerSchema.safeParse(data);
      return parsed.success ? parsed.data.uploads : {};
    } catch {
      // None yet, or cut short.
      return {};
    }
  }

  /** One after the other: of writes side by side, one that knows less could be the last. */
  #save(uploads: Record<string, Entry>): Promise<void> {
    const write = (): Promise<void> =>
      writeFileAtomic(this.path, JSON.stringify({ v: 1, uploads }), this.scratch);
    this.#saved = this.#saved.then(write, write);
    return this.#saved;
  }
}

/**
 * When an upload that was made this moment is gone, by the clock of this machine: one that was two days ahead of
 * Google's took each upload for expired, and made it anew without end.
 */
export function expiryOf(
  { createdAt, expiresAt }: Pick<UploadedFile, 'createdAt' | 'expiresAt'>,
  now: number,
): number {
  const life = createdAt === undefined || expiresAt === undefined ? UPLOAD_LIFE_MS : expiresAt - createdAt;
  return now + life;
}

/** Stands last in the display name of an upload. */
export function uploadMark(sha256: string): string {
  return sha256.slice(0, 16);
}

/**
 * A service that was begun anew, as the emulator of a preview is, gives the same names to other files: with those a
 * request would be drawn after the wrong picture.
 */
function isOf(file: UploadedFile, sha256: string): boolean {
  return file.displayName?.endsWith(`/${uploadMark(sha256)}`) ?? true;
}
