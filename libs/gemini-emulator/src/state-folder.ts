import { randomInt } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const bootSchema = z.object({ seed: z.number(), boot: z.number() });

/** Where files and jobs are on disk. */
export class StateFolder {
  readonly files: string;
  readonly jobs: string;
  /** An earlier process had its state here: what looks like a leftover of it is one. */
  private continued = false;

  private constructor(
    readonly root: string,
    private readonly temporary: boolean,
  ) {
    this.files = join(root, 'files');
    this.jobs = join(root, 'jobs');
    mkdirSync(this.files, { recursive: true });
    mkdirSync(this.jobs, { recursive: true });
  }

  static open(dir: string | undefined): StateFolder {
    if (dir === undefined) return new StateFolder(mkdtempSync(join(tmpdir(), 'gemini-emulator-')), true);
    return new StateFolder(dir, false);
  }

  /**
   * The seed of this state, and how often it was opened: a job that a killed process left half-drawn is drawn on in the
   * same order, and an id is never given twice.
   * @param seed what the caller wants, if anything
   */
  opened(seed: number | undefined): { readonly seed: number; readonly boot: number } {
    const path = join(this.root, 'state.json');
    const known = existsSync(path) ? bootSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
    const now = { seed: seed ?? known?.seed ?? randomInt(2 ** 32), boot: (known?.boot ?? 0) + 1 };
    writeRecord(path, now);
    this.continued = known !== undefined;
    return now;
  }

  /** Removes what a killed process left half-made. Nothing else is removed: the folder may hold other files. */
  sweep(folder: string, isLeftover: (name: string) => boolean): void {
    if (!this.continued) return;
    for (const name of readdirSync(folder)) if (isLeftover(name)) rmSync(join(folder, name), { force: true });
  }

  close(): void {
    if (this.temporary) rmSync(this.root, { recursive: true, force: true });
  }
}

/** Written beside and renamed, so that a killed process leaves the old record or the new one. */
export function writeRecord(path: string, record: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
}

/** All records of a folder; one that a killed process left half-written is removed. */
export function readRecords<T>(folder: string, schema: z.ZodType<T>): T[] {
  return readdirSync(folder).flatMap((name): T[] => {
    const path = join(folder, name);
    if (name.endsWith('.new')) rmSync(path, { force: true });
    if (!name.endsWith('.json')) return [];
    return [schema.parse(JSON.parse(readFileSync(path, 'utf8')))];
  });
}
