import { countOutcomes, type RunReport } from './outcome.js';

/**
 * The reports of calls that were made at once for several worlds of one workspace, as one report: sums, and the first
 * reason why something was left.
 */
export function joinReports(reports: readonly [RunReport, ...RunReport[]]): RunReport {
  const [first] = reports;
  const entities = reports.flatMap((one) => one.entities);
  const begun = reports.map(({ startedAt }) => Date.parse(startedAt));
  const ends = reports.map(({ durationMs }, n) => (begun[n] ?? 0) + durationMs);
  const stopped = reports.find((one) => one.stop !== undefined);
  const canon = reports.filter((one) => one.canonCostUsd !== undefined);
  const list = <T>(of: (report: RunReport) => readonly T[] | undefined): readonly T[] =>
    reports.flatMap((one) => of(one) ?? []);
  const keptVersions = list((one) => one.keptVersions);
  const stuck = list((one) => one.stuck);
  const sharing = reports.find((one) => one.sharing !== undefined)?.sharing;
  const onlyCopies = reports.map((one) => one.onlyCopies).findLast((one) => one !== undefined);
  return {
    v: 1,
    target: first.target,
    mode: first.mode,
    runId: reports.find(({ runId }) => runId !== undefined)?.runId,
    startedAt: new Date(Math.min(...begun)).toISOString(),
    durationMs: Math.max(...ends) - Math.min(...begun),
    totals: countOutcomes(entities.flatMap(({ scenes }) => scenes)),
    entities,
    estimate: {
      low: sum(reports.map(({ estimate }) => estimate.low)),
      expected: sum(reports.map(({ estimate }) => estimate.expected)),
      high: sum(reports.map(({ estimate }) => estimate.high)),
      unknown: sum(reports.map(({ estimate }) => estimate.unknown)),
    },
    costUsd: sumIfKnown(reports.map(({ costUsd }) => costUsd)),
    costByRun: list((one) => one.costByRun),
    ...(canon.length === 0
      ? {}
      : {
          canonCostUsd: sumIfKnown(canon.map(({ canonCostUsd = null }) => canonCostUsd)),
          canonOpen: sum(canon.map(({ canonOpen = 0 }) => canonOpen)),
        }),
    ...(onlyCopies === undefined ? {} : { onlyCopies }),
    ...(sharing === undefined ? {} : { sharing }),
    ...(keptVersions.length === 0 ? {} : { keptVersions }),
    ...(stuck.length === 0 ? {} : { stuck }),
    stop: stopped?.stop,
    stopMessage: stopped?.stopMessage,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

function sumIfKnown(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (total, one) => (total === null || one === null ? null : total + one),
    0,
  );
}
