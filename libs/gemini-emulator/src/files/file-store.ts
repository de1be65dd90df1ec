import { createReadStream, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { EmulatorClock } from '../clock.js';
import { fileId, type Random } from '../random.js';
import { readRecords, writeRecord, type StateFolder } from '../state-folder.js';
import type { JsonObject } from '../wire/json.js';
import { microTime } from '../wire/time.js';

const recordSchema = z.object({
  id: z.string(),
  /** The project that the file belongs to: sha256 of its API key. */
  owner: z.string(),
  displayName: z.string().exactOptional(),
  mimeType: z.string(),
  size: z.number(),
  /** Hex. */
  sha256: z.string(),
  createdAt: z.number(),
  activeAt: z.number(),
  expiresAt: z.number(),
  source: z.enum(['UPLOADED', 'GENERATED']),
  /** Reason why the file is in state FAILED. */
  failed: z.string().exactOptional(),
});
export type FileRecord = z.infer<typeof recordSchema>;

const HOUR = 3_600_000;
/** Uploads live 48 hours, results six weeks. */
const LIFETIME = { UPLOADED: 48 * HOUR, GENERATED: 42 * 24 * HOUR } as const;

export interface NewFile {
  readonly owner: string;
  readonly id?: string;
  readonly displayName?: string;
  readonly mimeType: string;
  readonly size: number;
  readonly sha256: string;
  readonly source: FileRecord['source'];
  readonly createdAt: number;
  readonly processing: number;
  readonly failed?: string;
}

/** Files by id, their bytes on disk, each visible to its owner alone and until it expires. */
export class FileStore {
  private readonly records = new Map<string, FileRecord>();

  constructor(
    private readonly folder: StateFolder,
    private readonly clock: EmulatorClock,
    private readonly random: Random,
  ) {
    for (const record of readRecords(folder.files, recordSchema)) this.records.set(record.id, record);
    // Uploads begin anew after a restart, and results are drawn anew.
    folder.sweep(
      folder.files,
      (name) =>
        name.endsWith('.part') || (name.endsWith('.bin') && !this.records.has(name.slice(0, -'.bin'.length))),
    );
  }

  /** Takes over the bytes at `path`. */
  adopt(path: string, file: NewFile): FileRecord {
    const { processing, id = this.freeId(), ...rest } = file;
    const record: FileRecord = {
      ...rest,
      id,
      activeAt: file.createdAt + processing,
      expiresAt: file.createdAt + LIFETIME[file.source],
    };
    const target = this.pathOf(id);
    if (path !== target) renameSync(path, target);
    writeRecord(this.recordPath(id), record);
    this.records.set(id, record);
    return record;
  }

  find(owner: string, id: string): FileRecord | undefined {
    this.sweep();
    const record = this.records.get(id);
    return record?.owner === owner ? record : undefined;
  }

  /** Whether anyone has a file of this id. */
  taken(id: string): boolean {
    return this.records.has(id);
  }

  /** An owner's files, newest first. */
  list(owner: string): FileRecord[] {
    return this.all().filter((record) => record.owner === owner);
  }

  all(): FileRecord[] {
    this.sweep();
    return [...this.records.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** Bytes that an owner's files take; result files count too. */
  usedBytes(owner: string): number {
    return this.list(owner).reduce((sum, record) => sum + record.size, 0);
  }

  remove(id: string): void {
    this.records.delete(id);
    rmSync(this.recordPath(id), { force: true });
    rmSync(this.pathOf(id), { force: true });
  }

  pathOf(id: string): string {
    return join(this.folder.files, `${id}.bin`);
  }

  /** A place for bytes that are not a file yet. */
  partPath(name: string): string {
    return join(this.folder.files, `${name}.part`);
  }

  read(id: string): Promise<Buffer> {
    return readFile(this.pathOf(id));
  }

  stream(id: string): ReturnType<typeof createReadStream> {
    return createReadStream(this.pathOf(id));
  }

  isActive(record: FileRecord): boolean {
    return record.failed === undefined && this.clock.now() >= record.activeAt;
  }

  /** The File resource on the wire. @param base origin and version, such as `http://127.0.0.1:8787/v1beta` */
  resource(record: FileRecord, base: string): JsonObject {
    const state = record.failed !== undefined ? 'FAILED' : this.isActive(record) ? 'ACTIVE' : 'PROCESSING';
    return {
      name: `files/${record.id}`,
      ...(record.displayName === undefined ? {} : { displayName: record.displayName }),
      mimeType: record.mimeType,
      sizeBytes: String(record.size),
      createTime: microTime(record.createdAt, `${record.id} create`),
      updateTime: microTime(record.createdAt, `${record.id} create`),
      expirationTime: microTime(record.expiresAt, `${record.id} expire`),
      // Base64 of the hexadecimal text, not of the digest: so it is on the wire.
      sha256Hash: Buffer.from(record.sha256).toString('base64'),
      uri: `${base}/files/${record.id}`,
      state,
      source: record.source,
      ...(record.failed === undefined ? {} : { error: { code: 13, message: record.failed } }),
    };
  }

  private freeId(): string {
    for (;;) {
      const id = fileId(this.random);
      if (!this.records.has(id)) return id;
    }
  }

  private recordPath(id: string): string {
    return join(this.folder.files, `${id}.json`);
  }

  private sweep(): void {
    const now = this.clock.now();
    for (const record of this.records.values()) if (now >= record.expiresAt) this.remove(record.id);
  }
}
