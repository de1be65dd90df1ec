import { appendFileSync, mkdirSync } from 'node:fs';
import { open, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { writeFileAtomic, type FileData } from '../../util/atomic-write.js';
import { hasCode, isMissing } from '../../util/fs-error.js';
import { portionsOf } from '../../store/in-portions.js';
import { newerFormat } from '../../util/newer-format.js';
import { parseJson, textAt } from '../../util/read-json.js';
import { namesIn } from '../../util/names-in.js';
import { readLines } from '../../util/read-lines.js';
import {
  planHeadSchema,
  planItemSchema,
  runStateSchema,
  STATE_VERSION,
  type PlanItem,
  type RunState,
} from './run-state.js';

/** The state on disk cannot be trusted. It is never taken for "no run": that would pay again. */
export class RunStateError extends Error {
  override readonly name = 'RunStateError';
}

/** The beginning of a state of this version, as `writeState` writes it. */
const FINISHED = new RegExp(`^\\{\\s*"v": ${STATE_VERSION},[^[\\]]*?"phase": "(?:completed|failed)",`);

const PLAN_OF_JOB = /^plan-\d+\.jsonl$/;

const ITEMS_OF_PIECE = 50;

/** The folder of one run: `.chargen/batch/<runId>/`. Every write of state or plan is atomic and durable. */
export class RunDirectory {
  /** What was planned, if this call planned some of it: no other call adds to the plan, which may have megabytes. */
  #planned: Map<string, PlanItem> | undefined;

  constructor(
    readonly folder: string,
    readonly runId: string,
    /** Where unfinished files are: one folder for all runs, so that what a killed process left is found. */
    readonly scratch: string,
  ) {}

  requestsPath(n: number): string {
    return join(this.folder, `requests-${n}.jsonl`);
  }

  resultsPath(n: number): string {
    return join(this.folder, `results-${n}.jsonl`);
  }

  /** What the answers of a job cost. */
  paymentsPath(n: number): string {
    return join(this.folder, `payments-${n}.json`);
  }

  get reportPath(): string {
    return join(this.folder, 'report.json');
  }

  get failedFolder(): string {
    return join(this.folder, 'failed');
  }

  async writeState(state: RunState): Promise<void> {
    await this.write(join(this.folder, 'state.json'), `${JSON.stringify(state, undefined, 2)}\n`);
  }

  /** Writes the items of job `n` before anything is sent: after any crash it is known what an answer belongs to. */
  async writePlan(n: number, items: readonly PlanItem[]): Promise<void> {
    const planned = this.#planned ?? new Map(await this.readPlan());
    await this.write(join(this.folder, planOf(n)), planLines(this.runId, items));
    for (const item of items) planned.set(item.key, item);
    this.#planned = planned;
  }

  /** Writes a file of this run durably and as a whole. */
  write(path: string, data: FileData): Promise<void> {
    return writeFileAtomic(path, data, this.scratch);
  }

  /**
   * Whether the run is over, by the first bytes of its state: nothing need be known of the rest, and years of
   * runs must not slow down a call that has nothing to do. In doubt the answer is no.
   */
  async isOver(): Promise<boolean> {
    const handle = await open(join(this.folder, 'state.json'), 'r').catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (handle === undefined) return false;
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, 0);
      return FINISHED.test(buffer.toString('utf8', 0, bytesRead));
    } finally {
      await handle.close();
    }
  }

  /** Undefined if the run was never begun: the folder exists and nothing was written. */
  readState(): Promise<RunState | undefined> {
    return this.#readState(join(this.folder, 'state.json'));
  }

  /** What the jobs of the run ask for, or at least job `n`, by key; nothing for jobs of another machine. */
  async readPlan(n?: number): Promise<ReadonlyMap<string, PlanItem>> {
    if (this.#planned !== undefined) return this.#planned;
    const items = new Map<string, PlanItem>();
    const isAsked = (name: string): boolean => n === undefined || name === planOf(n);
    const names = (await namesIn(this.folder)).filter((name) => PLAN_OF_JOB.test(name) && isAsked(name));
    for (const name of names.sort(byNumber)) {
      for await (const item of this.#readPlanOf(join(this.folder, name))) items.set(item.key, item);
    }
    return items;
  }

  /**
   * One line an event, in one write, so that a killed process leaves no half of one. Logs are for people and
   * are not needed to go on, so they are not synced.
   */
  log(event: Readonly<Record<string, unknown>>): void {
    mkdirSync(this.folder, { recursive: true });
    appendFileSync(join(this.folder, 'logs.ndjson'), `${JSON.stringify(event)}\n`);
  }

  /** Removes the folder if it is empty: a process died between making it and writing into it. */
  async removeIfEmpty(): Promise<void> {
    try {
      await rmdir(this.folder);
    } catch (error) {
      if (!isMissing(error) && !hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
    }
  }

  async #readState(path: string): Promise<RunState | undefined> {
    const text = await textAt(path);
    return text === undefined ? undefined : this.#parse(path, text, runStateSchema);
  }

  async *#readPlanOf(path: string): AsyncGenerator<PlanItem> {
    let awaited: number | undefined;
    for await (const line of readLines(path)) {
      const text = line.kind === 'line' ? line.text : '';
      if (awaited === undefined) awaited = this.#parse(path, text, planHeadSchema).items;
      else {
        yield this.#parse(path, text, planItemSchema);
        awaited -= 1;
      }
    }
    if (awaited !== 0) throw this.#damaged(path);
  }

  #parse<T>(path: string, text: string, schema: z.ZodType<T>): T {
    const data = parseJson(text);
    const newer = newerFormat(data, STATE_VERSION);
    if (newer !== undefined) throw new RunStateError(`${path} ${newer}.`);
    const parsed = schema.safeParse(data);
    if (!parsed.success) throw this.#damaged(path);
    return parsed.data;
  }

  #damaged(path: string): RunStateError {
    return new RunStateError(
      `${path} is damaged, so it is not known what was paid for. Nothing is submitted until it is fixed: ` +
        `restore the file, or move the folder ${this.folder} away; jobs at Google are then found again by their names.`,
    );
  }
}

