import { join } from 'node:path';
import { actualCost, billedSize, FULL_PRICE } from '../../plan/index.js';
import { inspectPicture } from '../../picture/index.js';
import { keyOfItem, type ContentKey } from '../../recipe/index.js';
import {
  StoreError,
  type GeneratedResult,
  type Provenance,
  type ResultStore,
  type StoredResult,
} from '../../store/index.js';
import { sha256Hex } from '../../util/digest.js';
import { unreachable } from '../../util/unreachable.js';
import { classOfCode, failureAdvice, refusalAdvice } from '../advice.js';
import { readResultLine, type Answer, type AnswerFacts } from './answer.js';
import type { RunContext } from '../context.js';
import { SYNCHRONOUS } from '../journal/job-name.js';
import { removeDeadLetter, writeDeadLetter } from '../journal/dead-letters.js';
import { readLines } from './read-lines.js';
import type { RunDirectory } from '../journal/run-directory.js';
import type { FailureClass, ItemFailure, Job, PlanItem, RunState } from '../journal/run-state.js';

export interface Collected {
  /** Keys that the file has an answer to, whatever it is. */
  readonly answered: readonly string[];
  readonly generated: number;
  readonly refused: number;
  readonly doubled: number;
  readonly unknown: number;
  readonly failures: readonly ItemFailure[];
}

/** What collecting needs: no key and no connection. */
export type CollectContext = Pick<RunContext, 'store' | 'listener' | 'readText' | 'attempts'>;

/** A job that has ended, and the file of its results where there is one. */
export interface EndedJob {
  readonly directory: RunDirectory;
  readonly state: RunState;
  readonly job: Job;
  readonly items: ReadonlyMap<string, PlanItem>;
  readonly hasResults: boolean;
  /** It was collected before and has come to its end: nothing is written into its folder any more. */
  readonly isOver?: boolean;
}

/**
 * Reads a result file line by line; each answer is durable in the store before the next line is read, so that a
 * crash loses none and a second reading changes nothing. Memory holds one line at a time, whatever the file's
 * size. Lines of jobs that this machine does not know are kept too: they were paid for.
 */
export async function collectResults(context: CollectContext, ended: EndedJob): Promise<Collected> {
  const { directory, job, items } = ended;
  const expected = new Set(job.keys);
  const kinds = new Map<string, Kept['kind']>();
  const failures = new Map<string, ItemFailure>();
  let doubled = 0;
  let unknown = 0;
  const warn = (message: string): void => {
    context.listener({ kind: 'warning', runId: directory.runId, message });
  };
  const fail = async (
    key: string,
    name: string,
    kept: { readonly class: FailureClass; readonly message: string },
    answer?: Answer,
  ): Promise<void> => {
    const failure: ItemFailure = {
      key,
      item: name,
      class: kept.class,
      message: kept.message,
      advice: failureAdvice(kept.class),
      attempts: context.attempts(key) + 1,
    };
    failures.set(key, failure);
    await letterOf(ended, failure, answer);
  };
  const lines = ended.hasResults ? readLines(directory.resultsPath(job.n)) : [];
  for await (const line of lines) {
    const where = `Line ${String(line.number)} of results-${String(job.n)}.jsonl`;
    const outcome =
      line.kind === 'line'
        ? readResultLine(line.text)
        : { kind: 'broken' as const, why: `it has ${String(line.bytes)} bytes, which is no answer` };
    if (outcome.kind === 'broken') {
      unknown += 1;
      warn(`${where} cannot be used: ${outcome.why}.`);
      continue;
    }
    const { item: name, answer } = outcome;
    const key = keyOfItem(name);
    if (key === undefined) {
      unknown += 1;
      warn(`${where} belongs to no item of this job ("${name.slice(0, 120)}"); it stays in that file.`);
      continue;
    }
    const before = kinds.get(key);
    if (before !== undefined) doubled += 1;
    else if (!job.foreign && !expected.has(key)) unknown += 1;
    if (isSettledBy(before, answer)) continue;
    const kept = await keep(context, ended, key, name, answer);
    if (before !== undefined && kept.kind === 'failed') continue;
    kinds.set(key, kept.kind);
    switch (kept.kind) {
      case 'generated':
        failures.delete(key);
        // An earlier attempt in this run may have failed.
        await removeDeadLetter(directory, name);
        break;
      case 'refused':
        failures.delete(key);
        break;
      case 'failed':
        await fail(key, name, kept, answer);
        break;
      default:
        unreachable(kept);
    }
  }
  for (const key of expected) {
    if (kinds.has(key)) continue;
    // Another job may have brought it meanwhile.
    if (await isStored(context.store, key)) continue;
    await fail(key, items.get(key)?.name ?? key, absence(job));
  }
  const count = (kind: Kept['kind']): number => [...kinds.values()].filter((one) => one === kind).length;
  return {
    answered: [...kinds.keys()],
    generated: count('generated'),
    refused: count('refused'),
    doubled,
    unknown,
    failures: [...failures.values()],
  };
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
    const kept = await keep(context, { ...ended, hasResults: true, isOver: true }, key, name, answer);
    if (kept.kind !== 'failed') came.set(key, kept.kind);
  }
  return new Set(came.keys());
}

/** Of several answers to a key the best one counts: an error first and the paid picture after it was both seen. */
function isSettledBy(before: Kept['kind'] | undefined, answer: Answer): boolean {
  return before === 'generated' || (before === 'refused' && answer.kind !== 'picture');
}

