import { appendFileSync, closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { BUILD_ID } from './build-id.js';
import { sha256Hex } from './digest.js';
import { writeDerived } from './write-derived.js';

/** What is kept under a key: a small head, which is read at once, and a body, which is read when it is needed. */
export interface KeptEntry {
  readonly head: unknown;
  readonly body: Uint8Array;
}

/** An entry of a file. */
export interface StoredEntry extends KeptEntry {
  /** Bytes of its body, which is read only when it is asked for if the file is large. */
  readonly size: number;
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
/** A part ends after the entry that makes it as large. */
const PART_BYTES = 8_000_000;
/** What has a larger part was not written by this code. */
const MOST_PART_BYTES = 256_000_000;
/** Bodies of a larger file stay on the disk. */
const IN_MEMORY_BYTES = 16_000_000;
/** Later entries replace earlier ones of the same key; the file is written anew if so much of it is outdated. */
const OUTDATED_SHARE = 0.5;

const NONE: ReadonlyMap<string, StoredEntry> = new Map();

/**
 * A file of entries that were costly to make, for the next process. It counts only for the build that wrote it: `build`
 * is the identity of all that decides what an entry holds. What is new is added at the end. Two processes that add at
 * once, or a crash, can spoil a part: it and what follows it are not used. Losing the file costs time and nothing else.
 */
export class KeptEntries {
  /** Entries in the file, outdated ones too; 0 if it must be written anew. */
  #written = 0;
  #bytes = 0;
  #open: OpenFile | undefined;

  private constructor(
    readonly file: string,
    readonly build: string,
    readonly inMemoryBytes: number,
  ) {}

  /**
   * Undefined without the identity of a build (code that runs as tsc wrote it): nothing is kept.
   * `inMemoryBytes`: the bodies of a larger file are read when they are needed.
   */
  static of(
    file: string,
    build: string | undefined = BUILD_ID,
    inMemoryBytes = IN_MEMORY_BYTES,
  ): KeptEntries | undefined {
    // V8 has its own form of data.
    return build === undefined
      ? undefined
      : new KeptEntries(file, `${build} ${process.versions.v8}`, inMemoryBytes);
  }

  /** What the file holds, by key. Nothing of it stays in memory but what the caller keeps. */
  read(): Map<string, StoredEntry> {
    const { entries, count, bytes } = this.#readFrom(0);
    this.#written = count;
    this.#bytes = bytes;
    return entries;
  }

  /**
   * Keeps what is new or has changed; `keys` are all those that are of use. Gives what was written of a large file, to be
   * read from there. Never throws: a folder that cannot be written costs time.
   */
  keep(fresh: ReadonlyMap<string, KeptEntry>, keys: ReadonlySet<string>): ReadonlyMap<string, StoredEntry> {
    if (fresh.size === 0) return NONE;
    try {
      const isAdded =
        this.#written > 0 &&
        this.#written + fresh.size < keys.size / OUTDATED_SHARE &&
        // Another process may have written it meanwhile.
        statSync(this.file).size === this.#bytes;
      const entries = isAdded ? fresh : new Map([...this.read(), ...fresh].filter(([key]) => keys.has(key)));
      const parts = partsOf(this.build, entries);
      if (isAdded) for (const part of parts) appendFileSync(this.file, part);
      else writeDerived(this.file, parts);
      const from = isAdded ? this.#bytes : 0;
      this.#written = (isAdded ? this.#written : 0) + entries.size;
      this.#bytes = statSync(this.file).size;
      // Read again: another process may have added at the same time.
      return this.#bytes > this.inMemoryBytes ? this.#readFrom(from).entries : NONE;
    } catch {
      // The next process makes these entries again.
      this.#written = 0;
      return NONE;
    }
  }

  /** `count` is 0 if the file is not whole from there on, or not of this build. */
  #readFrom(from: number): { entries: Map<string, StoredEntry>; count: number; bytes: number } {
    const entries = new Map<string, StoredEntry>();
    let count = 0;
    let bytes = 0;
    try {
      const file = (this.#open = OpenFile.at(this.file, this.#open));
      bytes = file.size();
      const isLarge = bytes > this.inMemoryBytes;
      count = readParts(file, from, bytes, isLarge, this.build, entries) ?? 0;
      if (!isLarge) {
        file.close();
        this.#open = undefined;
      }
    } catch {
      // None yet, or one that may not be read.
    }
    return { entries, count, bytes };
  }
}

/** Descriptors of files whose entries are in use by nobody any more. */
const unused = new FinalizationRegistry<number>(closeSync);

/** Stays what it was if another process writes the file anew. */
class OpenFile {
  private constructor(readonly descriptor: number) {
    unused.register(this, descriptor, this);
  }

  /** Opens a file, if it is not the one that is open. */
  static at(path: string, open: OpenFile | undefined): OpenFile {
    const isOpen = open !== undefined && fstatSync(open.descriptor).ino === statSync(path).ino;
    return isOpen ? open : new OpenFile(openSync(path, 'r'));
  }

  size(): number {
    return fstatSync(this.descriptor).size;
  }

  /** Fills `into`; false if the file ends before. */
  read(into: Buffer, position: number): boolean {
    for (let done = 0; done < into.length;) {
      const read = readSync(this.descriptor, into, done, into.length - done, position + done);
      if (read === 0) return false;
      done += read;
    }
    return true;
  }

  close(): void {
    unused.unregister(this);
    closeSync(this.descriptor);
  }
}

class EntryOnDisk implements StoredEntry {
  constructor(
    readonly head: unknown,
    readonly size: number,
    readonly file: OpenFile,
    readonly position: number,
  ) {}

  get body(): Uint8Array {
    const bytes = Buffer.allocUnsafeSlow(this.size);
    if (!this.file.read(bytes, this.position))
      throw new Error('A file of the cache was cut while it was read. Run the same command again.');
    return bytes;
  }
}

/** Returns how many entries the file holds; undefined if it is not whole, or not of this build. */
function readParts(
  file: OpenFile,
  from: number,
  to: number,
  staysOnDisk: boolean,
  build: string,
  entries: Map<string, StoredEntry>,
): number | undefined {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  let room = Buffer.alloc(0);
  let count = 0;
  for (let at = from; at < to;) {
    if (to - at < PREFIX_BYTES || !file.read(prefix, at)) return undefined;
    const length = Number(prefix.readBigUInt64LE());
    const begin = at + PREFIX_BYTES;
    if (length > MOST_PART_BYTES || begin + length > to) return undefined;
    if (!staysOnDisk || room.length < length) room = Buffer.allocUnsafeSlow(length);
    const part = room.subarray(0, length);
    if (!file.read(part, begin) || !prefix.subarray(LENGTH_BYTES).equals(digestOf(part))) return undefined;
    const headEnd = part.indexOf('\n');
    const head: unknown = JSON.parse(part.toString('utf8', 0, headEnd));
    if (!isPartHead(head, build)) return undefined;
    let bodyAt = headEnd + 1;
    for (const [key, entryHead, size] of head.entries) {
      const end = bodyAt + size;
      const entry = staysOnDisk
        ? new EntryOnDisk(entryHead, size, file, begin + bodyAt)
        : { head: entryHead, size, body: part.subarray(bodyAt, end) };
      entries.set(key, entry);
      bodyAt = end;
    }
    count += head.entries.length;
    at = begin + length;
  }
  return count;
}

function digestOf(part: Uint8Array): Buffer {
  return Buffer.from(sha256Hex(part), 'hex').subarray(0, DIGEST_BYTES);
}

/** Some entries each, so that neither a text nor a buffer is as large as the file. */
function* partsOf(build: string, entries: Iterable<readonly [string, KeptEntry]>): Generator<Buffer> {
  let heads: [string, unknown, number][] = [];
  let bodies: Uint8Array[] = [];
  let bytes = 0;
  for (const [key, entry] of entries) {
    const { body } = entry;
    heads.push([key, entry.head, body.length]);
    bodies.push(body);
    bytes += body.length;
    if (bytes < PART_BYTES) continue;
    yield partOf({ v: 4, build, entries: heads }, bodies);
    [heads, bodies, bytes] = [[], [], 0];
  }
  if (heads.length > 0) yield partOf({ v: 4, build, entries: heads }, bodies);
}

function partOf(head: PartHead, bodies: readonly Uint8Array[]): Buffer {
  const part = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...bodies]);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(part.length));
  return Buffer.concat([length, digestOf(part), part]);
}
