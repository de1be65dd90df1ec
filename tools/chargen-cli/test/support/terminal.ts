import { spawn, type ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { BIN, cleanEnvironment } from './run.js';

export const KEYS = {
  enter: '\r',
  down: '\u001b[B',
  up: '\u001b[A',
  tab: '\t',
  ctrlC: '\u0003',
  escape: '\u001b',
} as const;

/** How long a test waits for words to appear; a run through Nx takes some seconds on a small machine. */
const PATIENCE_MS = 60_000;

/**
 * chargen in a pseudo-terminal, by `script` of util-linux: what a person types goes in, what the terminal shows
 * comes out. After chargen ends, the settings of the terminal are printed, so that a test sees whether it is usable.
 */
export class Terminal {
  readonly #child: ChildProcess;
  #raw = '';
  #seen = 0;
  #wake: (() => void) | undefined;
  #isOver = false;
  readonly ended: Promise<void>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#raw += text;
      this.#wake?.();
    });
    this.ended = new Promise((resolve) => {
      // Not 'exit': what was said last may still be on its way then.
      child.on('close', () => {
        this.#isOver = true;
        resolve();
        this.#wake?.();
      });
    });
  }

  static start(
    args: readonly string[],
    options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
  ): Terminal {
    const words = [process.execPath, BIN, ...args].map(
      (word) => `'${word.replaceAll("'", String.raw`'\''`)}'`,
    );
    // Ctrl-C outside of a question is a signal to all of the terminal's foreground, to this shell too. Without a trap
    // some shells (dash) die of it when chargen has ended, and never tell with what.
    const line = `trap : INT; stty rows 50 cols 110; ${words.join(' ')}; echo "EXIT=$?"; stty -a`;
    const child = spawn('script', ['-qfec', line, '/dev/null'], {
      cwd: options.cwd,
      env: cleanEnvironment({ ...options.env, TERM: 'xterm-256color', SHELL: '/bin/sh' }),
    });
    return new Terminal(child);
  }

  /** Everything so far, without colours and movements of the cursor. */
  get text(): string {
    return stripVTControlCharacters(this.#raw).replaceAll('\r', '');
  }

  get raw(): string {
    return this.#raw;
  }

  /** Waits until words appear behind those that were waited for before. */
  async sees(words: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const at = this.text.indexOf(words, this.#seen);
      if (at >= 0) {
        this.#seen = at + words.length;
        return;
      }
      const left = deadline - Date.now();
      if (left <= 0 || this.#isOver) {
        const why = this.#isOver ? 'the terminal has closed' : `not in ${String(PATIENCE_MS / 1000)} seconds`;
        throw new Error(
          `"${words}" did not appear (${why}). Behind what was seen stands:\n${this.text.slice(this.#seen)}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 1000));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.#child.stdin?.write(key);
  }

  /** Waits for the end and gives the exit code. */
  async exitCode(): Promise<number> {
    await this.sees('EXIT=');
    this.#child.stdin?.end();
    await this.ended;
    return Number(/EXIT=(\d+)/.exec(this.text)?.[1] ?? Number.NaN);
  }

  /** The cursor is shown, and the terminal reads lines and echoes them, as it did before. */
  isClean(): boolean {
    const hidden = this.#raw.lastIndexOf('\u001b[?25l');
    const shown = this.#raw.lastIndexOf('\u001b[?25h');
    const settings = this.text.slice(this.text.lastIndexOf('EXIT='));
    return hidden <= shown && / icanon/.test(settings) && / echo /.test(settings);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
