import { readFile } from 'node:fs/promises';
import { RunDirectories, type PlanItem, type RunDirectory } from 'chargen-core';
import { z } from 'zod';

/** As much of a report as the gallery shows. Other versions of chargen may write more. */
const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('generated'), costUsd: z.number().nullable(), warnings: z.array(z.string()) }),
  z.object({ kind: z.literal('analyzed'), costUsd: z.number().nullable(), warnings: z.array(z.string()) }),
  z.object({ kind: z.literal('reused'), warnings: z.array(z.string()) }),
  z.object({ kind: z.literal('refused'), reason: z.string(), message: z.string(), advice: z.string() }),
  z.object({ kind: z.literal('failed'), class: z.string(), message: z.string(), advice: z.string() }),
  z.object({ kind: z.literal('pending'), why: z.string() }),
  z.object({ kind: z.literal('waits'), on: z.array(z.string()) }),
  z.object({ kind: z.literal('locked') }),
]);
export type ReportedOutcome = z.infer<typeof outcomeSchema>;

const sceneSchema = z.object({
  scene: z.string(),
  title: z.string(),
  key: z.string().optional(),
  picture: z.string().optional(),
  outcome: outcomeSchema,
  canon: z
    .object({ matches: z.boolean(), confidence: z.number(), contradictions: z.array(z.string()) })
    .optional(),
});
export type ReportedScene = z.infer<typeof sceneSchema>;

const reportSchema = z.object({
  v: z.literal(1),
  target: z.enum(['generate', 'analyze']),
  mode: z.enum(['real', 'preview']),
  startedAt: z.string(),
  durationMs: z.number(),
  totals: z.record(z.string(), z.number()),
  entities: z.array(z.object({ id: z.string(), scenes: z.array(sceneSchema) })),
  costUsd: z.number().nullable(),
  stopMessage: z.string().optional(),
});
export type Report = z.infer<typeof reportSchema>;

/** A run as far as its folder tells. */
export interface PastRun {
  readonly id: string;
  readonly directory: RunDirectory;
  /** Undefined where the run has not ended, or its report cannot be read. */
  readonly report: Report | undefined;
}

/** The runs of a state folder, oldest first. What another version wrote is passed over, never an error. */
export async function readRuns(batchFolder: string): Promise<PastRun[]> {
  const runs = new RunDirectories(batchFolder);
  const ids = await runs.list();
  const read = ids.map(async (id) => {
    const directory = runs.directory(id);
    return { id, directory, report: await readReport(directory.reportPath) };
  });
  return Promise.all(read);
}

/** Undefined where there is none, or none that can be read. */
export async function readReport(path: string): Promise<Report | undefined> {
  try {
    const data: unknown = JSON.parse(await readFile(path, 'utf8'));
    return reportSchema.safeParse(data).data;
  } catch {
    return undefined;
  }
}

export function reportedScenes(report: Report | undefined): ReportedScene[] {
  return (report?.entities ?? []).flatMap((entity) => entity.scenes);
}

/** The requests that a run asked, by key; none where its plan is gone or damaged. */
export async function plannedItems(directory: RunDirectory): Promise<readonly PlanItem[]> {
  try {
    return (await directory.readPlan())?.items ?? [];
  } catch {
    return [];
  }
}

/** `character/finn/rooftop@sha256:…` without its key. */
export function sceneOfItem(name: string): string {
  const at = name.lastIndexOf('@sha256:');
  return at === -1 ? name : name.slice(0, at);
}

/** Whether a run had something to do for a scene: what was done before it is not its work. */
export function isWorkOf(outcome: ReportedOutcome): boolean {
  switch (outcome.kind) {
    case 'generated':
    case 'analyzed':
    case 'reused':
    case 'refused':
    case 'failed':
    case 'pending':
    case 'waits':
      return true;
    case 'done':
    case 'locked':
      return false;
  }
}
