import { Command, InvalidArgumentError, Option } from 'commander';
import { runConformance, type ConformanceFlags } from './conformance/command.js';
import { startEmulator } from './emulator.js';
import { findDuplicates } from './ledger/duplicates.js';
import { readLedger } from './ledger/read.js';
import { LIMIT_NAMES, type EmulatorOptions, type Limits, type Tier } from './options.js';

interface ServeFlags {
  readonly port: number;
  readonly host: string;
  readonly state?: string;
  readonly ledger?: string;
  readonly key?: string[];
  readonly jobDuration: number;
  readonly seed?: number;
  readonly tier: Tier;
  readonly limit?: Partial<Limits>;
  readonly shuffle: boolean;
  readonly format: 'png' | 'jpeg' | 'mixed';
  readonly heavy: boolean;
  readonly withoutBatch?: string[];
}

/** The `gemini-emulator` command. Answers the exit code, or undefined while the server runs. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('gemini-emulator')
    .description('A stand-in for the Gemini Files, Batch and Models REST API')
    .showHelpAfterError()
    .option('--port <number>', 'port to listen on; 0 takes a free one', whole, 8787)
    .option('--host <address>', 'address to bind', '127.0.0.1')
    .option('--state <dir>', 'keep files, jobs and ledger here, across restarts')
    .option('--ledger <file>', 'append the ledger to this file (NDJSON)')
    .option('--key <key...>', 'let only these API keys in')
    .option('--job-duration <ms>', 'milliseconds from create to SUCCEEDED', whole, 0)
    .option('--seed <number>', 'decides ids, order of results and faults of chance', whole)
    .addOption(
      new Option('--tier <tier>', 'limits of this tier')
        .choices(['free', 'tier1', 'tier2', 'tier3'])
        .default('tier1'),
    )
    .option('--limit <name=number...>', `override a limit of the tier: ${LIMIT_NAMES.join(', ')}`, limit)
    .option('--no-shuffle', 'keep results in the order of the requests')
    .addOption(
      new Option('--format <format>', 'format of pictures').choices(['png', 'jpeg', 'mixed']).default('png'),
    )
    .option('--heavy', 'pictures as heavy as photographs', false)
    .option('--without-batch <model...>', 'let these models take no batch jobs')
    .action(async (flags: ServeFlags) => {
      await serve(flags);
    });
  program
    .command('ledger')
    .description('say what was billed')
    .argument(
      '[place]',
      'a ledger file, a state directory, or the URL of a running emulator (default: ledger.ndjson here, else http://127.0.0.1:8787)',
    )
    .option(
      '--duplicates',
      'only items that were served more than once; exits with 1 if there are any',
      false,
    )
    .action(async (place: string | undefined, flags: { readonly duplicates: boolean }) => {
      process.exitCode = await printLedger(place, flags.duplicates);
    });
  program
    .command('conformance')
    .description('compare a server, field by field, with what is recorded of the service')
    .requiredOption('--against <address>', 'address of the server, such as http://127.0.0.1:8787')
    .option('--state <file>', 'keep the check here, so that a later call goes on with its jobs')
    .option('--text-model <id>', 'model of the text job', 'gemini-3.5-flash-lite')
    .option('--picture-model <id>', 'model of the picture job', 'gemini-3-pro-image')
    .option('--wait <seconds>', 'how long to wait for the jobs', whole, 60)
    .option('--yes', 'send it though the server may bill it', false)
    .option('--json', 'the report with every answer as JSON', false)
    .action(async (flags: ConformanceFlags) => {
      const { stdout, stderr } = process;
      process.exitCode = await runConformance(flags, process.env, {
        out: (text) => stdout.write(text),
        err: (text) => stderr.write(text),
      });
    });
  await program.parseAsync([...argv]);
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0)
    throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return number;
}

function limit(text: string, before: Partial<Limits> = {}): Partial<Limits> {
  const [given, number = ''] = text.split('=', 2);
  const name = LIMIT_NAMES.find((one) => one === given);
  if (name === undefined || number === '') {
    throw new InvalidArgumentError(`Give one of ${LIMIT_NAMES.join(', ')}, such as concurrentJobs=10.`);
  }
  return { ...before, [name]: whole(number) };
}

async function serve(flags: ServeFlags): Promise<void> {
  const options: EmulatorOptions = {
    port: flags.port,
    host: flags.host,
    jobDuration: flags.jobDuration,
    tier: flags.tier,
    shuffle: flags.shuffle,
    pictureFormat: flags.format,
    heavyPictures: flags.heavy,
    ...(flags.limit === undefined ? {} : { limits: flags.limit }),
    ...(flags.state === undefined ? {} : { stateDir: flags.state }),
    ...(flags.ledger === undefined ? {} : { ledgerFile: flags.ledger }),
    ...(flags.key === undefined ? {} : { apiKeys: flags.key }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.withoutBatch === undefined ? {} : { withoutBatch: flags.withoutBatch }),
  };
  let emulator;
  try {
    emulator = await startEmulator(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // A call to a taken port reaches another process, perhaps the emulator of another user.
    const advice = reason.includes('EADDRINUSE')
      ? '. Another process has this port: choose one with --port, or a free one with --port 0'
      : '';
    process.stderr.write(`gemini-emulator could not start: ${reason}${advice}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`gemini-emulator listens on ${emulator.url}\n`);
  const stop = (): void => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    void emulator.close();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function printLedger(place: string | undefined, duplicatesOnly: boolean): Promise<number> {
  let entries;
  try {
    entries = await readLedger(place);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const items = entries.filter((entry) => entry.type === 'item');
  const duplicates = findDuplicates(items);
  const lines: string[] = [];
  if (!duplicatesOnly) {
    const images = items.reduce((sum, item) => sum + item.images, 0);
    const input = items.reduce((sum, item) => sum + item.inputTokens, 0);
    const output = items.reduce((sum, item) => sum + item.outputTokens, 0);
    lines.push(
      `${entries.length - items.length} calls, ${items.length} items served, ${images} pictures`,
      `${input} tokens in, ${output} out`,
    );
  }
  lines.push(
    duplicates.length === 0 ? 'nothing was paid more than once' : `${duplicates.length} paid more than once:`,
    ...duplicates.flatMap(({ hash, count, items: same }) => [
      `  ${hash}  ${count} times`,
      ...same.map((item) => `    ${item.at}  ${item.job ?? 'generateContent'}  ${item.key ?? '-'}`),
    ]),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
  return duplicatesOnly && duplicates.length > 0 ? 1 : 0;
}
