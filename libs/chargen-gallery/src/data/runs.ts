import { readFile } from 'node:fs/promises';
import {
  parseReport,
  readPayments,
  RunDirectories,
  sumOfPayments,
  type Outcome,
  type PlanItem,
  type RunDirectory,
  type RunReport,
  type SceneOutcome,
} from 'chargen-core';

export type Report = RunReport;
export type ReportedScene = SceneOutcome;
export type ReportedOutcome = Outcome;

/** A run as far as its folder describes it. */
export interface PastRun {
  readonly id: string;
  readonly directory: RunDirectory;
  /** Undefined if the run has not ended, or its report cannot be read. */
  readonly report: Report | undefined;
  /** US dollars of the answers that it brought; null if a price is not known. */
  readonly costUsd: number | null;
}

/**
 * The runs of a state folder, oldest first, without those of the worlds `otherIds`. What another version wrote is passed
 * over, never an error.
 */
export async function readRuns(batchFolder: string, otherIds: readonly string[]): Promise<PastRun[]> {
  const runs = new RunDirectories(batchFolder);
  const ids = await runs.list();
  const read = ids.map(async (id): Promise<PastRun | undefined> => {
    const directory = runs.directory(id);
    if (otherIds.length > 0) {
      const state = await directory.readState().catch(() => undefined);
      if (state !== undefined && otherIds.includes(state.workspaceId)) return undefined;
    }
    const report = await readReport(directory.reportPath);
    return { id, directory, report, costUsd: sumOfPayments(await readPayments(directory)) };
  });
  return (await Promise.all(read)).filter((run) => run !== undefined).sort(byBegin);
}

const SECOND = '2026-11-29T12-00-00Z'.length;

/** An id says the second in which its run began. Of two in one second the reports tell which was first. */
function byBegin(a: PastRun, b: PastRun): number {
  const [first, second] = [a, b].map(
    ({ id, report }) => id.slice(0, SECOND) + (report?.startedAt ?? '~') + id,
  );
  return (first ?? '') < (second ?? '') ? -1 : 1;
}

/** Undefined if there is none, or none that can be read. */
export async function readReport(path: string): Promise<Report | undefined> {
  try {
    return parseReport(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

export function reportedScenes(report: Report | undefined): ReportedScene[] {
  return (report?.entities ?? []).flatMap((entity) => entity.scenes);
}

/** The requests that a run asked, by key; none if its plan is missing or damaged. */
export async function plannedItems(directory: RunDirectory): Promise<ReadonlyMap<string, PlanItem>> {
  try {
    return await directory.readPlan();
  } catch {
    return new Map();
  }
}

/** Whether a run had something to do for a scene: what was done before it is not its work. */
export function isWorkOf(outcome: ReportedOutcome): boolean {
  switch (outcome.kind) {
    case 'generated':
    case 'analyzed':
    case 'reused':
    case 'refused':
    case 'unusable':
    case 'failed':
    case 'pending':
    case 'waits':
      return true;
    case 'done':
    case 'locked':
      return false;
  }
}
