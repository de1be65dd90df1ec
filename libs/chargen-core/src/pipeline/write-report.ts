import { join } from 'node:path';
import { PREVIEW_PLACES, REAL_PLACES } from '../plan/index.js';
import { joinReports } from '../report/join-reports.js';
import { readJobHistory, stuckJobs } from '../report/job-times.js';
import { countOutcomes, type EntityOutcome, type RunReport } from '../report/outcome.js';
import {
  describeStop,
  RunDirectories,
  sumOfPayments,
  wordsOfNx,
  type EngineOutcome,
  type RunKind,
  type Work,
} from '../run/index.js';
import { costByRun } from '../report/run-cost.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import type { KeptVersion } from '../record/leftovers.js';
import type { CanonCheck } from './canon-check.js';
import { findOnlyCopies } from './only-copies.js';
import type { GenerateOptions } from './options.js';
import { batchFolderOf } from './tools.js';

export interface ReportFacts {
  readonly target: RunKind;
  /** Milliseconds of the clock. */
  readonly startedAt: number;
  /** What was to be paid for when the call began. */
  readonly work: Work;
  readonly request: EngineOutcome;
  readonly canon: CanonCheck | undefined;
  readonly entities: readonly EntityOutcome[];
  readonly keptVersions: readonly KeptVersion[];
}

/** The report of a call that only looks: the last one of each target, of whichever run. */
export const LAST_REPORT: Readonly<Record<RunKind, string>> = {
  generate: 'last-report.json',
  analyze: 'last-analysis-report.json',
};

/** Writes what became of everything, as the last report and into the folder of each run that took part. */
export async function writeReport(options: GenerateOptions, facts: ReportFacts): Promise<RunReport> {
  const report = {
    ...reportOf(options, facts),
    ...(await onlyCopiesOf(options, facts)),
    ...(await stuckOf(options, facts)),
  };
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  const runs = new RunDirectories(batchFolderOf(options));
  await writeFileAtomic(join(runs.folder, LAST_REPORT[facts.target]), text, runs.scratch);
  // A run that was resumed ends with this call as well.
  for (const id of facts.request.runIds) {
    const directory = runs.directory(id);
    await directory.write(directory.reportPath, text);
  }
  return report;
}

/** The last report of calls for several worlds that were made at once: each of them has written its own one. */
export async function writeJoinedReport(workspaceRoot: string, reports: readonly RunReport[]): Promise<void> {
  const [first, ...others] = reports;
  if (first === undefined) return;
  const places = first.mode === 'preview' ? PREVIEW_PLACES : REAL_PLACES;
  const runs = new RunDirectories(batchFolderOf({ workspaceRoot, places }));
  const text = `${JSON.stringify(joinReports([first, ...others]), undefined, 2)}\n`;
  await writeFileAtomic(join(runs.folder, LAST_REPORT[first.target]), text, runs.scratch);
}

/** Only if something came from Google: a call that found all done has nothing new to warn of. */
async function onlyCopiesOf(
  options: GenerateOptions,
  { entities }: ReportFacts,
): Promise<Pick<RunReport, 'onlyCopies'>> {
  const { generated, analyzed } = countOutcomes(entities.flatMap((one) => one.scenes));
  if (options.places.mode === 'preview' || generated + analyzed === 0) return {};
  return { onlyCopies: await findOnlyCopies(options, options.control.remote !== undefined) };
}

/** Only if something was left: a call that settled everything has no job to warn of. */
async function stuckOf(
  options: GenerateOptions,
  { request }: ReportFacts,
): Promise<Pick<RunReport, 'stuck'>> {
  if (request.stop === undefined) return {};
  const stuck = stuckJobs(await readJobHistory(batchFolderOf(options)), options.clock.now());
  return stuck.length === 0 ? {} : { stuck };
}

function reportOf({ clock, places }: GenerateOptions, facts: ReportFacts): RunReport {
  const { target, startedAt, work, request, canon, entities, keptVersions } = facts;
  const scenes = entities.flatMap((one) => one.scenes);
  const stop = request.stop ?? canon?.stop;
  return {
    v: 1,
    target,
    mode: places.mode,
    runId: request.runId,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: clock.now() - startedAt,
    totals: countOutcomes(scenes),
    entities,
    estimate: work.estimate,
    costUsd: sumOfPayments(request.paid),
    costByRun: costByRun(request.paid),
    ...(canon === undefined ? {} : { canonCostUsd: canon.costUsd, canonOpen: canon.open.size }),
    ...(Object.keys(request.sharing).length === 0 ? {} : { sharing: request.sharing }),
    ...(keptVersions.length === 0 ? {} : { keptVersions }),
    stop,
    stopMessage:
      stop === undefined ? undefined : describeStop(stop, target, wordsOfNx(target, request.nxTarget)),
  };
}
