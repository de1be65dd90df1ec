import { spawn } from 'node:child_process';

export interface ChildCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Windows starts package managers by way of a shell only. */
  readonly shell?: boolean;
  /** What it prints, as it comes. */
  readonly onOutput?: (text: string) => void;
  /** Ctrl-C was pressed, for the first time; the child has it too, and is waited for. */
  readonly onInterrupt?: () => void;
}

export interface ChildEnd {
  /** 130 if Ctrl-C ended it. */
  readonly code: number;
  /** Both streams, in the order in which they came; only the end of very long ones. */
  readonly output: string;
  readonly interrupted: boolean;
}

/** Nx prints a screen for each task; what explains a failure stands at the end. */
const MAX_OUTPUT = 200_000;

/**
 * Runs a program to its end. A terminal sends Ctrl-C to it by itself; this process lives on until the program has
 * wound everything down, so that what comes after it is done too.
 */
export function runChild(call: ChildCall): Promise<ChildEnd> {
  const { command, args, cwd, env, shell, onOutput, onInterrupt } = call;
  return new Promise((resolve, reject) => {
    let output = '';
    let interrupted = false;
    const take = (text: string): void => {
      output = (output + text).slice(-MAX_OUTPUT);
      onOutput?.(text);
    };
    const interrupt = (): void => {
      if (!interrupted) onInterrupt?.();
      interrupted = true;
    };
    const terminate = (): void => {
      interrupted = true;
      child.kill('SIGTERM');
    };
    // Before the program begins: one that was quick met a process which Ctrl-C still ended at once.
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', terminate);
    const settle = (): void => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', terminate);
    };
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(env === undefined ? {} : { env }),
      ...(shell === true ? { shell } : {}),
    });
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code, signal) => {
      // The end of the program and the signal that led to it may come in the other order: let the signal in first.
      setImmediate(() => {
        settle();
        resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 1), output, interrupted });
      });
    });
  });
}
