import {
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
import type * as z from 'zod';

/** Where files and jobs lie on disk. */
export class StateFolder {
  readonly files: string;
  readonly jobs: string;

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

  close(): void {
    if (this.temporary) rmSync(this.root, { recursive: true, force: true });
  }
}

/** Written beside and renamed, so that a killed process leaves the old record or the new one. */
export function writeRecord(path: string, record: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
}

/** All records of a folder; what a killed process left half-made is removed. */
export function readRecords<T>(folder: string, schema: z.ZodType<T>): T[] {
  return readdirSync(folder).flatMap((name): T[] => {
    const path = join(folder, name);
    if (name.endsWith('.new')) rmSync(path, { force: true });
    if (!name.endsWith('.json')) return [];
    return [schema.parse(JSON.parse(readFileSync(path, 'utf8')))];
  });
}
