import { spawn } from 'node:child_process';

export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
}

export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Runs a program without a shell, so that no title, branch or path is ever read as a command. */
export function runCommand(
  place: Place,
  program: string,
  args: readonly string[],
  how: { readonly show?: boolean; readonly input?: string } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd: place.cwd,
      env: { ...place.env },
      stdio: ['pipe', how.show === true ? 'inherit' : 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A runner that ends the job signals this process alone; its children must wind down too.
    const pass = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    process.on('SIGTERM', pass);
    process.on('SIGINT', pass);
    child.on('error', (error) => {
      reject(new CommandError(`${program} could not be started: ${error.message}`));
    });
    child.on('close', (code) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', pass);
      resolve({ code: code ?? 1, stdout: Buffer.concat(chunks).toString('utf8') });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(how.input ?? '');
  });
}

/** Standard output of git. Throws CommandError if git fails. */
export async function git(place: Place, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout } = await runCommand(place, 'git', args, input === undefined ? {} : { input });
  if (code !== 0) throw new CommandError(`git ${args.join(' ')} ended with ${code}.`);
  return stdout;
}

/** Standard output of git; undefined if git fails, which is an answer to some questions. */
export async function askGit(place: Place, args: readonly string[]): Promise<string | undefined> {
  const quiet = { cwd: place.cwd, env: place.env };
  const { code, stdout } = await runCommand(quiet, 'git', args);
  return code === 0 ? stdout : undefined;
}

export function lines(text: string | undefined): string[] {
  return (text ?? '').split('\0').filter((line) => line !== '');
}
