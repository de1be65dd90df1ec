import type { RunReport } from 'chargen-core';
import type { ExitCode } from '../cli/exit-code.js';
import type { Io } from '../cli/io.js';
import type { GlobalOptions } from '../cli/spec.js';
import type { Selected } from '../workspace/choose.js';
import type { Workspace } from '../workspace/open-workspace.js';

/** One target that is to be run through Nx. */
export interface TargetRun {
  readonly workspace: Workspace;
  readonly target: 'generate' | 'analyze';
  /** Undefined for the whole world. */
  readonly selected: Selected | undefined;
  readonly preview: boolean;
  /** What steers the run, such as CHARGEN_WAIT. */
  readonly variables: Readonly<Record<string, string>>;
  /** Ask again although Nx remembers the result. */
  readonly skipNxCache: boolean;
  readonly globals: GlobalOptions;
  readonly io: Io;
  /** Each event as a line of JSON on standard error. */
  readonly events: boolean;
}

export interface TargetResult {
  readonly exitCode: ExitCode;
  /** Undefined if Nx had everything in its cache, or never came to run anything. */
  readonly report: RunReport | undefined;
  readonly fromCache: boolean;
  /** Names of the scenes whose pictures Nx took from its cache. */
  readonly laidByNx: readonly string[];
  /** It had begun, and ended without a report: its process crashed or was killed, or nothing could be written. */
  readonly brokeOff: boolean;
  readonly nxOutput: string;
}
