import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { actualCost, billedSize } from '../plan/index.js';
import { inspectPicture } from '../picture/index.js';
import { keyOfItem, type CanonicalRequest, type ContentKey } from '../recipe/index.js';
import type { Provenance, StoredResult } from '../store/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { sha256Hex } from '../util/digest.js';
import { unreachable } from '../util/unreachable.js';
import { classOfCode, failureAdvice, refusalAdvice } from './advice.js';
import { readResultLine, type Answer, type AnswerFacts } from './answer.js';
import type { RunContext } from './context.js';
import type { RunDirectory } from './run-directory.js';
import type { FailureClass, ItemFailure, Job, PlanItem, RunState } from './run-state.js';

/** What an analysis makes of a text answer. */
export type TextVerdict =
  | { readonly kind: 'accepted'; readonly answer: Record<string, unknown> }
  | { readonly kind: 'rejected'; readonly why: string };
/** `request` is what was sent; undefined for an item of another machine's job. */
export type TextReader = (answer: {
  readonly key: ContentKey;
  readonly text: string;
  readonly finishReason: string;
  readonly request: CanonicalRequest | undefined;
}) => TextVerdict;

export interface Collected {
  readonly generated: number;
  readonly refused: number;
  readonly doubled: number;
  readonly unknown: number;
  readonly failures: readonly ItemFailure[];
}

/**
 * Reads a result file line by line; each answer is durable in the store before the next line is read, so that a
 * crash loses none and a second reading changes nothing. Memory holds one line at a time, whatever the file's
 * size. Lines of jobs that this machine does not know are kept too: they were paid for.
 */
export async function collectResults(
  context: RunContext,
  directory: RunDirectory,
  state: RunState,
  job: Job,
  items: ReadonlyMap<string, PlanItem>,
): Promise<Collected> {
  const expected = new Set(job.keys);
  const seen = new Set<string>();
  const failures: ItemFailure[] = [];
  const count = { generated: 0, refused: 0, doubled: 0, unknown: 0 };
  const fail = (key: string, item: string, failureClass: FailureClass, message: string): void => {
    const before = state.failures.find((one) => one.key === key)?.attempts ?? 0;
    failures.push({
      key,
      item,
      class: failureClass,
      message,
      advice: failureAdvice(failureClass),
      attempts: before + 1,
    });
  };
  const lines = createInterface({
    input: createReadStream(directory.resultsPath(job.n), { highWaterMark: 1 << 20 }),
    crlfDelay: Infinity,
  });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const outcome = readResultLine(line);
    if (outcome.kind === 'broken') {
      count.unknown += 1;
      context.listener({
        kind: 'warning',
        message: `A line of ${job.displayName} cannot be used: ${outcome.why}.`,
      });
      continue;
    }
    const { item, answer } = outcome;
    const key = keyOfItem(item);
    if (key === undefined) {
      count.unknown += 1;
      context.listener({
        kind: 'warning',
        message: `A line of ${job.displayName} belongs to no item: "${item.slice(0, 120)}".`,
      });
      continue;
    }
    if (seen.has(key)) {
      count.doubled += 1;
      continue;
    }
    if (!job.foreign && !expected.has(key)) count.unknown += 1;
    const kept = await keep(context, directory, state, job, items.get(key), key, item, answer);
    switch (kept.kind) {
      case 'generated':
      case 'refused':
        seen.add(key);
        count[kept.kind] += 1;
        break;
      case 'failed':
        seen.add(key);
        fail(key, item, kept.class, kept.message);
        break;
      default:
        unreachable(kept);
    }
  }
  for (const key of expected) {
    if (seen.has(key)) continue;
    const item = items.get(key)?.name ?? key;
    const [failureClass, message] = absence(job);
    fail(key, item, failureClass, message);
  }
  return { ...count, failures };
}

/** Why an item of a job that ended has no line. */
function absence(job: Job): [FailureClass, string] {
  const error = job.remote?.error;
  const because = error === undefined ? '' : `: ${error}`;
  switch (job.remote?.state) {
    case 'EXPIRED':
      return ['expired', `The job expired at Google after 48 hours${because}.`];
    case 'FAILED':
      return ['job-failed', `The job failed at Google${because}.`];
    case 'CANCELLED':
      return ['cancelled', `The job was cancelled${because}.`];
    default:
      return ['missing-answer', 'The result file has no line for it.'];
  }
}

