import type { DataPath } from './entity.js';

export type Severity = 'error' | 'warning' | 'note';

/**
 * A problem in a file, reported to its author. Readers name the place by its path in the data; line and column
 * are found when it is reported (`locate-diagnostics.ts`), since the parser that knows them is ten times slower.
 */
export interface Diagnostic {
  readonly severity: Severity;
  /** Stable, kebab-case, for scripts: `duplicate-scene-id`. */
  readonly code: string;
  readonly message: string;
  /** Relative to the workspace. */
  readonly file: string;
  readonly at?: DataPath;
  /** The place that the parser itself reported, 1-based. */
  readonly line?: number;
  readonly column?: number;
  /** The scene that cannot be made because of it; without one an error stops the whole entity. */
  readonly scene?: string;
  /** The file whose own errors are the cause, to be corrected first; relative to the workspace. */
  readonly cause?: string;
}

/** A diagnostic with its place in the text. */
export interface LocatedDiagnostic extends Diagnostic {
  readonly line: number;
  readonly column: number;
  /** The offending line as it stands in the file. */
  readonly excerpt: string;
}
