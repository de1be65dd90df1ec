import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runEventSchema, type RunEvent } from 'chargen-core';
import { z } from 'zod';

const entrySchema = z.object({ at: z.string() }).and(runEventSchema);

/** An event with the time at which it happened, in milliseconds since 1970. */
export interface TimedEvent {
  readonly at: number;
  readonly event: RunEvent;
}

const LOOK_EVERY_MS = 200;

/**
 * Hands on what the runs of a workspace write into their logs from now on, whichever process writes. Nx runs the
 * work in a process of its own, so the log is where its events can be seen.
 */
export class EventFollower {
  readonly #read = new Map<string, number>();
  readonly #rest = new Map<string, string>();
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
      const to = sizeOf(path);
      if (to <= from) continue;
      this.#read.set(path, to);
      const lines = ((this.#rest.get(path) ?? '') + readPart(path, from, to)).split('\n');
      this.#rest.set(path, lines.pop() ?? '');
      for (const line of lines) this.#tell(line);
    }
  }

  #tell(line: string): void {
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

function readPart(path: string, from: number, to: number): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(to - from);
    const count = readSync(file, bytes, 0, bytes.length, from);
    return bytes.toString('utf8', 0, count);
  } finally {
    closeSync(file);
  }
}
