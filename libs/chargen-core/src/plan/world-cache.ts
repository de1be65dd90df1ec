import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { BUILD_ID } from '../util/build-id.js';
import type { LoadedEntity } from '../content/index.js';
// Not by the index: the graph of every Nx process needs this file, and not the YAML editor behind the index.
import type { ContentReader } from '../content/world.js';
import { sha256Hex } from '../util/digest.js';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

// Written by this very code, as `code` shows, so that the entities themselves are not read through a schema:
// that would take as long as reading them from YAML.
const partSchema = z.object({
  v: z.literal(3),
  code: z.string(),
  entities: z.array(z.custom<LoadedEntity>(isObject)).readonly(),
});

/** Each part stands behind its length in bytes and the beginning of its sha256. */
const LENGTH_BYTES = 8;
const DIGEST_BYTES = 16;
const HEAD_BYTES = LENGTH_BYTES + DIGEST_BYTES;
/** Entities of later parts replace those of earlier ones; the file is written anew if so much of it is outdated. */
const OUTDATED_SHARE = 0.5;

/**
 * A world as it was read from YAML, on disk for the next process: without it each command of Nx in each terminal
 * reads every file of the world as YAML again. An entity counts only for the content it was read from (by sha256),
 * and only for the build that read it: `build` is the identity of that build, and without one (code that runs as tsc
 * wrote it) nothing is kept. What was edited is added at the end. Two processes that add at once, or a crash, can
 * spoil a part: it and what follows it are not used. Losing the file costs time and nothing else.
 */
export class WorldCache {
  /** What the file holds, by the path of the imagery.yaml. */
  readonly #kept = new Map<string, LoadedEntity>();
  /** Entities in the file, outdated ones too; 0 if it must be written anew. */
  #entries = 0;
  #bytes = 0;

  constructor(
    readonly file: string,
    readonly build: string | undefined = BUILD_ID,
  ) {}

  /** Gives a reader what an earlier process read. */
  fill(reader: ContentReader): void {
    if (this.build === undefined) return;
    try {
      const bytes = readFileSync(this.file);
      this.#bytes = bytes.length;
      if (!this.#readParts(bytes)) this.#entries = 0;
      reader.recall(this.#kept.values());
    } catch {
      // None yet, or one that may not be read.
    }
  }

  /** Keeps what had to be read. Never throws: a folder that cannot be written costs time. */
  keep(reader: ContentReader): void {
    if (this.build === undefined) return;
    const fresh = reader.read.filter((loaded) => this.#kept.get(loaded.folder.file) !== loaded);
    if (fresh.length === 0) return;
    try {
      const isAdded =
        this.#entries > 0 &&
        this.#entries + fresh.length < reader.read.length / OUTDATED_SHARE &&
        // Another process may have written it meanwhile.
        statSync(this.file).size === this.#bytes;
      const entities = isAdded ? fresh : reader.read;
      const part = partOf({ v: 3, code: this.build, entities });
      if (isAdded) appendFileSync(this.file, part);
      else this.#write(part);
      this.#bytes = (isAdded ? this.#bytes : 0) + part.length;
      this.#entries = (isAdded ? this.#entries : 0) + entities.length;
      for (const loaded of fresh) this.#kept.set(loaded.folder.file, loaded);
    } catch {
      // The next process reads YAML.
      this.#entries = 0;
    }
  }

  /** Returns whether the file is whole, and of this build. */
  #readParts(bytes: Buffer): boolean {
    for (let at = 0; at < bytes.length;) {
      const length = bytes.length - at < HEAD_BYTES ? Infinity : Number(bytes.readBigUInt64LE(at));
      const end = at + HEAD_BYTES + length;
      if (end > bytes.length) return false;
      const body = bytes.subarray(at + HEAD_BYTES, end);
      if (!bytes.subarray(at + LENGTH_BYTES, at + HEAD_BYTES).equals(digestOf(body))) return false;
      const parsed = partSchema.safeParse(deserialize(body));
      if (!parsed.success || parsed.data.code !== this.build) return false;
      for (const loaded of parsed.data.entities) this.#kept.set(loaded.folder.file, loaded);
      this.#entries += parsed.data.entities.length;
      at = end;
    }
    return true;
  }

  #write(bytes: Uint8Array): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const temporary = `${this.file}.${process.pid}`;
    try {
      writeFileSync(temporary, bytes);
      renameSync(temporary, this.file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }
}

function digestOf(body: Uint8Array): Buffer {
  return Buffer.from(sha256Hex(body), 'hex').subarray(0, DIGEST_BYTES);
}

function partOf(part: Readonly<z.infer<typeof partSchema>>): Buffer {
  const body = serialize(part);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(body.length));
  return Buffer.concat([length, digestOf(body), body]);
}