/** A result that cannot be read is there all the same: whoever plans its scene tells what is wrong with it. */
async function isStored(store: ResultStore, key: string): Promise<boolean> {
  try {
    return (await store.find(key)) !== undefined;
  } catch (error) {
    if (error instanceof StoreError) return true;
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

/** The picture's own bytes lie beside the letter or in the results; base64 in a letter would help nobody. */
function withoutBytes(answer: Answer): Answer {
  return answer.kind === 'picture' ? { ...answer, base64: '…' } : answer;
}

type Kept =
  | { readonly kind: 'generated' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly class: FailureClass; readonly message: string };

async function keep(
  context: CollectContext,
  ended: EndedJob,
  key: ContentKey,
  name: string,
  answer: Answer,
): Promise<Kept> {
  const { directory, state, job, isOver = false } = ended;
  const item = ended.items.get(key);
  const unreadable = (message: string): Kept => ({ kind: 'failed', class: 'unreadable-answer', message });
  const refuse = async (reason: string, message: string, facts: AnswerFacts, pictures = 0): Promise<Kept> => {
    const result: StoredResult = {
      v: 1,
      kind: 'refused',
      key,
      reason,
      message,
      ...((item?.asked?.attempt ?? 1) > 1 ? { attempt: item?.asked?.attempt } : {}),
      provenance: provenance(state, job, facts, pictures, undefined),
    };
    if (isOver) {
      if (await context.store.knewRefusal(key))
        return unreadable('It was refused, which was forgotten since.');
    } else {
      await writeDeadLetter(directory, {
        name,
        key,
        class: 'refused',
        reason,
        message,
        advice: refusalAdvice(reason),
        attempts: context.attempts(key) + 1,
        ...(job.batch === undefined ? {} : { job: job.batch }),
        answer: withoutBytes(answer),
        item,
      });
    }
    await context.store.keep(result);
    return { kind: 'refused' };
  };
  switch (answer.kind) {
    case 'picture': {
      if (state.kind === 'analyze') return unreadable('A picture came where words were asked for.');
      const bytes = Buffer.from(answer.base64, 'base64');
      const verdict = inspectPicture(bytes);
      const pictures = answer.drafts + 1;
      if (verdict.kind !== 'whole') {
        if (!isOver) await directory.write(join(directory.failedFolder, `${key}.picture`), bytes);
        const why = verdict.kind === 'broken' ? verdict.why : 'its format is not known';
        return refuse('BROKEN_PICTURE', `The picture came damaged: ${why}.`, answer.facts, pictures);
      }
      await context.store.keep(
        {
          v: 1,
          kind: 'generated',
          key,
          picture: {
            sha256: sha256Hex(bytes),
            bytes: bytes.byteLength,
            mimeType: verdict.mimeType,
            extension: verdict.extension,
            width: verdict.width,
            height: verdict.height,
          },
          drafts: answer.drafts,
          ...answeredBy(item),
          provenance: provenance(state, job, answer.facts, pictures, verdict),
        },
        bytes,
      );
      return { kind: 'generated' };
    }
    case 'text': {
      if (state.kind === 'generate') {
        return refuse('TEXT_ONLY', answer.text.slice(0, 2000), answer.facts);
      }
      const { text, finishReason } = answer;
      const verdict = context.readText({ key, text, finishReason, request: item?.request });
      if (verdict.kind === 'rejected') return unreadable(verdict.why);
      await context.store.keep({
        v: 1,
        kind: 'analyzed',
        key,
        answer: verdict.answer,
        provenance: provenance(state, job, answer.facts, 0, undefined),
      });
      return { kind: 'generated' };
    }
    case 'refusal':
      return refuse(answer.reason, answer.message, answer.facts);
    case 'error': {
      const message = `Google answered with error ${String(answer.code)}: ${answer.message}`;
      return { kind: 'failed', class: classOfCode(answer.code), message };
    }
    case 'unreadable':
      return unreadable(`The answer has a form that is not known: ${answer.why}`);
    default:
      return unreachable(answer);
  }
}

/** What people asked for with it, so that other versions find it by that; not known for jobs of other machines. */
function answeredBy(item: PlanItem | undefined): Pick<GeneratedResult, 'answered'> {
  if (item?.asked === undefined) return {};
  const { digest, compiler } = item.asked;
  const pictures = [...new Set(item.files.map((file) => file.sha256))].sort();
  return { answered: { digest, compiler, pictures, request: item.request } };
}

function provenance(
  state: RunState,
  job: Job,
  facts: AnswerFacts,
  pictures: number,
  size: { readonly width: number; readonly height: number } | undefined,
): Provenance {
  const imageSize = size === undefined ? '1K' : billedSize(size.width, size.height);
  return {
    model: job.model,
    ...(facts.modelVersion === undefined ? {} : { modelVersion: facts.modelVersion }),
    ...(facts.responseId === undefined ? {} : { responseId: facts.responseId }),
    run: state.runId,
    job: job.batch ?? job.displayName,
    // Google's clock: two machines that collect the same job write the same bytes.
    finishedAt: job.remote?.endedAt ?? job.remote?.createdAt ?? state.createdAt,
    ...(facts.usage === undefined ? {} : { usage: facts.usage }),
    costUsd: actualCost(
      { model: job.model, usage: facts.usage, pictures, imageSize },
      job.displayName === SYNCHRONOUS ? FULL_PRICE : undefined,
    ),
  };
}
