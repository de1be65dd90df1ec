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
  const sharing = joinSharing(reports);
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
    ...(Object.keys(sharing).length === 0 ? {} : { sharing }),
    ...(keptVersions.length === 0 ? {} : { keptVersions }),
    ...(stuck.length === 0 ? {} : { stuck }),
    stop: stopped?.stop,
    stopMessage: stopped?.stopMessage,
  };
}

/** What may be paid for twice adds up; what is not shared lies in the one store that the worlds have. */
function joinSharing(reports: readonly RunReport[]): NonNullable<RunReport['sharing']> {
  const unclaimed = reports.flatMap(({ sharing }) => sharing?.unclaimed ?? []);
  const unshared = reports.flatMap(({ sharing }) => sharing?.unshared ?? []);
  const [first] = unclaimed;
  const most = unshared.reduce((a, b) => (b.answers > a.answers ? b : a), unshared[0] ?? NOTHING);
  return {
    ...(first === undefined
      ? {}
      : { unclaimed: { items: sum(unclaimed.map(({ items }) => items)), why: first.why } }),
    ...(most.answers === 0 ? {} : { unshared: most }),
  };
}

const NOTHING = { answers: 0, why: '' };

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

function sumIfKnown(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (total, one) => (total === null || one === null ? null : total + one),
    0,
  );
}
