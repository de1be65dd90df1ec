import { deserialize, serialize } from 'node:v8';
import type { LoadedEntity } from '../content/index.js';
// Not by the index: the graph of every Nx process needs this file, and not the YAML editor behind the index.
import {
  canBeReadFrom,
  peekAt,
  withBody,
  type BodySource,
  type LoadedBody,
  type LoadedHead,
} from '../content/loaded-body.js';
import type { ContentReader, Reads } from '../content/world.js';
import { asKept, KeptEntries, type KeptEntry, type StoredEntry } from '../util/kept-entries.js';

interface Head extends LoadedHead {
  /** Names of the other fields, which are in the body. */
  readonly fields: readonly string[];
  /** Size, times and inodes of the files that it was read from, if these reveal a change. */
  readonly stamp?: string;
}

/**
 * A world as it was read from YAML, on disk for the next process: without it each command of Nx in each terminal reads
 * every file of the world as YAML again. An entity counts only for the content it was read from (by sha256, which is not
 * computed again while the files' stamps are the same), and only for the build that read it. Without the identity of a
 * build (code that runs as tsc wrote it) nothing is kept.
 */
export class WorldCache {
  readonly #kept: KeptEntries | undefined;
  /** What the file holds: the entities as they were given to the reader or taken from it, and their stamps. */
  readonly #known = new Map<string, { readonly loaded: LoadedEntity; readonly stamp: string | undefined }>();

  constructor(
    readonly file: string,
    build?: string,
    inMemoryBytes?: number,
  ) {
    this.#kept = KeptEntries.of(file, build, inMemoryBytes);
  }

  /** Gives a reader what an earlier process read. */
  fill(reader: ContentReader): void {
    for (const [file, entry] of this.#kept?.read() ?? []) {
      const known = asKept<Head>(entry.head);
      this.#known.set(file, {
        loaded: withBody(known, known.fields, sourceOf(entry, reader.reads)),
        stamp: known.stamp,
      });
    }
    reader.recall([...this.#known.values()].map(({ loaded, stamp }) => [loaded, stamp]));
  }

  /** Keeps what had to be read, and by what its files are known. Of a large world it need not stay in memory then. */
  keep(reader: ContentReader): void {
    const fresh = new Map<string, KeptEntry>();
    const files = new Set<string>();
    for (const loaded of reader.read) {
      const { file } = loaded.folder;
      files.add(file);
      const stamp = reader.stampOf(file);
      const known = this.#known.get(file);
      if (known?.loaded === loaded && (stamp === undefined || stamp === known.stamp)) continue;
      const { folder, id, sourceDigest } = loaded;
      const body = peekAt(loaded);
      const head: Head = { folder, id, sourceDigest, fields: Object.keys(body) };
      fresh.set(file, {
        head: stamp === undefined ? head : { ...head, stamp },
        body: bytesOf(body, reader.reads),
      });
      this.#known.set(file, { loaded, stamp });
    }
    for (const [file, entry] of this.#kept?.keep(fresh, files) ?? []) {
      const loaded = this.#known.get(file)?.loaded;
      if (loaded?.sourceDigest === asKept<Head>(entry.head).sourceDigest)
        canBeReadFrom(loaded, sourceOf(entry, reader.reads));
    }
  }
}

function sourceOf(entry: StoredEntry, reads: Reads): BodySource {
  return { size: entry.size, read: () => asKept<LoadedBody>(dataOf(entry.body, reads)) };
}

/** An outline is JSON, which takes a third of the time. A whole entity may hold what JSON has not, such as `.nan`. */
function bytesOf(body: LoadedBody, reads: Reads): Buffer {
  return reads === 'outlines' ? Buffer.from(JSON.stringify(body)) : serialize(body);
}

function dataOf(bytes: Uint8Array, reads: Reads): unknown {
  if (reads === 'whole') return deserialize(bytes);
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
}
