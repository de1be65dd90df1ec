import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { promisify } from 'node:util';
import { hasCode } from './fs-error.js';

const run = promisify(execFile);

/** Distinguishes one process from every other, also from one that gets its number later. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** When it began, in the form that the system reports. */
  readonly started: string;
  /** The room in which the number counts: containers on one machine may share a host name, but not this. */
  readonly space: string;
}

let self: Promise<ProcessIdentity> | undefined;

/** This process; found out once. */
export function thisProcess(): Promise<ProcessIdentity> {
  self ??= identify();
  return self;
}

async function identify(): Promise<ProcessIdentity> {
  const started = await processStart(process.pid);
  return { pid: process.pid, host: hostname(), started: started ?? '', space: await processSpace() };
}

/**
 * Whether a process may still be there. If that cannot be known (another machine, another container, a system that
 * does not report when a process began) the answer is yes: nothing is ever taken from a living process.
 */
export async function mayBeAlive(one: ProcessIdentity, since: number): Promise<boolean> {
  if (one.host !== hostname()) return true;
  const boot = (text: string): string => text.split(' ')[0] ?? '';
  const me = await thisProcess();
  // Numbers of processes are reused after a reboot. Linux names each boot; elsewhere the clock decides, which may
  // have been set meanwhile: five minutes for that. A virtual machine that was paused may be days behind.
  const isNamed = process.platform === 'linux' && one.started !== '' && me.started !== '';
  if (isNamed && boot(one.started) !== boot(me.started)) return false;
  if (!isNamed && since < Date.now() - uptime() * 1000 - 300_000) return false;
  if (one.space !== me.space) return true;
  try {
    process.kill(one.pid, 0);
  } catch (error) {
    // EPERM: a process of another user has the number; the time when it began shows whether it is this one.
    if (!hasCode(error, 'EPERM')) return false;
  }
  const started = await processStart(one.pid);
  // Not readable (hidepid, or ended at this moment): the next look decides.
  return started === undefined || one.started === '' || started === one.started;
}

/** Undefined if it cannot be read. */
async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    try {
      const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The command's name, in brackets, may hold spaces; the start time is the 20th field after it.
      const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      return `${boot} ${ticks ?? ''}`;
    } catch {
      return undefined;
    }
  }
  // Windows reports it only through programs that take a second to start; the reboot check above is enough.
  if (process.platform === 'win32') return undefined;
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim();
  } catch {
    return undefined;
  }
}

async function processSpace(): Promise<string> {
  if (process.platform !== 'linux') return '';
  try {
    return await readlink('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
