import { join } from 'node:path';
import { actualCost, billedSize, FULL_PRICE } from '../../plan/index.js';
import { inspectPicture, type PictureVerdict } from '../../picture/index.js';
import { kindOfNoPicture, noPictureOf, type ContentKey } from '../../recipe/index.js';
import type { GeneratedResult, Provenance, StoredResult } from '../../store/index.js';
import { sha256Hex } from '../../util/digest.js';
import { unreachable } from '../../util/unreachable.js';
import { classOfCode, refusalAdvice } from '../advice.js';
import { writeDeadLetter } from '../journal/dead-letters.js';
import type { Payment } from '../journal/payments.js';
import {
  isSynchronous,
  type FailureClass,
  type Job,
  type PlanItem,
  type RunState,
} from '../journal/run-state.js';
import type { Answer, AnswerFacts } from './answer.js';
import type { CollectContext, EndedJob } from './ended-job.js';

/** What an answer came to, and what was paid for it; undefined if Google answered with an error, or it was read before. */
export type Kept = { readonly paid?: Payment } & (
  | { readonly kind: 'generated' }
  | { readonly kind: 'refused' | 'unusable' }
  | { readonly kind: 'failed'; readonly class: FailureClass; readonly message: string }
);

/** One answer, of a batch line or of a synchronous request, and what it belongs to. */
export interface KeepRequest {
  readonly ended: EndedJob;
  readonly key: ContentKey;
  /** The item name as it stood in the request line. */
  readonly name: string;
  readonly answer: Answer;
  /** Another job made the item after this one was moved, so that a refusal here is no failure of it. */
  readonly isMadeElsewhere?: boolean;
}

/**
 * The one place where an answer becomes a stored result. It is durable when this resolves. What was billed is kept
 * by key, also if it is no picture, so that it is not asked for again unchanged.
 */
export async function keepAnswer(context: CollectContext, request: KeepRequest): Promise<Kept> {
  const { answer, ended } = request;
  switch (answer.kind) {
    case 'picture':
      if (ended.state.kind === 'analyze') {
        const provenance = provenanceOf(context, ended, { facts: answer.facts, pictures: answer.drafts + 1 });
        const paid = payment(request, 'unusable', provenance);
        return { ...unreadable('A picture came where words were asked for.'), paid };
      }
      return keepPicture(context, request, answer);
    case 'text':
      if (ended.state.kind === 'analyze') return keepWords(context, request, answer);
      return keepRefusal(context, request, {
        reason: 'TEXT_ONLY',
        message: answer.text.slice(0, 2000),
        facts: answer.facts,
      });
    case 'refusal':
      return keepRefusal(context, request, answer);
    case 'error': {
      const message = `Google answered with error ${answer.code}: ${answer.message}`;
      return { kind: 'failed', class: classOfCode(answer.code), message };
    }
    case 'unreadable':
      return unreadable(`The answer has a form that is not known: ${answer.why}`);
    default:
      return unreachable(answer);
  }
}

function unreadable(message: string): Kept {
  return { kind: 'failed', class: 'unreadable-answer', message };
}

function payment({ key, name }: KeepRequest, kind: Payment['kind'], provenance: Provenance): Payment {
  return { name, key, kind, provenance };
}

async function keepPicture(
  context: CollectContext,
  request: KeepRequest,
  answer: Extract<Answer, { kind: 'picture' }>,
): Promise<Kept> {
  const { ended, key } = request;
  const bytes = Buffer.from(answer.base64, 'base64');
  const verdict = inspectPicture(bytes);
  const pictures = answer.drafts + 1;
  if (verdict.kind !== 'whole') {
    const { directory } = ended;
    if (ended.isOver !== true) await directory.write(join(directory.failedFolder, `${key}.picture`), bytes);
    return keepRefusal(context, request, {
      reason: 'BROKEN_PICTURE',
      message: `The picture came damaged: ${whyBroken(verdict)}.`,
      facts: answer.facts,
      pictures,
    });
  }
  const { mimeType, extension, width, height } = verdict;
  const provenance = provenanceOf(context, ended, { facts: answer.facts, pictures, size: verdict });
  const result: StoredResult = {
    v: 1,
    kind: 'generated',
    key,
    picture: { sha256: sha256Hex(bytes), bytes: bytes.byteLength, mimeType, extension, width, height },
    drafts: answer.drafts,
    ...answeredBy(ended.items.get(key)),
    provenance,
  };
  await context.store.keep(result, bytes);
  return { kind: 'generated', paid: payment(request, 'picture', provenance) };
}

