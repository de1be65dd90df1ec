import { realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SimilarFiles } from '../content/index.js';
import { inspectPicture, type PictureVerdict } from '../picture/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { sha256Hex } from '../util/digest.js';
import { isWithin } from '../util/paths.js';
import { RACY_MS } from '../util/racy.js';
import { isMissing, whyUnreadable } from '../util/fs-error.js';
import type { LookedFiles } from '../util/looked-files.js';

/** What a picture file holds, as far as planning must know. */
export type FileFacts =
  | { readonly kind: 'absent' }
  /** Something is there that cannot be read: a folder, a circle of links, a file without permission. */
  | { readonly kind: 'unreadable'; readonly why: string }
  | {
      readonly kind: 'picture';
      readonly sha256: string;
      readonly bytes: number;
      readonly verdict: PictureVerdict;
    };

const entrySchema = z.object({
  size: z.number(),
  mtimeMs: z.number(),
  /** Unlike the time of the bytes, no program can set it back. */
  ctimeMs: z.number(),
  ino: z.number(),
  sha256: z.string(),
  verdict: z.custom<PictureVerdict>(
    (value) => typeof value === 'object' && value !== null && 'kind' in value,
  ),
});
const cacheSchema = z.object({ v: z.literal(2), files: z.record(z.string(), entrySchema) });
type Entry = z.infer<typeof entrySchema>;

/**
 * Reads and hashes a file only if its size, times or inode are not those of the last look, in this process or an
 * earlier one; losing the cache costs time and nothing else. Within a look each file is looked at once. A look ends
 * with `lookAgain`: a run waits for up to a day, and an author may have saved a picture meanwhile.
 */
export class FileDigests {
  readonly #facts = new Map<string, Promise<FileFacts>>();
  #similar: SimilarFiles;
  readonly #isInside = new Map<string, boolean>();
  #realRoot: string | undefined;
  readonly #known = new Map<string, Entry>();
  readonly #fresh = new Map<string, Entry>();
  /** How many files were read and hashed, for the benchmark and its tests. */
  filesRead = 0;

  private constructor(
    readonly workspaceRoot: string,
    readonly cacheFile: string | undefined,
    /** Notes what is looked at here, and by others that plan with this object. */
    readonly looked: LookedFiles | undefined,
  ) {
    this.#similar = new SimilarFiles(workspaceRoot);
  }

  static async open(workspaceRoot: string, cacheFile?: string, looked?: LookedFiles): Promise<FileDigests> {
    const digests = new FileDigests(workspaceRoot, cacheFile, looked);
    if (cacheFile !== undefined) {
      try {
        const data: unknown = JSON.parse(await readFile(cacheFile, 'utf8'));
        const parsed = cacheSchema.safeParse(data);
        if (parsed.success)
          for (const [path, entry] of Object.entries(parsed.data.files)) digests.#known.set(path, entry);
      } catch {
        // No cache, or one cut short: every file is hashed again.
      }
    }
    return digests;
  }

  /** Facts of a file by its path relative to the workspace. */
  find(path: string): Promise<FileFacts> {
    this.looked?.look(join(this.workspaceRoot, path));
    const present = this.#facts.get(path);
    if (present !== undefined) return present;
    const facts = this.#read(path);
    this.#facts.set(path, facts);
    return facts;
  }

  /** Whether a file that is there is in the workspace, and no link that leads out of it. Each scene asks for each picture. */
  isInside(path: string): boolean {
    let isInside = this.#isInside.get(path);
    if (isInside === undefined) {
      const root = (this.#realRoot ??= realpathSync.native(this.workspaceRoot));
      isInside = isWithin(root, realpathSync.native(join(this.workspaceRoot, path)));
      this.#isInside.set(path, isInside);
    }
    return isInside;
  }

  /** See `SimilarFiles`. */
  adviceOn(missing: readonly string[]): string {
    const advice = this.#similar.advice(missing);
    this.looked?.noteAdvice(missing, advice);
    return advice;
  }

  /** Begins another look: what was found before counts only for files that are as they were. */
  lookAgain(): void {
    this.#facts.clear();
    this.#isInside.clear();
    this.#realRoot = undefined;
    this.#similar = new SimilarFiles(this.workspaceRoot);
  }

  /** Facts of a file as it is this moment. */
  findNow(path: string): Promise<FileFacts> {
    this.#facts.delete(path);
    this.#isInside.delete(path);
    return this.find(path);
  }

  /** Forgets what was read of a file, because this process has just written it. */
  forget(path: string): void {
    this.#facts.delete(path);
    this.#isInside.delete(path);
    this.#known.delete(path);
    this.#fresh.delete(path);
  }

  async #read(path: string): Promise<FileFacts> {
    const absolute = join(this.workspaceRoot, path);
    try {
      // Synchronously, as most of a world is looked at and not read.
      const stats = statSync(absolute, { throwIfNoEntry: false });
      if (stats === undefined) return { kind: 'absent' };
      // A pipe or a device would be read endlessly.
      if (!stats.isFile()) return { kind: 'unreadable', why: 'it is no file' };
      const { size, mtimeMs, ctimeMs, ino } = stats;
      const known = this.#fresh.get(path) ?? this.#known.get(path);
      const isAsKnown =
        known?.size === size && known.mtimeMs === mtimeMs && known.ctimeMs === ctimeMs && known.ino === ino;
      if (isAsKnown) {
        this.#fresh.set(path, known);
        return { kind: 'picture', sha256: known.sha256, bytes: size, verdict: known.verdict };
      }
      const bytes = await readFile(absolute);
      this.filesRead += 1;
      const sha256 = sha256Hex(bytes);
      const verdict = inspectPicture(bytes);
      if (Date.now() - Math.max(mtimeMs, ctimeMs) > RACY_MS)
        this.#fresh.set(path, { size, mtimeMs, ctimeMs, ino, sha256, verdict });
      else this.#fresh.delete(path);
      return { kind: 'picture', sha256, bytes: bytes.byteLength, verdict };
    } catch (error) {
      if (isMissing(error)) return { kind: 'absent' };
      // Never taken for absent, and one file must not stop the whole world.
      return { kind: 'unreadable', why: whyUnreadable(error) };
    }
  }

  /** Remembers digests for the next process. Files that were not looked at stay remembered as they were. */
  async save(): Promise<void> {
    if (this.cacheFile === undefined || this.#fresh.size === 0) return;
    const files = Object.fromEntries([...this.#known, ...this.#fresh]);
    if ([...this.#fresh].every(([path, entry]) => this.#known.get(path) === entry)) return;
    // Digests save time and nothing else: a folder that cannot be written to stops nothing.
    await writeFileAtomic(this.cacheFile, JSON.stringify({ v: 2, files })).catch(() => undefined);
  }
}
