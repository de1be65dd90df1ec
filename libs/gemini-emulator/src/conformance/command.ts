import { randomBytes } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { plainClient } from './plain-client.js';
import { Recorder } from './record.js';
import { describeCheck, isAsExpected } from './report.js';
import { runScenario } from './scenario.js';
import { readCheckState } from './read-check-state.js';
import { newCheck, type CheckState } from './state.js';

export interface ConformanceFlags {
  /** Address of the server, without `v1beta`. */
  readonly against: string;
  /** Where the check is kept, so that it can go on later; left out: in memory. */
  readonly state?: string;
  readonly textModel: string;
  readonly pictureModel: string;
  /** Seconds for which the jobs are waited for. */
  readonly wait: number;
  readonly yes: boolean;
  readonly json: boolean;
}

export interface ConformanceOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What an exit code says: 0 as expected, 1 something differs, 2 nothing was done, 3 a job is still to be waited for. */
export type ConformanceExit = 0 | 1 | 2 | 3;

/** Compares a server with what is recorded of the service. */
export async function runConformance(
  flags: ConformanceFlags,
  env: Readonly<Record<string, string | undefined>>,
  { out, err }: ConformanceOutput,
): Promise<ConformanceExit> {
  const address = URL.canParse(flags.against) ? new URL(flags.against) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    err(`"${flags.against}" is no address; write one such as http://127.0.0.1:8787\n`);
    return 2;
  }
  if (!isOwn(address.hostname) && !flags.yes) {
    err(
      `${address.host} may bill the text job and the picture job that are created there: about $0.08 with Google. ` +
        'Nothing was sent. If you want that, add --yes.\n',
    );
    return 2;
  }
  const apiKey = env['GEMINI_API_KEY'] ?? 'conformance';
  const recorder = new Recorder([apiKey]);
  const begun = flags.state === undefined ? undefined : await readCheckState(flags.state);
  if (begun === 'unreadable') {
    err(`${flags.state ?? ''} cannot be read, so it is not known what was paid for. Nothing was sent.\n`);
    return 2;
  }
  const { textModel, pictureModel } = flags;
  const now = Date.now();
  const id = `${new Date(now).toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'gemini-conformance-'));
  try {
    const state = await runScenario(
      {
        client: plainClient({ baseUrl: address.href, apiKey, fetch: recorder.fetch }),
        recorder,
        folder,
        save: (next) => writeState(flags.state, next),
        now: () => Date.now(),
        sleep: (ms) => setTimeout(ms),
        signal: new AbortController().signal,
        pollMs: isOwn(address.hostname) ? 500 : 15_000,
        waitMs: flags.wait * 1000,
      },
      begun ?? newCheck({ id, now, textModel, pictureModel }),
    );
    out(flags.json ? `${JSON.stringify(state, undefined, 2)}\n` : `${describeCheck(state)}\n`);
    if (!isAsExpected(state)) return 1;
    return state.isOver ? 0 : 3;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isOwn(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

async function writeState(file: string | undefined, state: CheckState): Promise<void> {
  if (file === undefined) return;
  await writeFile(`${file}.tmp`, `${JSON.stringify(state, undefined, 2)}\n`, { flush: true });
  await rename(`${file}.tmp`, file);
}
