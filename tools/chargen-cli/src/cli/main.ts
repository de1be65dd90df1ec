import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { CliError } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { streamIo, type Io, type StandardStreams } from './io.js';
import { describeKnown } from './known-error.js';
import { buildProgram } from './program.js';
import { COMMANDS } from './specs.js';
import { unknownCommand } from './unknown-command.js';

/** Runs one command line and returns the exit code of the process. Never rejects. */
export async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  streams: StandardStreams = process,
): Promise<ExitCode> {
  const io = streamIo(streams, env);
  if (argv[0] === '__complete') {
    const { complete } = await import('../completion/complete.js');
    await complete(argv.slice(argv[1] === '--' ? 2 : 1), io);
    return EXIT.done;
  }
  const unknown = await unknownCommand(argv, COMMANDS);
  if (unknown !== undefined) return reportError(new CliError(unknown), io, argv.includes('--json'));
  let exit: ExitCode = EXIT.done;
  const program = buildProgram(
    COMMANDS,
    version,
    io,
    async (spec, call) => {
      const command = await spec.load();
      const { inWorlds } = await import('../workspace/in-worlds.js');
      exit = await inWorlds(spec, call, command, (error) => reportError(error, io, call.globals.json));
    },
    async (globals) => {
      const { mainMenu } = await import('../menu/main-menu.js');
      exit = await mainMenu({ io, globals });
    },
  );
  try {
    await program.parseAsync(withHelpLast(argv), { from: 'user' });
    return exit;
  } catch (error) {
    return reportError(error, io, argv.includes('--json'));
  }
}

/** `help batch generate` is `batch generate --help`: commander itself looks one word deep. */
function withHelpLast(argv: readonly string[]): readonly string[] {
  const [first, ...words] = argv;
  return first === 'help' && words.length > 0 ? [...words, '--help'] : argv;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

async function reportError(error: unknown, io: Io, json: boolean): Promise<ExitCode> {
  if (error instanceof CommanderError) {
    // Commander has written help or its complaint already.
    if (error.exitCode === 0) return EXIT.done;
    if (json) await io.out(errorJson('bad-input', error.message));
    return EXIT.badInput;
  }
  const known = describeKnown(error);
  if (known === undefined) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.err(`chargen failed in an unforeseen way:\n${text}\n`);
    if (json) await io.out(errorJson('internal', error instanceof Error ? error.message : String(error)));
    return EXIT.internal;
  }
  io.err(`${io.paint('red', 'chargen:')} ${known.message}\n`);
  if (json) await io.out(errorJson(known.code, known.message));
  return known.exitCode;
}

function errorJson(code: string, message: string): string {
  return `${JSON.stringify({ error: { code, message } }, undefined, 2)}\n`;
}
