import { EXIT, type ExitCode } from '../cli/exit-code.js';

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