function whyBroken(verdict: Exclude<PictureVerdict, { kind: 'whole' }>): string {
  return verdict.kind === 'broken' ? verdict.why : 'its format is not known';
}

async function keepWords(
  context: CollectContext,
  request: KeepRequest,
  { text, finishReason, facts }: Extract<Answer, { kind: 'text' }>,
): Promise<Kept> {
  const { ended, key } = request;
  const verdict = context.readText({ key, text, finishReason, request: ended.items.get(key)?.request });
  const provenance = provenanceOf(context, ended, { facts, pictures: 0 });
  if (verdict.kind === 'rejected') {
    return { ...unreadable(verdict.why), paid: payment(request, 'unusable', provenance) };
  }
  const answered = answeredBy(ended.items.get(key));
  await context.store.keep({ v: 1, kind: 'analyzed', key, answer: verdict.answer, ...answered, provenance });
  return { kind: 'generated', paid: payment(request, 'analysis', provenance) };
}

interface Refusal {
  readonly reason: string;
  readonly message: string;
  readonly facts: AnswerFacts;
  /** Pictures that came in spite of the failure, and were billed. */
  readonly pictures?: number;
}

async function keepRefusal(
  context: CollectContext,
  request: KeepRequest,
  { reason, message, facts, pictures = 0 }: Refusal,
): Promise<Kept> {
  const { ended, key, name, answer, isMadeElsewhere = false } = request;
  const { directory, job, isOver = false } = ended;
  if (!isOver && !isMadeElsewhere) {
    await writeDeadLetter(directory, {
      name,
      key,
      class: noPictureOf(reason),
      reason,
      message,
      advice: refusalAdvice(reason),
      attempts: context.attempts(key) + 1,
      ...(job.batch === undefined ? {} : { job: job.batch }),
      answer: withoutBytes(answer),
      item: ended.items.get(key),
    });
  }
  const provenance = provenanceOf(context, ended, { facts, pictures });
  const item = ended.items.get(key);
  const { attempt = 1 } = item?.asked ?? {};
  const asked = { ...(attempt > 1 ? { attempt } : {}), ...answeredBy(item) };
  await context.store.keep({ v: 1, kind: 'refused', key, reason, message, ...asked, provenance });
  return { kind: kindOfNoPicture(reason), paid: payment(request, 'refusal', provenance) };
}

/** The picture's own bytes are beside the letter or in the results; base64 in a letter would help no reader. */
export function withoutBytes(answer: Answer): Answer {
  return answer.kind === 'picture' ? { ...answer, base64: '…' } : answer;
}

/** What people asked for with it, so that other versions find it by that; not known for jobs of other machines. */
function answeredBy(item: PlanItem | undefined): Pick<GeneratedResult, 'answered'> {
  if (item?.asked === undefined) return {};
  const { digest, compiler } = item.asked;
  const pictures = [...new Set(item.files.map((file) => file.sha256))].sort();
  return { answered: { digest, compiler, pictures, request: item.request } };
}

interface Billed {
  readonly facts: AnswerFacts;
  readonly pictures: number;
  readonly size?: { readonly width: number; readonly height: number };
}

function provenanceOf(
  { settings }: CollectContext,
  { state, job }: { readonly state: RunState; readonly job: Job },
  { facts, pictures, size }: Billed,
): Provenance {
  const imageSize = size === undefined ? '1K' : billedSize(size.width, size.height);
  // Google's clock: two machines that collect the same job write the same bytes.
  const finishedAt = job.remote?.endedAt ?? job.remote?.createdAt ?? state.createdAt;
  return {
    model: job.model,
    ...(facts.modelVersion === undefined ? {} : { modelVersion: facts.modelVersion }),
    ...(facts.responseId === undefined ? {} : { responseId: facts.responseId }),
    run: state.runId,
    job: job.batch ?? job.displayName,
    finishedAt,
    ...(facts.usage === undefined ? {} : { usage: facts.usage }),
    costUsd: actualCost(
      { model: job.model, usage: facts.usage, pictures, imageSize },
      { models: settings.models, at: Date.parse(finishedAt) },
      isSynchronous(job) ? FULL_PRICE : undefined,
    ),
  };
}
