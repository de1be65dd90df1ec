import { copyFileSync, createReadStream, linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EmulatorClock } from '../clock.js';
import type { FileStore } from '../files/file-store.js';
import { MODELS } from '../models/catalogue.js';
import { batchId, type Random } from '../random.js';
import { readRecords, writeRecord, type StateFolder } from '../state-folder.js';
import { isJsonObject, type JsonObject } from '../wire/json.js';
import { WireError } from '../wire/errors.js';
import { jsonSchema } from '../wire/requests.js';
import { JOB_LIFETIME, jobSchema, operation, type Job, type JobEnd, type JobState } from './job.js';
import { produceResults, type ProducerDeps } from './producer.js';

export interface JobStoreDeps extends ProducerDeps {
  readonly folder: StateFolder;
  readonly files: FileStore;
  readonly clock: EmulatorClock;
  readonly random: Random;
  /** Milliseconds that a poll waits for a job that is being drawn. */
  readonly pollPatience: number;
}

export type NewJob = Omit<Job, 'id' | 'ordinal'>;
export type JobInput =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'lines'; readonly lines: readonly JsonObject[] };

/** Jobs by id. What state a job is in follows from the clock; its results are drawn once, when it is due. */
export class JobStore {
  private readonly jobs = new Map<string, Job>();
  private readonly producing = new Map<string, Promise<void>>();
  private readonly polls = new Map<string, number>();
  private readonly cancelledWhileDrawn = new Set<string>();
  private queue: Promise<void> = Promise.resolve();
  private closed = false;
  private ordinal = 0;

  constructor(private readonly deps: JobStoreDeps) {
    for (const job of readRecords(deps.folder.jobs, jobSchema)) {
      this.jobs.set(job.id, job);
      this.ordinal = Math.max(this.ordinal, job.ordinal);
    }
    // The input of a job that was not made yet, or had ended already.
    deps.folder.sweep(deps.folder.jobs, (name) => {
      const id = /^(.*)\.input\.jsonl$/.exec(name)?.[1];
      const job = id === undefined ? undefined : this.jobs.get(id);
      return id !== undefined && (job === undefined || job.end !== undefined);
    });
  }

