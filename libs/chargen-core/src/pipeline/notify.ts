import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { RunReport } from '../report/outcome.js';
import { RunDirectories } from '../run/index.js';
import type { GenerateOptions } from './options.js';
import { batchFolderOf } from './tools.js';
import { SECRET_VARIABLES, variableOf, type OwnVariableName, type VariableName } from '../util/variables.js';
import { LAST_REPORT } from './write-report.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A command that gets the path of a run's report, or an https address that gets the report. */
const NOTIFY_VARIABLE = 'CHARGEN_NOTIFY' satisfies VariableName;

/** Set to `chargen` by the command of that name for the Nx that it starts: the command itself notifies then. */
export const NOTIFIER_VARIABLE = 'CHARGEN_NOTIFIER' satisfies OwnVariableName;

/** Milliseconds until a notification is abandoned. */
export interface NotifyLimits {
  readonly address: number;
  readonly command: number;
}

const LIMITS: NotifyLimits = { address: 10_000, command: 30_000 };

/**
 * Whether a run ended with news for a person: not if everything was done before, if the person
 * stopped it, or if it only looked and Google is still at work.
 */
export function hasNews({ stop, totals, costByRun = [], entities }: RunReport): boolean {
  switch (stop?.kind) {
    case 'interrupted':
    case 'declined':
      return false;
    case 'wait-over':
    case 'in-flight':
    case 'not-submitting':
      return costByRun.length + totals.reused > 0;
    default: {
      const scenes = entities.flatMap((one) => one.scenes);
      return scenes.some(({ outcome }) => outcome.kind !== 'done' && outcome.kind !== 'locked');
    }
  }
}

/**
 * Notifies as CHARGEN_NOTIFY asks, if the run has news. Answers a warning for people if that failed; never rejects,
 * since a notification must not change the result of a run.
 */
export async function notify(
  environment: Environment,
  place: Pick<GenerateOptions, 'workspaceRoot' | 'places'>,
  report: RunReport,
  limits: NotifyLimits = LIMITS,
): Promise<string | undefined> {
  const wanted = variableOf(environment, NOTIFY_VARIABLE);
  if (wanted === undefined || report.mode === 'preview' || !hasNews(report)) return undefined;
  const why = /^https?:\/\//i.test(wanted)
    ? await post(wanted, report, limits.address)
    : await runCommand(wanted, reportPath(place, report), environment, limits.command);
  return why === undefined ? undefined : `The notification of ${NOTIFY_VARIABLE} failed: ${why}.`;
}

/** Absolute. A call that submitted nothing has only left the last report of its target. */
function reportPath(place: Pick<GenerateOptions, 'workspaceRoot' | 'places'>, report: RunReport): string {
  const runs = new RunDirectories(batchFolderOf(place));
  return report.runId === undefined
    ? join(runs.folder, LAST_REPORT[report.target])
    : runs.directory(report.runId).reportPath;
}

const THIS_MACHINE: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Why it failed; the address itself is not named, since such addresses hold tokens. */
async function post(address: string, report: RunReport, limit: number): Promise<string | undefined> {
  if (!URL.canParse(address)) return 'its address cannot be read';
  const url = new URL(address);
  if (url.protocol !== 'https:' && !THIS_MACHINE.has(url.hostname)) {
    return `an address other than one of this machine must begin with https (${url.hostname})`;
  }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(report),
      // The report is for the host that was named, and for no other one.
      redirect: 'manual',
      signal: AbortSignal.timeout(limit),
    });
    await response.body?.cancel();
    if (response.status >= 300 && response.status < 400) {
      return `${url.hostname} redirects to another address (${response.status}), which is not followed`;
    }
    return response.ok ? undefined : `${url.hostname} answered ${response.status}`;
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return isLate ? `${url.hostname} did not answer in time` : `${url.hostname} cannot be reached`;
  }
}

/** The end of what a command wrote is enough to see why it failed. */
const MAX_OUTPUT = 500;

/** By the shell, with the path as the last argument. It gets no secret of chargen's. */
function runCommand(
  command: string,
  path: string,
  environment: Environment,
  limit: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const isWindows = process.platform === 'win32';
    const options = {
      env: withoutSecrets(environment),
      stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'],
      // A group of its own, so that all of it ends if it takes too long.
      detached: !isWindows,
    };
    // The shell quotes the path itself: it may hold spaces.
    const child = isWindows
      ? spawn(`${command} "${path}"`, { ...options, shell: true })
      : spawn('/bin/sh', ['-c', `${command} "$1"`, 'chargen', path], options);
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT);
    });
    const end = (why: string | undefined): void => {
      clearTimeout(timer);
      // A process that it started may hold the pipe open for longer.
      child.stderr.destroy();
      child.unref();
      resolve(why);
    };
    const timer = setTimeout(() => {
      if (child.pid !== undefined) stop(child.pid, isWindows);
      end('its command did not end in time, and was stopped');
    }, limit);
    child.on('error', (error) => {
      end(error.message);
    });
    child.on('exit', (code) => {
      const said = output.trim() === '' ? '' : `: ${output.trim()}`;
      end(code === 0 ? undefined : `its command ended with ${String(code)}${said}`);
    });
  });
}

function stop(pid: number, isWindows: boolean): void {
  try {
    process.kill(isWindows ? pid : -pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/** Also without variables that hold a secret under another name. */
function withoutSecrets(environment: Environment): Record<string, string> {
  const values = SECRET_VARIABLES.flatMap((name) => environment[name]?.trim() || []);
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || SECRET_VARIABLES.includes(name) || values.some((secret) => value.includes(secret))
      ? []
      : [[name, value] as const],
  );
  return Object.fromEntries(kept);
}
