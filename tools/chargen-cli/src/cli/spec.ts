import type { ExitCode } from './exit-code.js';
import type { Io } from './io.js';

export interface OptionSpec {
  /** As commander takes them: `--scope <type>`. */
  readonly flags: string;
  readonly says: string;
  readonly choices?: readonly string[];
  /** May be given several times; the values become a list. */
  readonly repeatable?: boolean;
}

export interface ExampleSpec {
  /** A whole command line, beginning with `chargen`. */
  readonly line: string;
  readonly says: string;
}

/** What a command is called with, before it has looked at it. */
export interface CommandCall {
  readonly args: readonly string[];
  /** By the long name in camelCase; read by each command with a schema of its own. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly globals: GlobalOptions;
  readonly io: Io;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly root: string | undefined;
  readonly json: boolean;
  readonly profile: string | undefined;
  /** One of several worlds of the workspace, by its content root. */
  readonly world?: string | undefined;
}

export interface CommandModule {
  run(call: CommandCall): Promise<ExitCode>;
}

/** A command as far as help, completion and documentation need it; its code is loaded only when it runs. */
export interface CommandSpec {
  /** `batch generate` */
  readonly path: string;
  readonly summary: string;
  /** Paragraphs for `--help`. */
  readonly details?: string;
  readonly args?: readonly { readonly name: string; readonly says: string }[];
  readonly options?: readonly OptionSpec[];
  readonly examples: readonly ExampleSpec[];
  readonly exits: readonly ExitCode[];
  /**
   * In a workspace of several worlds: `each` runs the command in each world that has what it names, one after the other;
   * `none` concerns no world, or all of them as one. By default the command needs one world.
   */
  readonly worlds?: 'each' | 'none';
  readonly load: () => Promise<CommandModule>;
}
