import { basename } from 'node:path';
import type { UnknownField } from '../../gemini/index.js';
import { keyOfItem, type ContentKey } from '../../recipe/index.js';
import { StoreError, type Store, type StoredResult } from '../../store/index.js';
import { unreachable } from '../../util/unreachable.js';
import { failureAdvice } from '../advice.js';
import { removeDeadLetter, writeDeadLetter } from '../journal/dead-letters.js';
import type { Payment } from '../journal/payments.js';
import type { FailureClass, ItemFailure, Job } from '../journal/run-state.js';
import { readResultLine, type Answer } from './answer.js';
import type { CollectContext, CollectNowContext, EndedJob } from './ended-job.js';
import { keepAnswer, withoutBytes, type Kept } from './keep-answer.js';
import { unknownWord } from './unknown-words.js';
import { readLines, type Line } from '../../util/read-lines.js';
import { reportUnknownFields } from '../unknown-fields.js';

export interface Collected {
  /** Keys that the file has an answer to, of any kind. */
  readonly answered: readonly string[];
  readonly generated: number;
  readonly refused: number;
  readonly unusable: number;
  readonly doubled: number;
  readonly unknown: number;
  /** Answers of a job that was cancelled and moved, to keys that another job had brought: billed, and not needed. */
  readonly late: number;
  readonly failures: readonly ItemFailure[];
  /** What was paid for the answers of this file, those that cannot be used included. */
  readonly payments: readonly Payment[];
}

/**
 * Reads a result file line by line; each answer is durable in the store before the next line is read, so that a
 * crash loses none and a second reading changes nothing. Memory holds one line at a time, also for large
 * files. Lines of jobs that this machine does not know are kept too: they were paid for.
 */
export async function collectResults(context: CollectNowContext, ended: EndedJob): Promise<Collected> {
  const { directory, job } = ended;
  const collection = new Collection(context, ended);
  const lines = ended.hasResults ? readLines(directory.resultsPath(job.n)) : [];
  for await (const line of lines) await collection.take(line);
  await collection.noteAbsent();
  return collection.summary();
}

/** What was read of one result file so far. */
class Collection {
  readonly #context: CollectNowContext;
  readonly #ended: EndedJob;
  readonly #expected: ReadonlySet<string>;
  readonly #kinds = new Map<string, Kept['kind']>();
  readonly #failures = new Map<string, ItemFailure>();
  readonly #payments: Payment[] = [];
  #doubled = 0;
  #unknown = 0;
  #late = 0;

  constructor(context: CollectNowContext, ended: EndedJob) {
    this.#context = context;
    this.#ended = ended;
    this.#expected = new Set(ended.job.keys);
  }

