import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from 'chargen-core';
import { entityFileSchema, type EntityFile, type ExportedCopy } from '../manifest/schema.js';
import { ENTITY_FILE } from '../options.js';

export function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The folder of an entity's copies. What an earlier export made from the same original in the same way is kept, so that a
 * changed tag does not encode pictures again.
 */
export class EntityFolder {
  /** The names that belong there now. */
  readonly #names = new Set([ENTITY_FILE]);
  readonly #made = new Map<string, string>();
  /** How many copies were encoded; the others were there. */
  encoded = 0;

  private constructor(
    /** Absolute. */
    readonly path: string,
    readonly before: EntityFile | undefined,
  ) {}

  static async open(path: string): Promise<EntityFolder> {
    try {
      const data: unknown = JSON.parse(await readFile(join(path, ENTITY_FILE), 'utf8'));
      return new EntityFolder(path, entityFileSchema.safeParse(data).data);
    } catch {
      // None yet, or one that is damaged: all copies are made.
      return new EntityFolder(path, undefined);
    }
  }

  /** What an earlier export noted of a copy, if its file is still the one that it wrote. */
  async kept(name: string, madeFrom: string): Promise<ExportedCopy | undefined> {
    if (this.before?.made[name] !== madeFrom) return undefined;
    const copy = this.#copyOf(name);
    if (copy === undefined) return undefined;
    const bytes = await readFile(join(this.path, name)).catch(() => undefined);
    if (bytes === undefined || sha256Of(bytes) !== copy.sha256) return undefined;
    this.#made.set(name, madeFrom);
    return copy;
  }

  /**
   * Not by way of a temporary file, and not synced: a copy that a killed process left in half is not the one that
   * `kept` looks for, and is made again.
   */
  async writeCopy(name: string, data: Uint8Array, madeFrom: string): Promise<void> {
    await mkdir(this.path, { recursive: true });
    await writeFile(join(this.path, name), data);
    this.#made.set(name, madeFrom);
    this.encoded += 1;
  }

  /** The bytes of a copy that was written or kept. */
  read({ path }: Pick<ExportedCopy, 'path'>): Promise<Buffer> {
    return readFile(join(this.path, path.slice(path.lastIndexOf('/') + 1)));
  }

  async writeNote(name: string, note: unknown): Promise<void> {
    await writeFileAtomic(join(this.path, name), `${JSON.stringify(note, undefined, 2)}\n`);
    this.#names.add(name);
  }

  /** Writes the entity's part of the manifest, then removes what an earlier export wrote and this one did not. */
  async finish(file: Omit<EntityFile, 'v' | 'made'>): Promise<EntityFile> {
    const made = [...this.#made].sort(([a], [b]) => (a < b ? -1 : 1));
    const whole: EntityFile = { v: 1, ...file, made: Object.fromEntries(made) };
    await this.writeNote(ENTITY_FILE, whole);
    for (const name of namesOf(this.before)) {
      if (!this.#names.has(name) && !this.#made.has(name)) await this.#remove(name);
    }
    return whole;
  }

  /** Removes what an earlier export wrote, and the folder if nothing else is in it. Returns whether it is gone. */
  async clear(): Promise<boolean> {
    for (const name of namesOf(this.before)) await this.#remove(name);
    if (this.before !== undefined) await rm(join(this.path, ENTITY_FILE), { force: true });
    return rmdir(this.path).then(
      () => true,
      () => false,
    );
  }

  /** A copy that has other bytes than an export wrote stays. */
  async #remove(name: string): Promise<void> {
    const path = join(this.path, name);
    const written = this.#copyOf(name)?.sha256;
    const bytes = written === undefined ? undefined : await readFile(path).catch(() => undefined);
    if (bytes !== undefined && sha256Of(bytes) !== written) return;
    await rm(path, { force: true });
  }

  #copyOf(name: string): ExportedCopy | undefined {
    const copies = (this.before?.scenes ?? []).flatMap(({ files }) => files);
    return copies.find(({ path }) => path.endsWith(`/${name}`));
  }
}

/** The files that an export wrote. Names alone: a path in a file that was changed by hand must not lead elsewhere. */
function namesOf(file: EntityFile | undefined): string[] {
  if (file === undefined) return [];
  const notes = file.scenes.flatMap(({ contentCredentials }) => contentCredentials?.split('/').at(-1) ?? []);
  return [...Object.keys(file.made), ...notes].filter((name) => !/[/\\]|^\.\.?$/.test(name));
}
