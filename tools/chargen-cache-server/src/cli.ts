import { parseArgs } from 'node:util';
import { DEFAULT_LIMITS, type CacheServerOptions, type Limits } from './options.js';
import { startCacheServer } from './server.js';

const HELP = `chargen-cache-server: Nx's self-hosted remote cache and chargen's shared store, in one folder

  chargen-cache-server --folder /srv/chargen --host 0.0.0.0 --port 4300

  --folder <dir>            for everything (default: ./chargen-cache)
  --host <address>          address to listen on (default: 127.0.0.1; anything else needs a token)
  --port <number>           default 4300; 0 takes a free one
  --max-entry-mib <number>  largest body of one PUT (default ${mib(DEFAULT_LIMITS.maxEntryBytes)})
  --max-cache-mib <number>  all Nx entries together; the least recently used go first (default ${mib(DEFAULT_LIMITS.maxCacheBytes)})
  --max-store-mib <number>  all store objects together; beyond it a PUT is rejected (default ${mib(DEFAULT_LIMITS.maxStoreBytes)})
  --max-unknown <number>    open connections that have shown no token (default ${DEFAULT_LIMITS.maxUnknownConnections})
  --quiet                   no line for each request

  CHARGEN_CACHE_TOKEN       who sends it may read and write
  CHARGEN_CACHE_READ_TOKEN  who sends it may read; for builds of pull requests

It speaks HTTP. Put a proxy with TLS in front of it if others use the network too.
`;

function mib(bytes: number): string {
  return String(bytes / 2 ** 20);
}

/** Answers the exit code; 0 after a signal, once the server is closed. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  let options: CacheServerOptions;
  try {
    const parsed = readOptions(args, environment);
    if (parsed === 'help') {
      process.stdout.write(HELP);
      return 0;
    }
    options = parsed;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nSee: chargen-cache-server --help\n`);
    return 2;
  }
  let server;
  try {
    server = await startCacheServer(options);
  } catch (error) {
    process.stderr.write(`chargen-cache-server could not start: ${messageOf(error)}\n`);
    return 1;
  }
  process.stdout.write(
    `chargen-cache-server listens on ${server.url}\n` +
      `  Nx:      NX_SELF_HOSTED_REMOTE_CACHE_SERVER=${server.url}\n` +
      `  chargen: CHARGEN_STORE_REMOTE=${server.url}\n`,
  );
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await server.close();
  return 0;
}

function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CacheServerOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'max-entry-mib': { type: 'string' },
      'max-cache-mib': { type: 'string' },
      'max-store-mib': { type: 'string' },
      'max-unknown': { type: 'string' },
      quiet: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const limits: Partial<Limits> = {
    ...limit('maxEntryBytes', values['max-entry-mib']),
    ...limit('maxCacheBytes', values['max-cache-mib']),
    ...limit('maxStoreBytes', values['max-store-mib']),
    ...(values['max-unknown'] === undefined
      ? {}
      : { maxUnknownConnections: whole('--max-unknown', values['max-unknown']) }),
  };
  const token = environment['CHARGEN_CACHE_TOKEN'];
  const readToken = environment['CHARGEN_CACHE_READ_TOKEN'];
  return {
    folder: values.folder ?? 'chargen-cache',
    host: values.host ?? '127.0.0.1',
    port: whole('--port', values.port ?? '4300'),
    ...(token === undefined || token === '' ? {} : { token }),
    ...(readToken === undefined || readToken === '' ? {} : { readToken }),
    limits,
    ...(values.quiet === true ? {} : { log: (line: string) => process.stdout.write(`${line}\n`) }),
  };
}

function limit(name: keyof Limits, text: string | undefined): Partial<Limits> {
  return text === undefined ? {} : { [name]: whole(name, text) * 2 ** 20 };
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Error(`${name} is "${text}"; write a whole number.`);
  return number;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
