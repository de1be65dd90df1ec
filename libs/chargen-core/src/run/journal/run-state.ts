import { z } from 'zod';
import { isTerminal } from '../../gemini/index.js';
import { canonicalRequestSchema } from '../../recipe/index.js';

/** The phases of a run, as people know them. */
export const RUN_PHASES = [
  'planned',
  'staging',
  'staged',
  'submitted',
  'running',
  'downloading',
  'applying',
  'completed',
  'failed',
] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

export const RUN_KINDS = ['generate', 'analyze'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/**
 * How far one Gemini job is. `sending` is written before the create leaves this machine: after a crash it is
 * the only trace of a job that may exist.
 */
const JOB_STAGES = [
  /** Decided; nothing was sent. */
  'planned',
  /** Its files are uploaded; no job exists. */
  'staged',
  /** A create may have left this machine. */
  'sending',
  /** Google named the job. */
  'submitted',
  /** The answer to the create was lost, and no job of that name is listed. Only a person may go on. */
  'uncertain',
  /** Google rejected the create: no job exists. */
  'rejected',
  /** Its results are in the store. */
  'collected',
  /** Never sent, and no longer wanted. */
  'abandoned',
] as const;
export type JobStage = (typeof JOB_STAGES)[number];

const remoteSchema = z.lazy(() =>
  z.object({
    state: z.string(),
    rawState: z.string(),
    total: z.number().optional(),
    pending: z.number().optional(),
    succeeded: z.number().optional(),
    failed: z.number().optional(),
    createdAt: z.string().optional(),
    endedAt: z.string().optional(),
    /** Milliseconds since 1970, this machine's clock. */
    polledAt: z.number(),
    /** Since when nothing has changed, by this machine's clock. */
    unchangedSince: z.number(),
    error: z.string().optional(),
  }),
);
export type RemoteState = z.infer<typeof remoteSchema>;

const jobSchema = z.lazy(() =>
  z.object({
    /** 1, 2 …: the N of requests-N.jsonl and results-N.jsonl. */
    n: z.number().int().min(1),
    /** Unique in the world: `chargen/<workspace>/<kind>/<runId>/<n>`. */
    displayName: z.string(),
    model: z.string(),
    /** Content keys; of a job that another machine made they are known only once it is collected. */
    keys: z.array(z.string()),
    /** What people asked for with its items, as digests: another version of the tool knows the items by these. */
    asked: z.array(z.string()).optional(),
    foreign: z.boolean(),
    stage: z.enum(JOB_STAGES),
    /** `files/…` of the uploaded JSONL. */
    inputFile: z.string().optional(),
    /** `files/…` of uploaded references that only this job's end sets free. */
    uploads: z.array(z.string()),
    /** Milliseconds since 1970 when the create was about to leave. */
    sentAt: z.number().optional(),
    /** Milliseconds since 1970 until which its uploads live long enough for a job to use them. */
    usableUntil: z.number().optional(),
    /** Since when Google answers that it does not know the job, or its result file; one such answer proves nothing. */
    goneSince: z.number().optional(),
    /** `batches/…` */
    batch: z.string().optional(),
    /**
     * Milliseconds since 1970 when a person gave it up for lost without its end being known: its items are asked for
     * anew, what it still brings is taken, and what it does not bring is no failure.
     */
    movedAt: z.number().optional(),
    remote: remoteSchema.optional(),
    /** Estimated input tokens, for the queue's limit. */
    tokens: z.number(),
    /** Estimated US dollars at most. */
    costHigh: z.number(),
    why: z.string().optional(),
  }),
);
export type Job = z.infer<typeof jobSchema>;

export const FAILURE_CLASSES = [
  'transient',
  'invalid-request',
  'missing-answer',
  'job-rejected',
  'job-failed',
  'cancelled',
  'expired',
  'upload-rejected',
  'reference-changed',
  'unreadable-answer',
  'model-unusable',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export const failureSchema = z.lazy(() =>
  z.object({
    key: z.string(),
    item: z.string(),
    class: z.enum(FAILURE_CLASSES),
    message: z.string(),
    advice: z.string(),
    attempts: z.number().int(),
  }),
);
export type ItemFailure = z.infer<typeof failureSchema>;

export const STATE_VERSION = 1;

/** The process that made the run and may still add jobs to it. */
const ownerSchema = z.lazy(() =>
  z.object({
    pid: z.number().int(),
    host: z.string(),
    started: z.string(),
    space: z.string(),
    /** One call in that process. */
    call: z.string(),
    since: z.number(),
  }),
);
export type RunOwner = z.infer<typeof ownerSchema>;

export const runStateSchema = z.lazy(() =>
  z.object({
    v: z.literal(STATE_VERSION),
    runId: z.string(),
    workspaceId: z.string(),
    kind: z.enum(RUN_KINDS),
    /** Identifies the API key that made the jobs, without revealing it. */
    keyFingerprint: z.string(),
    phase: z.enum(RUN_PHASES),
    createdAt: z.string(),
    updatedAt: z.string(),
    owner: ownerSchema.optional(),
    /** What the call was to make, as the names of a `Selection`; empty for the whole world. Not known of other machines. */
    selection: z.array(z.string()).optional(),
    /** How many takes of each scene the call asked for; absent if the files decided. */
    takes: z.number().int().optional(),
    jobs: z.array(jobSchema),
    failures: z.array(failureSchema),
  }),
);
export type RunState = z.infer<typeof runStateSchema>;

export const planItemSchema = z.lazy(() =>
  z.object({
    /** `character/cidrella-vexweld/workshop-tinkering@sha256:…` */
    name: z.string(),
    key: z.string(),
    request: canonicalRequestSchema,
    files: z.array(
      z.object({
        name: z.string(),
        role: z.string(),
        sha256: z.string(),
        mimeType: z.string(),
        extension: z.string(),
        path: z.string().optional(),
      }),
    ),
    estimatedUsd: z.number().nullable(),
    asked: z.object({ digest: z.string(), compiler: z.number().int(), attempt: z.number().int() }).optional(),
  }),
);
export type PlanItem = z.infer<typeof planItemSchema>;

/** The first line of the plan of a job; an item a line follows. */
export const planHeadSchema = z.object({
  v: z.literal(STATE_VERSION),
  runId: z.string(),
  /** How many lines follow. */
  items: z.number().int(),
});

/** A job that exists at Google, or may exist, and is not collected. */
export function isOpen(job: Job): boolean {
  switch (job.stage) {
    case 'sending':
    case 'submitted':
    case 'uncertain':
      return true;
    case 'planned':
    case 'staged':
    case 'rejected':
    case 'collected':
    case 'abandoned':
      return false;
  }
}

/** Stands in the place of a job's name for a synchronous request (`chargen now`), which Google does not list. */
export const SYNCHRONOUS = 'now';

/** A request that was answered at once (`chargen now`): no job of it exists at Google, and no list has it. */
export function isSynchronous(job: Pick<Job, 'displayName'>): boolean {
  return job.displayName === SYNCHRONOUS;
}

/** A job that Google has, or may have, and whose end has to be waited for. */
export function isJobAtGoogle(job: Job): boolean {
  return isOpen(job) && !isSynchronous(job);
}

/** Google has reported its end; what it served may still be on its way. */
export function hasEndedAtGoogle({ remote }: Pick<Job, 'remote'>): boolean {
  return remote !== undefined && isTerminal(remote.state);
}

/**
 * A job that a person gave up and whose end is not known: its items are asked for beside it. Of one that has ended, the
 * results are waited for first, since what it served is billed and its file comes after its state.
 */
export function isAskedBeside(job: Job): boolean {
  return job.movedAt !== undefined && !hasEndedAtGoogle(job);
}

export function isFinished(state: RunState): boolean {
  return state.phase === 'completed' || state.phase === 'failed';
}

/** Nothing is left to do for the job, whether it failed or succeeded. */
export function isSettled(job: Pick<Job, 'stage'>): boolean {
  return job.stage === 'rejected' || job.stage === 'collected' || job.stage === 'abandoned';
}

/** Keys that some job may still bring. */
export function unsettledKeys(jobs: readonly Job[]): Set<string> {
  return new Set(jobs.filter((job) => !isSettled(job)).flatMap((job) => job.keys));
}
