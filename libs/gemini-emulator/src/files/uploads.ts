import { createHash, type Hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { EmulatorClock } from '../clock.js';
import { uploadId, type Random } from '../random.js';
import { invalidArgument, notFound, WireError } from '../wire/errors.js';
import type { FileStore } from './file-store.js';

interface Upload {
  readonly owner: string;
  readonly path: string;
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  readonly mimeType: string;
  readonly hash: Hash;
  received: number;
  busy: boolean;
  /** When it was last heard of. */
  touchedAt: number;
}

/** Milliseconds after which an upload that is not continued is dropped; how long the service waits is not known. */
const PATIENCE = 48 * 3_600_000;

export interface UploadStart {
  readonly owner: string;
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  readonly mimeType: string;
}

/** A finished upload, still at its temporary place. */
export interface Received {
  readonly owner: string;
  readonly path: string;
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  readonly mimeType: string;
  readonly size: number;
  readonly sha256: string;
}

/** Resumable uploads in progress. They do not outlive the process: a client starts over. */
export class Uploads {
  private readonly open = new Map<string, Upload>();

  constructor(
    private readonly files: FileStore,
    private readonly clock: EmulatorClock,
    private readonly random: Random,
    private readonly maxBytes: number,
  ) {}

  start(start: UploadStart): string {
    this.sweep();
    const id = uploadId(this.random);
    this.open.set(id, {
      ...start,
      path: this.files.partPath(id),
      hash: createHash('sha256'),
      received: 0,
      busy: false,
      touchedAt: this.clock.now(),
    });
    return id;
  }

  find(id: string, owner: string): Upload {
    this.sweep();
    const upload = this.open.get(id);
    if (upload?.owner !== owner) throw notFound('The upload session was not found. Start the upload again.');
    return upload;
  }

  /**
   * Takes one chunk, straight to disk.
   * @throws WireError 400 when `offset` is not where the last chunk ended, 409 while another chunk is coming in
   */
  async append(id: string, owner: string, offset: number, body: Readable): Promise<number> {
    const upload = this.find(id, owner);
    checkIdle(upload);
    if (offset !== upload.received) {
      throw invalidArgument(`Upload offset ${offset} does not match the ${upload.received} bytes received.`);
    }
    upload.busy = true;
    const file = await open(upload.path, upload.received === 0 ? 'w' : 'a');
    try {
      for await (const piece of body) {
        const bytes: Buffer = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
        if (upload.received + bytes.length > this.maxBytes) {
          throw invalidArgument(`File is too large: the limit is ${this.maxBytes} bytes.`);
        }
        upload.hash.update(bytes);
        await file.write(bytes);
        upload.received += bytes.length;
      }
    } finally {
      upload.busy = false;
      upload.touchedAt = this.clock.now();
      await file.close();
    }
    return upload.received;
  }

  async finish(id: string, owner: string): Promise<Received> {
    const upload = this.find(id, owner);
    checkIdle(upload);
    this.open.delete(id);
    // An upload without a byte has no file yet.
    if (upload.received === 0) await (await open(upload.path, 'w')).close();
    return {
      owner: upload.owner,
      path: upload.path,
      name: upload.name,
      displayName: upload.displayName,
      mimeType: upload.mimeType,
      size: upload.received,
      sha256: upload.hash.digest('hex'),
    };
  }

  async cancel(id: string, owner: string): Promise<void> {
    const upload = this.find(id, owner);
    checkIdle(upload);
    this.open.delete(id);
    await rm(upload.path, { force: true });
  }

  private sweep(): void {
    const before = this.clock.now() - PATIENCE;
    for (const [id, upload] of this.open) {
      if (upload.busy || upload.touchedAt > before) continue;
      this.open.delete(id);
      rmSync(upload.path, { force: true });
    }
  }
}

/** @throws WireError 409 while a chunk of it is still coming in */
function checkIdle(upload: Upload): void {
  if (upload.busy)
    throw new WireError(409, 'ABORTED', 'Another chunk of this upload is still being received.');
}
