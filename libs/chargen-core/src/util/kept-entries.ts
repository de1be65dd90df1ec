import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { BUILD_ID } from './build-id.js';
import { sha256Hex } from './digest.js';
import { writeDerived } from './write-derived.js';

/** What is kept under a key: a small head, which is read at once, and a body, which is read when it is needed. */
export interface KeptEntry {
  readonly head: unknown;
  readonly body: Uint8Array;
}

/** Written by this very code, as the build shows: a schema would take longer than it saves. */
function isKept<T extends object>(value: unknown): value is T {
  return typeof value === 'object' && value !== null;
}

/** A head or a body of an entry, as it was given to `keep`. */
export function asKept<T extends object>(value: unknown): T {
  if (isKept<T>(value)) return value;
  throw new TypeError('What was kept is no object.');
}

interface PartHead {
  readonly v: 4;
  readonly build: string;
  /** Key, head and length of the body. The bodies follow in this order. */
  readonly entries: readonly (readonly [string, unknown, number])[];
}

/** Bytes with the right digest and build were written by this very code: a schema would take longer than it saves. */
function isPartHead(data: unknown, build: string): data is PartHead {
  return (
    typeof data === 'object' &&
    data !== null &&
    'v' in data &&
    data.v === 4 &&
    'build' in data &&
    data.build === build &&
    'entries' in data &&
    Array.isArray(data.entries)
  );
}

/** Each part stands behind its length in bytes and the beginning of its sha256. */
const LENGTH_BYTES = 8;
const DIGEST_BYTES = 16;
const PREFIX_BYTES = LENGTH_BYTES + DIGEST_BYTES;
/** Later entries replace earlier ones of the same key; the file is written anew if so much of it is outdated. */
const OUTDATED_SHARE = 0.5;

/**
 * A file of entries that were costly to make, for the next process. It counts only for the build that wrote it: `build`
 * is the identity of all that decides what an entry holds. What is new is added at the end. Two processes that add at
 * once, or a crash, can spoil a part: it and what follows it are not used. Losing the file costs time and nothing else.
 */
export class KeptEntries {
  /** Entries in the file, outdated ones too; 0 if it must be written anew. */
  #written = 0;
  #bytes = 0;

  private constructor(
    readonly file: string,
    readonly build: string,
  ) {}

  /** Undefined without the identity of a build (code that runs as tsc wrote it): nothing is kept. */
  static of(file: string, build: string | undefined = BUILD_ID): KeptEntries | undefined {
    // V8 has its own form of data.
    return build === undefined ? undefined : new KeptEntries(file, `${build} ${process.versions.v8}`);
  }

  /** What the file holds, by key. Nothing of it stays in memory but what the caller keeps. */
  read(): Map<string, KeptEntry> {
    const entries = new Map<string, KeptEntry>();
    this.#written = 0;
    try {
      const bytes = readFileSync(this.file);
      this.#bytes = bytes.length;
      const count = this.#readParts(bytes, entries);
      this.#written = count ?? 0;
    } catch {
      // None yet, or one that may not be read.
    }
    return entries;
  }

  /**
   * Keeps what is new or has changed; `keys` are all those that are of use. Never throws: a folder that cannot be written
   * costs time.
   */
  keep(fresh: ReadonlyMap<string, KeptEntry>, keys: ReadonlySet<string>): void {
    if (fresh.size === 0) return;
    try {
      const isAdded =
        this.#written > 0 &&
        this.#written + fresh.size < keys.size / OUTDATED_SHARE &&
        // Another process may have written it meanwhile.
        statSync(this.file).size === this.#bytes;
      const entries = isAdded ? fresh : new Map([...this.read(), ...fresh].filter(([key]) => keys.has(key)));
      const part = partOf(this.build, entries);
      if (isAdded) appendFileSync(this.file, part);
      else writeDerived(this.file, part);
      this.#bytes = (isAdded ? this.#bytes : 0) + part.length;
      this.#written = (isAdded ? this.#written : 0) + entries.size;
    } catch {
      // The next process makes these entries again.
      this.#written = 0;
    }
  }

  /** Returns how many entries the file holds; undefined if it is not whole, or not of this build. */
  #readParts(bytes: Buffer, entries: Map<string, KeptEntry>): number | undefined {
    let count = 0;
    for (let at = 0; at < bytes.length;) {
      const length = bytes.length - at < PREFIX_BYTES ? Infinity : Number(bytes.readBigUInt64LE(at));
      const end = at + PREFIX_BYTES + length;
      if (end > bytes.length) return undefined;
      const part = bytes.subarray(at + PREFIX_BYTES, end);
      if (!bytes.subarray(at + LENGTH_BYTES, at + PREFIX_BYTES).equals(digestOf(part))) return undefined;
      const head: unknown = JSON.parse(part.toString('utf8', 0, part.indexOf('\n')));
      if (!isPartHead(head, this.build)) return undefined;
      let bodyAt = part.indexOf('\n') + 1;
      for (const [key, entryHead, size] of head.entries) {
        entries.set(key, { head: entryHead, body: part.subarray(bodyAt, (bodyAt += size)) });
      }
      count += head.entries.length;
      at = end;
    }
    return count;
  }
}

function digestOf(part: Uint8Array): Buffer {
  return Buffer.from(sha256Hex(part), 'hex').subarray(0, DIGEST_BYTES);
}

function partOf(build: string, entries: ReadonlyMap<string, KeptEntry>): Buffer {
  const head: PartHead = {
    v: 4,
    build,
    entries: [...entries].map(([key, entry]) => [key, entry.head, entry.body.length]),
  };
  const bodies = [...entries.values()].map(({ body }) => body);
  const part = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...bodies]);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(part.length));
  return Buffer.concat([length, digestOf(part), part]);
}
