import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];
type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command writes, and what it may do there. */
export interface Io {
  /** Results. Resolves when more can be taken. */
  out(text: string): Promise<void>;
  /** Everything that is not a result: progress, warnings, hints. */
  err(text: string): void;
  /** A person sits at both ends: questions may be asked, lines may be redrawn. */
  readonly interactive: boolean;
  /** Standard error goes to a terminal, so that progress may be redrawn there. */
  readonly liveErr: boolean;
  /** Columns that the terminal has now; 80 where there is none. */
  readonly columns: number;
  /** The text in colour where standard output takes colours, else as it is. */
  paint(format: Format, text: string): string;
  readonly env: Environment;
}

/** The terminal that this process was started in. */
export function processIo(env: Environment): Io {
  const { stdin, stdout, stderr } = process;
  const inCi = env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false';
  const dumb = env['TERM'] === 'dumb';
  const noColor = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0';
  const colours = !noColor && (forced || (stdout.isTTY && !dumb));
  // A reader that went away, as `| head` does, is no fault of anybody's.
  const quiet = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  };
  stdout.on('error', quiet);
  stderr.on('error', quiet);
  return {
    out: (text) =>
      new Promise((resolve) => {
        if (stdout.write(text)) resolve();
        else stdout.once('drain', resolve);
      }),
    err: (text) => {
      stderr.write(text);
    },
    interactive: stdin.isTTY && stdout.isTTY && !inCi && !dumb,
    liveErr: stderr.isTTY && !inCi && !dumb,
    get columns() {
      return stdout.isTTY ? stdout.columns : stderr.isTTY ? stderr.columns : 80;
    },
    paint: (format, text) => (colours ? styleText(format, text, { validateStream: false }) : text),
    env,
  };
}
