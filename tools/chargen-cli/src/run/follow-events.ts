import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runEventSchema, type RunEvent } from 'chargen-core';
import { z } from 'chargen-core/zod';

const entrySchema = z.object({ at: z.string() }).and(runEventSchema);

/** An event with the time at which it happened, in milliseconds since 1970. */
export interface TimedEvent {
  readonly at: number;
  readonly event: RunEvent;
}

const LOOK_EVERY_MS = 200;
const NEWLINE = 0x0a;

/**
 * Hands on what the runs of a workspace write into their logs from now on, whichever process writes. Nx runs the
 * work in a process of its own, so the log is where its events can be seen.
 */
export class EventFollower {
  readonly #read = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly batchFolder: string,
    readonly onEvent: (event: TimedEvent) => void,
  ) {
    for (const path of this.#logs()) this.#read.set(path, sizeOf(path));
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.look();
    }, LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.look();
  }

  look(): void {
    for (const path of this.#logs()) {
      const from = this.#read.get(path) ?? 0;
      const part = readPart(path, from);
      // Whole lines only: a part of one may end within a character.
      const end = part.lastIndexOf(NEWLINE) + 1;
      this.#read.set(path, from + end);
      for (const line of part.subarray(0, end).toString('utf8').split('\n')) this.#tell(line);
    }
  }

  #tell(line: string): void {
    if (line === '') return;
    let data: unknown;
    try {
      data = JSON.parse(line);
    } catch {
      return;
    }
    const parsed = entrySchema.safeParse(data);
    // A log of a newer version may have events that are not known here.
    if (parsed.success) this.onEvent({ at: Date.parse(parsed.data.at), event: parsed.data });
  }

  #logs(): string[] {
    try {
      return readdirSync(this.batchFolder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map((entry) => join(this.batchFolder, entry.name, 'logs.ndjson'));
    } catch {
      return [];
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What stands behind a place of a file; nothing if it is gone, or cannot be read just now. */
function readPart(path: string, from: number): Buffer {
  const length = sizeOf(path) - from;
  if (length <= 0) return Buffer.alloc(0);
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, from));
    } finally {
      closeSync(file);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