  async take(line: Line): Promise<void> {
    const outcome =
      line.kind === 'line'
        ? readResultLine(line.text)
        : { kind: 'broken' as const, why: `it has ${line.bytes} bytes, which is no answer` };
    if (outcome.kind === 'broken') {
      this.#skip(line, `cannot be used: ${outcome.why}.`);
      return;
    }
    const { item: name, answer } = outcome;
    this.#reportUnknown(answer, outcome.unknown);
    const key = keyOfItem(name);
    if (key === undefined) {
      this.#skip(line, `belongs to no item of this job ("${name.slice(0, 120)}"); it stays in that file.`);
      return;
    }
    const before = this.#kinds.get(key);
    if (before !== undefined) this.#doubled += 1;
    else if (!this.#ended.job.foreign && !this.#expected.has(key)) this.#unknown += 1;
    if (isSettledBy(before, answer)) return;
    const present = before === undefined ? await this.#ofOtherJob(key) : undefined;
    const isMadeElsewhere = present === 'generated' || present === 'analyzed';
    const kept = await keepAnswer(this.#context, {
      ended: this.#ended,
      key,
      name,
      answer,
      isMadeElsewhere,
    });
    if (present !== undefined && kept.kind !== 'failed') this.#late += 1;
    if (kept.paid !== undefined) this.#payments.push(kept.paid);
    if (before !== undefined && kept.kind === 'failed') return;
    this.#kinds.set(key, kept.kind);
    switch (kept.kind) {
      case 'generated':
        this.#failures.delete(key);
        // An earlier attempt in this run may have failed.
        await removeDeadLetter(this.#ended.directory, name);
        break;
      case 'refused':
      case 'unusable':
        this.#failures.delete(key);
        break;
      case 'failed':
        await this.#fail(key, name, kept, answer);
        break;
      default:
        unreachable(kept);
    }
  }

  /** What another job brought since this one was moved; after a crash this one may itself have brought it. */
  async #ofOtherJob(key: ContentKey): Promise<StoredResult['kind'] | 'unreadable' | undefined> {
    const { movedAt, batch } = this.#ended.job;
    if (movedAt === undefined) return undefined;
    const present = await findReadable(this.#context.store, key);
    if (present === undefined || present === 'unreadable') return present;
    return present.provenance.job === batch ? undefined : present.kind;
  }

  /** Items that the file has no line for. */
  async noteAbsent(): Promise<void> {
    const { items, job } = this.#ended;
    for (const key of this.#expected) {
      if (this.#kinds.has(key)) continue;
      // Another job may have brought it meanwhile.
      if ((await findReadable(this.#context.store, key)) !== undefined) continue;
      await this.#fail(key, items.get(key)?.name ?? key, absence(job));
    }
  }

  summary(): Collected {
    const kinds = [...this.#kinds.values()];
    return {
      answered: [...this.#kinds.keys()],
      generated: kinds.filter((kind) => kind === 'generated').length,
      refused: kinds.filter((kind) => kind === 'refused').length,
      unusable: kinds.filter((kind) => kind === 'unusable').length,
      doubled: this.#doubled,
      unknown: this.#unknown,
      late: this.#late,
      failures: [...this.#failures.values()],
      payments: this.#payments,
    };
  }

  /** It is kept as it came; a person may want to know what it means. */
  #reportUnknown(answer: Answer, fields: readonly UnknownField[]): void {
    const { directory, job } = this.#ended;
    const { runId } = directory;
    const word = unknownWord(answer);
    if (word !== undefined)
      this.#context.reportOnce(word.id, { kind: 'warning', runId, message: word.message });
    const file = basename(directory.resultsPath(job.n));
    reportUnknownFields(this.#context, { what: 'answer', file }, fields, runId);
  }

  #skip(line: Line, why: string): void {
    this.#unknown += 1;
    const { directory, job } = this.#ended;
    const message = `Line ${line.number} of results-${job.n}.jsonl ${why}`;
    this.#context.listener({ kind: 'warning', runId: directory.runId, message });
  }

  async #fail(
    key: string,
    item: string,
    { class: failureClass, message }: { readonly class: FailureClass; readonly message: string },
    answer?: Answer,
  ): Promise<void> {
    // Its items are asked for anew: what it did not bring is no failure.
    if (this.#ended.job.movedAt !== undefined) return;
    const advice = failureAdvice(failureClass, item);
    const attempts = this.#context.attempts(key) + 1;
    const failure: ItemFailure = { key, item, class: failureClass, message, advice, attempts };
    this.#failures.set(key, failure);
    await letterOf(this.#ended, failure, answer);
  }
}

/**
 * Reads a result file once more for some keys, whose answers the store has lost since. Answers those that came. What
 * was no answer the first time is none now, and the folder of the run is left as it is.
 */
export async function collectAgain(
  context: CollectContext,
  ended: Omit<EndedJob, 'hasResults' | 'isOver'>,
  wanted: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const came = new Map<string, Kept['kind']>();
  for await (const line of readLines(ended.directory.resultsPath(ended.job.n))) {
    const outcome = line.kind === 'line' ? readResultLine(line.text) : undefined;
    if (outcome?.kind !== 'answer') continue;
    const { item: name, answer } = outcome;
    const key = keyOfItem(name);
    if (key === undefined || !wanted.has(key) || isSettledBy(came.get(key), answer)) continue;
    const kept = await keepAnswer(context, {
      ended: { ...ended, hasResults: true, isOver: true },
      key,
      name,
      answer,
    });
    if (kept.kind !== 'failed') came.set(key, kept.kind);
  }
  return new Set(came.keys());
}

/** Of several answers to a key the best one counts: an error first and the paid picture after it was both seen. */
function isSettledBy(before: Kept['kind'] | undefined, answer: Answer): boolean {
  const isAnswered = before === 'refused' || before === 'unusable';
  return before === 'generated' || (isAnswered && answer.kind !== 'picture');
}

/** A result that cannot be read counts as stored: the planner of its scene reports what is wrong with it. */
async function findReadable(store: Store, key: string): Promise<StoredResult | 'unreadable' | undefined> {
  try {
    return await store.find(key);
  } catch (error) {
    if (error instanceof StoreError) return 'unreadable';
    throw error;
  }
}

/** Why an item of a job that ended has no line. */
function absence(job: Job): { readonly class: FailureClass; readonly message: string } {
  const error = job.remote?.error;
  const because = error === undefined ? '' : `: ${error}`;
  switch (job.remote?.state) {
    case 'EXPIRED':
      return { class: 'expired', message: `The job expired at Google after 48 hours${because}.` };
    case 'FAILED':
      return { class: 'job-failed', message: `The job failed at Google${because}.` };
    case 'CANCELLED':
      return { class: 'cancelled', message: `The job was cancelled${because}.` };
    default:
      return {
        class: 'missing-answer',
        message: error === undefined ? 'The result file has no line for it.' : error,
      };
  }
}

async function letterOf(ended: EndedJob, failure: ItemFailure, answer: Answer | undefined): Promise<void> {
  await writeDeadLetter(ended.directory, {
    name: failure.item,
    key: failure.key,
    class: failure.class,
    message: failure.message,
    advice: failure.advice,
    attempts: failure.attempts,
    ...(ended.job.batch === undefined ? {} : { job: ended.job.batch }),
    ...(answer === undefined ? {} : { answer: withoutBytes(answer) }),
    item: ended.items.get(failure.key),
  });
}
