import { EXIT_OF_STOP, isAtGoogle, type RunExit } from 'chargen-core';

/** As much of a report as decides how a step ends. */
export interface ReportedEnd {
  readonly stop?: { readonly kind: string; readonly jobs?: number | undefined } | undefined;
  readonly entities: readonly { readonly verdict: 'done' | 'failed' | 'unfinished' }[];
}

/**
 * What a step of a workflow ends with. 0: everything was made, or Google works on what was not. Else something that was
 * asked for was not made and nothing works on it: 1 for a failure, or the code of `chargen` for what stopped the run.
 * A step that only collects asks for nothing else, so that what was never submitted is not missed by it.
 */
export function exitOfCi(nxCode: number, report: ReportedEnd | undefined, submits: boolean): RunExit {
  if (nxCode === 0) return 0;
  const verdicts = new Set(report?.entities.map(({ verdict }) => verdict));
  const stop = report?.stop;
  if (stop === undefined || verdicts.has('failed') || !verdicts.has('unfinished')) return 1;
  if (isAtGoogle(stop) || (stop.kind === 'not-submitting' && !submits)) return 0;
  return isKnown(stop.kind) && EXIT_OF_STOP[stop.kind] !== 0 ? EXIT_OF_STOP[stop.kind] : 1;
}

function isKnown(kind: string): kind is keyof typeof EXIT_OF_STOP {
  return Object.hasOwn(EXIT_OF_STOP, kind);
}
