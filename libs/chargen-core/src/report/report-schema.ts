import { z } from 'zod';
import { parseJson } from '../util/read-json.js';
import { NO_COST } from '../plan/index.js';
import { FAILURE_CLASSES, type StopReason } from '../run/index.js';
import {
  countOutcomes,
  type EntityOutcome,
  type FailedClass,
  type Outcome,
  type RunReport,
  type SceneOutcome,
} from './outcome.js';
import { UNUSABLE } from '../recipe/index.js';

/** Failures that are found before Google is asked, beside those of a request. */
const FAILED_CLASSES: ReadonlySet<string> = new Set([
  ...FAILURE_CLASSES,
  'blocked',
  'edited',
  'lfs-pointer',
  'moved',
  'not-written',
]);

/** The compiler asks for each member: one that a schema does not name is lost when a report is read. */
type MembersOf<T> = Readonly<Record<keyof T, z.ZodType>>;

const warnings = z.array(z.string()).default([]);
const costUsd = z.number().nullable();
const run = z.string().exactOptional();

const knownOutcome = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('done') }),
    z.object({ kind: z.literal('generated'), costUsd, run, warnings }),
    z.object({ kind: z.literal('analyzed'), costUsd, run, warnings }),
    z.object({ kind: z.literal('reused'), warnings }),
    z.object({
      kind: z.literal('refused'),
      reason: z.string(),
      message: z.string(),
      advice: z.string(),
    }),
    z.object({
      kind: z.literal('unusable'),
      class: z.enum(UNUSABLE),
      reason: z.string(),
      message: z.string(),
      advice: z.string(),
    }),
    z.object({
      kind: z.literal('failed'),
      // A class of another version means as much as none: its message counts.
      class: z
        .custom<FailedClass>((value) => typeof value === 'string' && FAILED_CLASSES.has(value))
        .catch('transient'),
      message: z.string(),
      advice: z.string(),
    }),
    z.object({ kind: z.literal('pending'), why: z.string(), retryable: z.boolean().default(true) }),
    z.object({ kind: z.literal('waits'), on: z.array(z.string()) }),
    z.object({ kind: z.literal('locked') }),
  ]),
);

/** An outcome of another version of chargen is shown as unfinished, and does not hide the rest of its run. */
const outcome = z.lazy(() =>
  z.looseObject({ kind: z.string() }).transform((data): Outcome => {
    const known = knownOutcome.safeParse(data);
    if (known.success) return known.data;
    const why = `another version of chargen reported it as "${data.kind}"`;
    return { kind: 'pending', why, retryable: true };
  }),
);

const scene = z.lazy(() =>
  z.object({
    scene: z.string(),
    title: z.string().default(''),
    key: z.string().optional(),
    picture: z.string().optional(),
    outcome,
    canon: z
      .object({ matches: z.boolean(), confidence: z.number(), contradictions: z.array(z.string()) })
      .exactOptional(),
  } satisfies MembersOf<SceneOutcome>),
);

const diagnostic = z.lazy(() =>
  z.object({
    severity: z.enum(['error', 'warning', 'note']).catch('warning'),
    code: z.string(),
    message: z.string(),
    file: z.string(),
    scene: z.string().exactOptional(),
    line: z.number(),
    column: z.number(),
    excerpt: z.string(),
  }),
);

const entity = z.lazy(() =>
  z.object({
    root: z.string().default(''),
    file: z.string().default(''),
    id: z.string(),
    scenes: z.array(scene),
    diagnostics: z.array(diagnostic).default([]),
    verdict: z.enum(['done', 'failed', 'unfinished']).catch('unfinished'),
  } satisfies MembersOf<EntityOutcome>),
);

const estimate = z.lazy(() =>
  z.object({ low: z.number(), expected: z.number(), high: z.number(), unknown: z.number() }),
);

/** Every kind of stop; the compiler asks for one that is added. */
const STOP_KINDS: Readonly<Record<StopReason['kind'], true>> = {
  billing: true,
  declined: true,
  'in-flight': true,
  interrupted: true,
  'no-batch': true,
  'no-key': true,
  'not-submitting': true,
  'other-key': true,
  'over-budget': true,
  quota: true,
  service: true,
  store: true,
  uncertain: true,
  'wait-over': true,
};

/** A stop of another version is left out; its words are in `stopMessage`. */
const stop = z.lazy(() =>
  z
    .custom<StopReason>((value) => {
      const parsed = z.object({ kind: z.string() }).safeParse(value);
      return parsed.success && parsed.data.kind in STOP_KINDS;
    })
    .optional()
    .catch(undefined),
);
const stuckJob = z.lazy(() =>
  z.object({
    runId: z.string(),
    model: z.string(),
    batch: z.string(),
    state: z.string(),
    ageMs: z.number(),
    afterMs: z.number(),
    usual: z
      .object({ jobs: z.number(), shortest: z.number(), median: z.number(), longest: z.number() })
      .nullable(),
  }),
);

/** The form of report.json, for everything that reads one: terminal, Nx, CI, history and gallery. */
const runReportSchema = z.lazy(() =>
  z.object({
    v: z.literal(1),
    target: z.enum(['generate', 'analyze']),
    mode: z.enum(['real', 'preview']),
    runId: z.string().optional(),
    startedAt: z.string(),
    durationMs: z.number(),
    entities: z.array(entity),
    estimate: estimate.default(NO_COST),
    costUsd: costUsd.default(null),
    costByRun: z.array(z.object({ run: z.string(), answers: z.number(), costUsd })).exactOptional(),
    canonCostUsd: costUsd.exactOptional(),
    canonOpen: z.number().exactOptional(),
    onlyCopies: z.object({ answers: z.number(), costUsd: z.number(), unknown: z.number() }).exactOptional(),
    sharing: z
      .object({
        unclaimed: z.object({ items: z.number(), why: z.string() }).exactOptional(),
        unshared: z.object({ answers: z.number(), why: z.string() }).exactOptional(),
      })
      .exactOptional(),
    keptVersions: z.array(z.object({ path: z.string(), of: z.string() })).exactOptional(),
    stuck: z.array(stuckJob).exactOptional(),
    stop,
    stopMessage: z.string().optional(),
  } satisfies MembersOf<Omit<RunReport, 'totals'>>),
);

/** Reads the text of a report.json; undefined if it is cut short, or of a version that cannot be read. */
export function parseReport(text: string): RunReport | undefined {
  const parsed = runReportSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { runId, stop: reason, stopMessage, entities, ...rest } = parsed.data;
  const scenes = entities.flatMap((one) => one.scenes);
  return {
    ...rest,
    runId,
    stop: reason,
    stopMessage,
    // Counted anew: an outcome of another version is counted as what it is shown as.
    totals: countOutcomes(scenes.map(({ key, picture, ...one }) => ({ ...one, key, picture }))),
    entities: entities.map((one) => ({
      ...one,
      scenes: one.scenes.map(({ key, picture, ...it }) => ({ ...it, key, picture })),
    })),
  };
}
