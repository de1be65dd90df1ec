import type { RunReport, StopReason } from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';

/** The exit code of a run, from its report: Nx itself knows only 0 and 1. */
export function exitOfReport(report: RunReport): ExitCode {
  if (report.stop !== undefined) return exitOfStop(report.stop);
  if (report.totals.failed > 0 || report.entities.some((one) => one.verdict === 'failed'))
    return EXIT.partial;
  return report.totals.pending + report.totals.waits > 0 ? EXIT.running : EXIT.done;
}

function exitOfStop(stop: StopReason): ExitCode {
  switch (stop.kind) {
    case 'wait-over':
    case 'not-submitting':
    case 'in-flight':
      return EXIT.running;
    case 'declined':
      return EXIT.done;
    case 'interrupted':
      return EXIT.interrupted;
    case 'uncertain':
      return EXIT.uncertain;
    case 'over-budget':
      return EXIT.budget;
    case 'other-key':
    case 'no-key':
    case 'no-batch':
    case 'billing':
    case 'quota':
    case 'service':
      return EXIT.unavailable;
  }
}

/** What a person must hear of first. */
const BY_WEIGHT: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.internal,
  EXIT.uncertain,
  EXIT.unavailable,
  EXIT.budget,
  EXIT.badInput,
  EXIT.partial,
  EXIT.running,
  EXIT.done,
];

/** The exit code of a command that ran several things. */
export function moreSerious(one: ExitCode, other: ExitCode): ExitCode {
  return BY_WEIGHT.find((code) => code === one || code === other) ?? one;
}
