import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import type { LoadedEntity } from '../content/index.js';
// Not by the index: the graph of every Nx process needs this file, and not the YAML editor behind the index.
import type { ContentReader } from '../content/world.js';
import { BUILD_ID } from '../util/build-id.js';
import { KeptEntries, type KeptEntry } from '../util/kept-entries.js';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** What is known of an entity without its body. */
const headSchema = z.object({
  folder: z.custom<LoadedEntity['folder']>(isObject),
  id: z.custom<LoadedEntity['id']>((id) => typeof id === 'string'),
  sourceDigest: z.string(),
  /** Names of the other fields, which are in the body. */
  fields: z.array(z.string()),
  /** Size, times and inodes of the files that it was read from, if these reveal a change. */
  stamp: z.string().optional(),
});
type Head = z.infer<typeof headSchema>;

// The body was written by this very code, as the build shows, so that it is not read through a schema: that would take
// as long as reading the entity from YAML.
const bodySchema = z.custom<Readonly<Record<string, unknown>>>(isObject);
const loadedSchema = z.custom<LoadedEntity>(isObject);

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
    build: string | undefined = BUILD_ID,
  ) {
    // V8 has its own form of such data.
    this.#kept = build === undefined ? undefined : new KeptEntries(file, `${build} ${process.versions.v8}`);
  }

  /** Gives a reader what an earlier process read. */
  fill(reader: ContentReader): void {
    for (const [file, { head, body }] of this.#kept?.read() ?? []) {
      const { success, data } = headSchema.safeParse(head);
      if (success) this.#known.set(file, { loaded: readWhenNeeded(data, body), stamp: data.stamp });
    }
    reader.recall([...this.#known.values()].map(({ loaded, stamp }) => [loaded, stamp]));
  }

  /** Keeps what had to be read, and by what its files are known. */
  keep(reader: ContentReader): void {
    const fresh = new Map<string, KeptEntry>();
    const files = new Set<string>();
    for (const loaded of reader.read) {
      const { file } = loaded.folder;
      files.add(file);
      const stamp = reader.stampOf(file);
      const known = this.#known.get(file);
      if (known?.loaded === loaded && (stamp === undefined || stamp === known.stamp)) continue;
      const { folder, id, sourceDigest, ...rest } = loaded;
      const head: Head = { folder, id, sourceDigest, fields: Object.keys(rest) };
      fresh.set(file, { head: stamp === undefined ? head : { ...head, stamp }, body: serialize(rest) });
      this.#known.set(file, { loaded, stamp });
    }
    this.#kept?.keep(fresh, files);
  }
}

/** Most commands look at a few entities of a large world. */
function readWhenNeeded({ folder, id, sourceDigest, fields }: Head, bytes: Uint8Array): LoadedEntity {
  let body: Readonly<Record<string, unknown>> | undefined;
  const loaded = { folder, id, sourceDigest };
  for (const field of fields) {
    Object.defineProperty(loaded, field, {
      enumerable: true,
      get: () => (body ??= bodySchema.parse(deserialize(bytes)))[field],
    });
  }
  return loadedSchema.parse(loaded);
}
