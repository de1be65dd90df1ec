import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { isCi, variableOf } from 'chargen-core/names';
import { terminalText } from 'chargen-core/safe-text';

import { wrapText } from '../output/wrap-words.js';

type Format = Parameters<typeof styleText>[0];
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a command writes, and what it may do there. `out` and `err` make text from outside safe; what `paint` made
 * stays colour.
 */
export interface Io {
  /** Results. Resolves when more can be taken. */
  out(text: string): Promise<void>;
  /** Everything that is not a result: progress, warnings, hints. A terminal gets it broken between words. */
  err(text: string): void;
  /** Standard error as it stands, for sequences that move the cursor. Text in it must be safe already. */
  draw(text: string): void;
  /** A person sits at both ends: questions may be asked, lines may be redrawn. */
  readonly interactive: boolean;
  /** Standard error goes to a terminal, so that progress may be redrawn there. */
  readonly liveErr: boolean;
  /** Columns that the terminal has now; 80 if there is none. */
  readonly columns: number;
  /** Prose for standard output, broken between words if that is a terminal, else as it is. */
  fit(text: string): string;
  /** The text in colour if standard output takes colours, else as it is. */
  paint(format: Format, text: string): string;
  readonly env: Environment;
}

const ESC = '\u001b';

/** Stands for ESC in what `paint` made: new in each process, so that no text from outside holds it. Undefined before. */
let mark: string | undefined;

/** The module is loaded now: help without colours needs none of it. */
function newMark(): string {
  return `[${process.getBuiltinModule('node:crypto').randomUUID()}]`;
}

function rendered(text: string): string {
  const safe = terminalText(text);
  return mark === undefined ? safe : safe.replaceAll(mark, ESC);
}

function painted(format: Format, text: string): string {
  const [before = '', after = ''] = styleText(format, '\0', { validateStream: false }).split('\0');
  const stand = (mark ??= newMark());
  return `${before.replaceAll(ESC, stand)}${text}${after.replaceAll(ESC, stand)}`;
}

/** An output stream that may be a terminal. */
type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** The standard streams of a process. */
export interface StandardStreams {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Reads from and writes to these streams, as the environment asks. */
export function streamIo(streams: StandardStreams, env: Environment): Io {
  const { stdout, stderr } = streams;
  const inCi = isCi(env);
  const dumb = env['TERM'] === 'dumb';
  const noColor = variableOf(env, 'NO_COLOR') !== undefined;
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0';
  const colours = !noColor && (forced || (stdout.isTTY === true && !dumb));
  // A reader that went away, as `| head` does, is no fault.
  const quiet = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  };
  stdout.on('error', quiet);
  stderr.on('error', quiet);
  return {
    out: (text) =>
      new Promise((resolve) => {
        if (stdout.write(rendered(text))) resolve();
        else stdout.once('drain', resolve);
      }),
    err: (text) => {
      const safe = rendered(text);
      stderr.write(stderr.isTTY === true ? wrapText(safe, stderr.columns ?? 80) : safe);
    },
    draw: (text) => {
      stderr.write(text);
    },
    // Standard input last: Node opens it when it is looked at, which takes a millisecond and more.
    interactive: !inCi && !dumb && stdout.isTTY === true && streams.stdin.isTTY === true,
    liveErr: stderr.isTTY === true && !inCi && !dumb,
    get columns() {
      const terminal = [stdout, stderr].find((stream) => stream.isTTY === true);
      return terminal?.columns ?? 80;
    },
    fit: (text) => (stdout.isTTY === true ? wrapText(text, stdout.columns ?? 80) : text),
    paint: (format, text) => (colours ? painted(format, text) : text),
    env,
  };
}
