import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RunDirectories } from 'chargen-core';
import { z } from 'zod';

/** How far the runs are that have been written to since a moment. */
export interface RunProgress {
  readonly phase: string;
  /** Answered requests, of all that were sent. */
  readonly done: number;
  readonly total: number;
  /** How many jobs were collected: pictures have come when it grows. */
  readonly collected: number;
}

const eventSchema = z.looseObject({
  kind: z.string(),
  phase: z.string().optional(),
  n: z.number().optional(),
  items: z.number().optional(),
  succeeded: z.number().optional(),
  failed: z.number().optional(),
});

const PHASES: Readonly<Record<string, string>> = {
  planned: 'Planned',
  staging: 'Sending references',
  staged: 'Ready to be submitted',
  submitted: 'Submitted to Google',
  running: 'Google works on it',
  downloading: 'Fetching the results',
  applying: 'Laying pictures into their folders',
  completed: 'Done',
  failed: 'Stopped',
};

/** Reads the logs of runs: what Nx prints is for people, and comes late. */
export async function readProgress(batchFolder: string, since: number): Promise<RunProgress> {
  const runs = new RunDirectories(batchFolder);
  let phase = 'Starting';
  let done = 0;
  let total = 0;
  let collected = 0;
  for (const id of await runs.list()) {
    const log = join(runs.directory(id).folder, 'logs.ndjson');
    let text: string;
    try {
      if ((await stat(log)).mtimeMs < since) continue;
      text = await readFile(log, 'utf8');
    } catch {
      continue;
    }
    const jobs = new Map<number, { items: number; done: number }>();
    for (const event of eventsOf(text)) {
      if (event.kind === 'phase' && event.phase !== undefined) phase = PHASES[event.phase] ?? event.phase;
      const { n } = event;
      if (n === undefined) continue;
      const job = jobs.get(n) ?? { items: 0, done: 0 };
      jobs.set(n, job);
      if (event.items !== undefined) job.items = event.items;
      if (event.kind === 'job-polled') job.done = (event.succeeded ?? 0) + (event.failed ?? 0);
      if (event.kind === 'collected') {
        job.done = job.items;
        collected += 1;
      }
    }
    for (const job of jobs.values()) {
      done += job.done;
      total += job.items;
    }
  }
  return { phase, done, total, collected };
}

function eventsOf(text: string): z.infer<typeof eventSchema>[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const parsed = eventSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      // The last line may be half written.
      return [];
    }
  });
}