/** Some at a time: the text of a large plan has megabytes. */
function* planLines(runId: string, items: readonly PlanItem[]): Iterable<string> {
  yield `${JSON.stringify({ v: STATE_VERSION, runId, items: items.length })}\n`;
  for (const portion of portionsOf(items, ITEMS_OF_PIECE)) {
    yield portion.map((item) => `${JSON.stringify(item)}\n`).join('');
  }
}

function planOf(n: number): string {
  return `plan-${n}.jsonl`;
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** All runs of a workspace. */
export class RunDirectories {
  readonly scratch: string;
  readonly #directories = new Map<string, RunDirectory>();

  constructor(readonly folder: string) {
    this.scratch = join(folder, '.tmp');
  }

  directory(runId: string): RunDirectory {
    const known =
      this.#directories.get(runId) ?? new RunDirectory(join(this.folder, runId), runId, this.scratch);
    this.#directories.set(runId, known);
    return known;
  }

  /** Ids of runs, oldest first. */
  async list(): Promise<string[]> {
    try {
      const entries = await readdir(this.folder, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory() && isRunId(entry.name))
        .map((entry) => entry.name)
        .sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

const SAFE_RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

/** Whether a run id that came from outside (a job's name, a command line) may be used as a folder's name. */
export function isRunId(text: string): boolean {
  return SAFE_RUN_ID.test(text) && !text.includes('..');
}

/** `2025-12-19T12-00-00Z-1a2b3c`: sorts by time, and two machines in the same second differ. */
export function newRunId(now: number, random: string): string {
  const time = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return `${time}-${random}`;
}
