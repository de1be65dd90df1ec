import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Fault } from './fault.js';
import type { BodyCheck } from './object-folder.js';

/** The first line of a store object; the payload follows it. */
export interface EnvelopeHeader {
  readonly key: string;
  readonly outcome: string;
  readonly bytes: number;
  readonly sha256: string;
}

const MAX_HEADER_BYTES = 4096;
const NEWLINE = 10;
const HEX64 = /^[0-9a-f]{64}$/;

/** Proves, while it passes, that an envelope belongs to its address and that its payload is what its header names. */
export class EnvelopeCheck implements BodyCheck {
  readonly #key: string;
  readonly #hash = createHash('sha256');
  #head: Buffer = Buffer.alloc(0);
  #header: EnvelopeHeader | undefined;
  #bytes = 0;

  constructor(key: string) {
    this.#key = key;
  }

  /** Known once the body passed. */
  get header(): EnvelopeHeader | undefined {
    return this.#header;
  }

  pass(chunk: Uint8Array): void {
    if (this.#header !== undefined) {
      this.#take(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf(NEWLINE);
    if (end < 0) {
      if (this.#head.byteLength > MAX_HEADER_BYTES) throw new Fault(422, 'The envelope has no first line.');
      return;
    }
    const header = parseHeader(this.#head.subarray(0, end).toString('utf8'));
    if (header === undefined) throw new Fault(422, 'The first line is no envelope of version 1.');
    if (header.key !== this.#key) throw new Fault(422, 'The envelope is that of another key.');
    this.#header = header;
    this.#take(this.#head.subarray(end + 1));
  }

  end(): void {
    if (this.#header === undefined) throw new Fault(422, 'The envelope has no first line.');
    if (this.#bytes !== this.#header.bytes) {
      throw new Fault(
        422,
        `The payload has ${this.#bytes} bytes, not ${this.#header.bytes}; it was cut on its way.`,
      );
    }
    if (this.#hash.digest('hex') !== this.#header.sha256) {
      throw new Fault(422, 'The payload does not have the sha256 that its header names.');
    }
  }

  #take(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    this.#hash.update(chunk);
  }
}

function parseHeader(line: string): EnvelopeHeader | undefined {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof data !== 'object' || data === null) return undefined;
  if (!('v' in data) || data.v !== 1 || !('key' in data) || !('sha256' in data)) return undefined;
  if (!('outcome' in data) || !('bytes' in data)) return undefined;
  const { key, outcome, bytes, sha256 } = data;
  if (typeof key !== 'string' || !HEX64.test(key)) return undefined;
  if (typeof sha256 !== 'string' || !HEX64.test(sha256)) return undefined;
  if (typeof outcome !== 'string' || typeof bytes !== 'number' || !Number.isSafeInteger(bytes))
    return undefined;
  return { key, outcome, bytes, sha256 };
}

/** The header of an object in the folder. */
export async function readHeader(path: string): Promise<EnvelopeHeader | undefined> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
    const end = buffer.subarray(0, bytesRead).indexOf(NEWLINE);
    return end < 0 ? undefined : parseHeader(buffer.subarray(0, end).toString('utf8'));
  } finally {
    await file.close();
  }
}