type Kept =
  | { readonly kind: 'generated' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly class: FailureClass; readonly message: string };

async function keep(
  context: RunContext,
  directory: RunDirectory,
  state: RunState,
  job: Job,
  item: PlanItem | undefined,
  key: ContentKey,
  name: string,
  answer: Answer,
): Promise<Kept> {
  const refuse = async (reason: string, message: string, facts: AnswerFacts, pictures = 0): Promise<Kept> => {
    const result: StoredResult = {
      v: 1,
      kind: 'refused',
      key,
      reason,
      message,
      provenance: provenance(state, job, facts, pictures, undefined),
    };
    await writeDeadLetter(directory, name, {
      class: 'refused',
      reason,
      message,
      advice: refusalAdvice(reason),
      answer,
      item,
    });
    await context.store.keep(result);
    return { kind: 'refused' };
  };
  switch (answer.kind) {
    case 'picture': {
      if (state.kind === 'analyze') {
        const message = 'A picture came where words were asked for.';
        await writeDeadLetter(directory, name, { class: 'unreadable-answer', message, answer, item });
        return { kind: 'failed', class: 'unreadable-answer', message };
      }
      const bytes = Buffer.from(answer.base64, 'base64');
      const verdict = inspectPicture(bytes);
      const pictures = answer.drafts + 1;
      if (verdict.kind !== 'whole') {
        await mkdir(directory.failedFolder, { recursive: true });
        await writeFileAtomic(join(directory.failedFolder, `${key}.picture`), bytes);
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
      if (verdict.kind === 'rejected') {
        await writeDeadLetter(directory, name, {
          class: 'unreadable-answer',
          message: verdict.why,
          answer,
          item,
        });
        return { kind: 'failed', class: 'unreadable-answer', message: verdict.why };
      }
      await context.store.keep({
        v: 1,
        kind: 'analyzed',
        key,
        answer: verdict.answer,
        provenance: provenance(state, job, answer.facts, 0, undefined),
      });
      // A second answer that fits makes up for a first that did not.
      await rm(letterPath(directory, name), { force: true });
      return { kind: 'generated' };
    }
    case 'refusal':
      return refuse(answer.reason, answer.message, answer.facts);
    case 'error': {
      const failureClass = classOfCode(answer.code);
      const message = `Google answered with error ${String(answer.code)}: ${answer.message}`;
      await writeDeadLetter(directory, name, { class: failureClass, message, answer, item });
      return { kind: 'failed', class: failureClass, message };
    }
    case 'unreadable': {
      const message = `The answer has a form that is not known: ${answer.why}`;
      await writeDeadLetter(directory, name, { class: 'unreadable-answer', message, answer, item });
      return { kind: 'failed', class: 'unreadable-answer', message };
    }
    default:
      return unreachable(answer);
  }
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
    costUsd: actualCost({ model: job.model, usage: facts.usage, pictures, imageSize }),
  };
}

interface DeadLetter {
  readonly class: string;
  readonly message: string;
  readonly answer: Answer;
  readonly item: PlanItem | undefined;
  readonly reason?: string;
  readonly advice?: string;
}

/** One file an item that was not made: what was asked, what was answered, what to do. */
async function writeDeadLetter(directory: RunDirectory, name: string, letter: DeadLetter): Promise<void> {
  // The picture's own bytes lie beside it; base64 in a letter would help nobody.
  const answer = letter.answer.kind === 'picture' ? { ...letter.answer, base64: '…' } : letter.answer;
  const body = { ...letter, answer, name };
  await writeFileAtomic(letterPath(directory, name), `${JSON.stringify(body, undefined, 2)}\n`);
}

function letterPath(directory: RunDirectory, name: string): string {
  const file = `${name.replaceAll('/', '__').replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@$1')}.json`;
  return join(directory.failedFolder, file);
}