  create(input: JobInput, fields: NewJob): Job {
    this.ordinal += 1;
    let id = batchId(this.deps.random);
    while (this.jobs.has(id)) id = batchId(this.deps.random);
    const job: Job = { ...fields, id, ordinal: this.ordinal };
    // The job keeps its input though the file be deleted: that works with the service, too.
    if (input.kind === 'file') linkOrCopy(input.path, this.inputPath(id));
    else writeFileSync(this.inputPath(id), input.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.save(job);
    return job;
  }

  find(owner: string, id: string): Job | undefined {
    const job = this.jobs.get(id);
    return job?.owner === owner ? job : undefined;
  }

  /** Newest first. */
  list(owner: string): Job[] {
    return this.all().filter((job) => job.owner === owner);
  }

  all(): Job[] {
    return [...this.jobs.values()].sort((a, b) => b.ordinal - a.ordinal);
  }

  /** Jobs that are neither done nor overdue. */
  open(owner: string): Job[] {
    return this.list(owner).filter((job) => ['PENDING', 'RUNNING'].includes(this.stateOf(job)));
  }

  /** Brings a job to where the clock says it is, and waits for its results as long as a poll may. */
  async settle(id: string): Promise<void> {
    const due = this.advance(id);
    if (due === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.deps.pollPatience);
    });
    await Promise.race([due, patience]);
    clearTimeout(timer);
  }

  /** Starts what is due without waiting for it. */
  kick(): void {
    for (const id of this.jobs.keys()) {
      this.advance(id)?.catch(() => undefined);
    }
  }

  stateOf(job: Job): JobState {
    if (job.end !== undefined) return job.end.state;
    const now = this.deps.clock.now();
    return job.fault?.kind === 'stuck-pending' || (now < job.startAt && job.cancelledShare === undefined)
      ? 'PENDING'
      : 'RUNNING';
  }

  /** The operation as it was when the job was made. */
  firstView(job: Job): JsonObject {
    return operation(job, { state: 'PENDING' });
  }

  /** The operation as a poll sees it. @param poll false for lists, which neither count as polls nor show inline results */
  async view(job: Job, poll: boolean): Promise<JsonObject> {
    const state = this.stateOf(job);
    if (state !== 'SUCCEEDED' || this.isLate(job, poll)) return operation(job, { state });
    if (job.fileName !== undefined) {
      return operation(job, { state, output: { responsesFile: `files/batch-${job.id}` } });
    }
    if (!poll) return operation(job, { state });
    return operation(job, {
      state,
      output: { inlinedResponses: { inlinedResponses: await this.inlineResponses(job) } },
    });
  }

  cancel(job: Job): void {
    if (job.end !== undefined) return;
    const now = this.deps.clock.now();
    if (this.producing.has(job.id)) this.cancelledWhileDrawn.add(job.id);
    else if (this.stateOf(job) === 'PENDING') this.finish(job, { state: 'CANCELLED', at: now });
    else if (job.cancelledShare === undefined) {
      const span = job.dueAt - job.startAt;
      const share = span <= 0 ? 1 : Math.min(1, Math.max(0, (now - job.startAt) / span));
      this.save({ ...job, cancelledShare: share, dueAt: Math.min(job.dueAt, now) });
      this.kick();
    }
  }

  remove(job: Job): void {
    this.jobs.delete(job.id);
    rmSync(this.recordPath(job.id), { force: true });
    rmSync(this.inputPath(job.id), { force: true });
    rmSync(this.inlineOutputPath(job.id), { force: true });
  }

  /** Waits for drawing to stop; what is not finished is drawn again when the state is opened next. */
  async close(): Promise<void> {
    this.closed = true;
    await this.queue.catch(() => undefined);
  }

  private isLate(job: Job, poll: boolean): boolean {
    if (job.fault?.kind !== 'late-output') return false;
    const seen = this.polls.get(job.id) ?? 0;
    if (poll) this.polls.set(job.id, seen + 1);
    return seen < job.fault.polls;
  }

  /** Answers the drawing of results that is due, or undefined. */
  private advance(id: string): Promise<void> | undefined {
    const job = this.jobs.get(id);
    if (job === undefined || job.end !== undefined || this.closed) return this.producing.get(id);
    const now = this.deps.clock.now();
    const { fault } = job;
    if (fault?.kind === 'job-expired' && now >= job.startAt) {
      this.finish(job, { state: 'EXPIRED', at: now });
      return undefined;
    }
    if (
      now >= job.createdAt + JOB_LIFETIME &&
      (fault?.kind === 'stuck-pending' || job.dueAt > job.createdAt + JOB_LIFETIME)
    ) {
      this.finish(job, { state: 'EXPIRED', at: job.createdAt + JOB_LIFETIME });
      return undefined;
    }
    if (fault?.kind === 'stuck-pending') return undefined;
    if (fault?.kind === 'job-cancelled' && fault.served === undefined && now >= job.startAt) {
      this.finish(job, { state: 'CANCELLED', at: now });
      return undefined;
    }
    if (now < job.dueAt) return undefined;
    if (fault?.kind === 'job-failed') {
      const message = fault.message ?? 'The batch failed because of an internal error.';
      this.finish(job, { state: 'FAILED', at: now, code: fault.code ?? 13, message });
      return undefined;
    }
    if (job.unreadable !== undefined) {
      this.finish(job, { state: 'FAILED', at: now, code: 3, message: job.unreadable });
      return undefined;
    }
    const running = this.producing.get(id);
    if (running !== undefined) return running;
    const made = this.queue.then(() => this.produce(job));
    this.queue = made.catch(() => undefined);
    this.producing.set(id, made);
    const forget = (): void => {
      this.producing.delete(id);
    };
    made.then(forget, forget);
    return made;
  }

  private async produce(job: Job): Promise<void> {
    if (this.closed || !this.jobs.has(job.id)) return;
    const model = MODELS.find((one) => one.id === job.model);
    if (model === undefined) throw new Error(`the state folder has a job of an unknown model, ${job.model}`);
    const inline = job.fileName === undefined;
    const resultId = `batch-${job.id}`;
    const outputPath = inline ? this.inlineOutputPath(job.id) : this.deps.files.partPath(resultId);
    const produced = await produceResults(this.deps, {
      job,
      model,
      inputPath: this.inputPath(job.id),
      outputPath,
      servedShare: (done) => this.servedShare(job, done),
      stopped: () => this.closed || !this.jobs.has(job.id),
    });
    if (produced.kind === 'stopped') {
      rmSync(outputPath, { force: true });
      return;
    }
    const at = this.deps.clock.now();
    if (!inline) {
      this.deps.files.adopt(outputPath, {
        owner: job.owner,
        id: resultId,
        mimeType: 'application/jsonl',
        size: produced.size,
        sha256: produced.sha256,
        source: 'GENERATED',
        createdAt: at,
        processing: 0,
      });
    }
    this.finish(job, { state: 'SUCCEEDED', at, succeeded: produced.succeeded, failed: produced.failed });
  }

  private servedShare(job: Job, done: number): number {
    if (!this.cancelledWhileDrawn.has(job.id)) return plannedShare(job);
    const known = this.jobs.get(job.id)?.cancelledShare;
    if (known !== undefined) return known;
    // Kept, so that a process that takes over does not serve what was cancelled.
    this.save({ ...job, cancelledShare: done });
    return done;
  }

  private finish(job: Job, end: JobEnd): void {
    // A job that was deleted meanwhile stays deleted.
    if (!this.jobs.has(job.id)) return;
    this.save({ ...job, end });
    rmSync(this.inputPath(job.id), { force: true });
  }

  private async inlineResponses(job: Job): Promise<JsonObject[]> {
    const responses: JsonObject[] = [];
    let bytes = 0;
    for await (const line of createInterface({ input: createReadStream(this.inlineOutputPath(job.id)) })) {
      bytes += line.length;
      // The result is in the answer twice. Google's own front end gives up at about this size.
      if (bytes > 256 * 1024 ** 2) {
        throw new WireError(503, 'UNAVAILABLE', 'The service is currently unavailable.');
      }
      const value = jsonSchema.parse(JSON.parse(line));
      if (isJsonObject(value)) responses.push(value);
    }
    return responses;
  }

  private save(job: Job): void {
    writeRecord(this.recordPath(job.id), job);
    this.jobs.set(job.id, job);
  }

  private recordPath(id: string): string {
    return join(this.deps.folder.jobs, `${id}.json`);
  }

  private inputPath(id: string): string {
    return join(this.deps.folder.jobs, `${id}.input.jsonl`);
  }

  private inlineOutputPath(id: string): string {
    return join(this.deps.folder.jobs, `${id}.output.jsonl`);
  }
}

function plannedShare(job: Job): number {
  if (job.fault?.kind === 'job-cancelled') return Math.min(1, Math.max(0, job.fault.served ?? 0));
  return job.cancelledShare ?? 1;
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Some file systems have no hard links.
    copyFileSync(from, to);
  }
}
