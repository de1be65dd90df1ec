import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GeminiError, isCertainlyNotBilled, type GeminiErrorInfo } from '../../gemini/index.js';
import { estimateCost, FULL_PRICE, modelTerms } from '../../plan/index.js';
import { sha256Hex } from '../../util/digest.js';
import { isMissing } from '../../util/fs-error.js';
import { applyResults } from '../collect/apply-results.js';
import { answered, markUncertain } from '../collect/settle-synchronous.js';
import { saveJob, saveRun, type OpenRun, type RunContext } from '../context.js';
import { SYNCHRONOUS, type Job } from '../journal/run-state.js';
import { askedBy, type WorkItem } from '../work.js';
import { planItem } from './plan-item.js';
import { failureOf, saveFailures } from './save-failures.js';
import { stageFiles, wireRequest, type RejectedFile, type WireFile } from './stage.js';

/** A request with its pictures inside may have 20 MB; base64 takes a third more than the bytes. */
const MAX_INLINE_BYTES = 14_000_000;

const PAID_FOR =
  'Google has the request, and it is paid for: waiting for its picture, so that it is not lost. Ctrl-C again gives it up.';

export type AtOnceOutcome =
  /** Its answer, usable or not, is durable and collected. */
  | { readonly kind: 'answered' }
  /** The answer was lost: Google may have billed it. */
  | { readonly kind: 'uncertain' }
  /** Nothing was sent; the failure is in the run. */
  | { readonly kind: 'not-asked' }
  /** Google rejected the request: nothing was made, nothing is billed. */
  | { readonly kind: 'refused'; readonly error: GeminiErrorInfo };

/**
 * Sends one request and waits for its answer. The intent is durable before the request leaves, and the answer before
 * anything looks into it; it is never sent a second time.
 */
export async function sendAtOnce(context: RunContext, run: OpenRun, item: WorkItem): Promise<AtOnceOutcome> {
  const job = await journal(context, run, item);
  const wire = await bodyOf(context, run, item);
  if (wire.kind === 'unusable') {
    const { class: failureClass, message } = wire.why;
    const failure = failureOf(context, item.key, item.name, failureClass, message);
    await saveFailures(context, run, [failure], withJob(run, job, { stage: 'abandoned', why: message }));
    return { kind: 'not-asked' };
  }
  const { uploads } = wire;
  const sentAt = context.clock.now();
  await saveJob(context, run, job.n, { stage: 'sending', sentAt, uploads: [...uploads] }, 'submitted');
  if (context.signal.aborted) {
    await saveJob(context, run, job.n, { stage: 'planned' });
    context.signal.throwIfAborted();
  }
  let raw: unknown;
  try {
    raw = await answerTo(context, run, job.model, wire.body);
  } catch (error) {
    return unanswered(context, run, job, error);
  }
  const line = JSON.stringify({ key: item.name, response: raw });
  await run.directory.write(run.directory.resultsPath(job.n), `${line}\n`);
  await applyResults(context, run, answered(context, job), true);
  return { kind: 'answered' };
}

/** Writes the request into its run as planned: a process that dies before it is sent leaves nothing to settle. */
async function journal(context: RunContext, run: OpenRun, item: WorkItem): Promise<Job> {
  const estimate = estimateCost(item.request, modelTerms(context.settings, context.clock.now()), FULL_PRICE);
  const job: Job = {
    n: Math.max(0, ...run.state.jobs.map((one) => one.n)) + 1,
    displayName: SYNCHRONOUS,
    model: item.request.model,
    keys: [item.key],
    asked: askedBy([item]),
    foreign: false,
    stage: 'planned',
    uploads: [],
    tokens: item.inputTokens,
    costHigh: estimate.high,
  };
  await run.directory.writePlan(job.n, [planItem({ ...item, estimate })]);
  await saveRun(context, run, { ...run.state, jobs: [...run.state.jobs, job], phase: 'planned' });
  return job;
}

function withJob(run: OpenRun, job: Job, change: Partial<Job>): Job[] {
  return run.state.jobs.map((one) => (one.n === job.n ? { ...one, ...change } : one));
}

/** A request that has left is paid for, so Ctrl-C does not throw its answer away. */
async function answerTo(
  context: RunContext,
  run: OpenRun,
  model: string,
  body: Record<string, unknown>,
): Promise<unknown> {
  const report = (): void => {
    context.listener({ kind: 'waiting', runId: run.state.runId, message: PAID_FOR });
  };
  context.signal.addEventListener('abort', report, { once: true });
  try {
    // One that never aborts: stopped now, what is paid for would be lost.
    return await context.door.generateNow(model, body, new AbortController().signal);
  } finally {
    context.signal.removeEventListener('abort', report);
  }
}

async function unanswered(
  context: RunContext,
  run: OpenRun,
  job: Job,
  error: unknown,
): Promise<AtOnceOutcome> {
  if (!(error instanceof GeminiError) || !isCertainlyNotBilled(error.info)) {
    await markUncertain(context, run, job, error instanceof Error ? error.message : String(error));
    return { kind: 'uncertain' };
  }
  const { message } = error.info;
  await saveJob(context, run, job.n, { stage: 'rejected', why: message });
  return { kind: 'refused', error: error.info };
}

type Body =
  | {
      readonly kind: 'body';
      readonly body: Record<string, unknown>;
      /** `files/…` that are to be deleted when the run ends. */
      readonly uploads: readonly string[];
    }
  | { readonly kind: 'unusable'; readonly why: RejectedFile };

/** The request as Gemini takes it: pictures inside while they fit, the others uploaded. */
async function bodyOf(context: RunContext, run: OpenRun, item: WorkItem): Promise<Body> {
  const files = new Map<string, WireFile>();
  const tooLarge: WorkItem['files'][number][] = [];
  let inline = 0;
  for (const file of item.files) {
    if (files.has(file.sha256)) continue;
    const path =
      file.path === undefined ? context.store.picturePath(file) : join(context.workspaceRoot, file.path);
    const bytes = await readFile(path).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    // Hashed when it was planned: what is sent must be that, or the key would be wrong.
    if (bytes === undefined || sha256Hex(bytes) !== file.sha256) {
      const message = `The reference ${file.path ?? file.name} changed while the request was being prepared.`;
      return { kind: 'unusable', why: { class: 'reference-changed', message } };
    }
    inline += bytes.byteLength;
    if (inline > MAX_INLINE_BYTES) tooLarge.push(file);
    else files.set(file.sha256, { data: bytes.toString('base64') });
  }
  const staged = await stageFiles(context, run.state.runId, [{ ...item, files: tooLarge }]);
  const [why] = staged.rejected.values();
  if (why !== undefined) return { kind: 'unusable', why };
  for (const [sha256, { uri }] of staged.files) files.set(sha256, { uri });
  const uploads = [...staged.files.values()].map((file) => file.name);
  return { kind: 'body', body: wireRequest(item, files), uploads };
}
