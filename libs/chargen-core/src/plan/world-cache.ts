import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { BUILD_ID } from '../util/build-id.js';
import type { LoadedEntity, World } from '../content/index.js';
// Not by the index: the graph of every Nx process needs this file, and not the YAML editor behind the index.
import type { ContentReader } from '../content/world.js';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

// Written by this very code, as `code` shows, so that the entities themselves are not read through a schema:
// that would take as long as reading them from YAML.
const fileSchema = z.object({
  v: z.literal(2),
  code: z.string(),
  entities: z.array(z.custom<LoadedEntity>(isObject)),
});

/** The cache is written anew when more than this share of the entities was not in it. */
const STALE_SHARE = 0.05;

/**
 * A world as it was read from YAML, on disk for the next process: without it each command of Nx in each terminal
 * reads every file of the world as YAML again. An entity counts only for the content it was read from (by sha256),
 * and only for the build that read it: `build` is the identity of that build, and without one (code that runs as tsc
 * wrote it) nothing is kept. Losing the file costs time and nothing else.
 */
export class WorldCache {
  #recalled = 0;

  constructor(
    readonly file: string,
    readonly build: string | undefined = BUILD_ID,
  ) {}

  /** Gives a reader what an earlier process read. */
  fill(reader: ContentReader): void {
    if (this.build === undefined) return;
    try {
      const data: unknown = deserialize(readFileSync(this.file));
      const parsed = fileSchema.safeParse(data);
      if (!parsed.success || parsed.data.code !== this.build) return;
      const { entities } = parsed.data;
      reader.recall(entities);
      this.#recalled = reader.parsed;
    } catch {
      // None yet, cut short, or of another version of Node.
    }
  }

  /** Keeps a world if much of it had to be read. Never throws: a folder that cannot be written costs time. */
  keep(reader: ContentReader, world: World): void {
    const fresh = reader.parsed - this.#recalled;
    if (this.build === undefined || fresh === 0 || fresh < world.entities.length * STALE_SHARE) return;
    this.#recalled = reader.parsed;
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      this.#write(serialize({ v: 2, code: this.build, entities: reader.read }));
    } catch {
      // The next process reads YAML.
    }
  }

  #write(bytes: Uint8Array): void {
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
