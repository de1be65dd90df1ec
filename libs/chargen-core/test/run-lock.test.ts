import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SYSTEM_CLOCK, WorkspaceLock } from '../src/index.js';
import { LockTimeout, type LockHolder, type LockRequest } from '../src/run/journal/lock.js';
import { thisProcess } from '../src/util/process-identity.js';

const CHILD = join(fileURLToPath(new URL('.', import.meta.url)), 'support', 'lock-child.mjs');

let base: string;
let folder: string;
let journal: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'chargen-lock-'));
  folder = join(base, '.lock');
  journal = join(base, 'journal');
  await writeFile(journal, '');
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(base, { recursive: true, force: true });
});

/** Resolves when the child has the lock. */
function hold(
  forMs: string,
  times = '1',
): { child: ChildProcess; held: Promise<void>; ended: Promise<void> } {
  const child = spawn(process.execPath, [CHILD, folder, journal, forMs, times], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return {
    child,
    held: new Promise((resolve) =>
      child.stdout.once('data', () => {
        resolve();
      }),
    ),
    ended: new Promise((resolve) =>
      child.once('close', () => {
        resolve();
      }),
    ),
  };
}

const request = (change: Partial<LockRequest> = {}): LockRequest => ({
  what: 'test',
  signal: new AbortController().signal,
  until: Number.POSITIVE_INFINITY,
  onWait: () => undefined,
  ...change,
});

const lock = (): WorkspaceLock => new WorkspaceLock(folder, SYSTEM_CLOCK);

async function holderFile(change: Partial<LockHolder>): Promise<void> {
  const holder: LockHolder = {
    v: 1,
    id: 'somebody',
    ...(await thisProcess()),
    since: new Date().toISOString(),
    what: 'generate',
    ...change,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '7.lock'), JSON.stringify(holder));
}

it('tells who holds it, and waits for a living holder', async () => {
  const { child, held } = hold('300');
  await held;
  const waited: LockHolder[] = [];
  expect((await lock().holder())?.pid).toBe(child.pid);
  await lock().hold(request({ onWait: (holder) => waited.push(holder) }), () => Promise.resolve());
  expect(waited.map(({ pid, host, what }) => ({ pid, host, what }))).toEqual([
    { pid: child.pid, host: hostname(), what: 'generate' },
  ]);
  expect(await readFile(journal, 'utf8')).toContain('out');
});

it('takes over at once from a process that was killed, and leaves nothing of it', async () => {
  const { child, held, ended } = hold('ever');
  await held;
  child.kill('SIGKILL');
  await ended;
  const waited: LockHolder[] = [];
  await lock().hold(request({ onWait: (holder) => waited.push(holder) }), () => Promise.resolve());
  expect(waited).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

it('is never held by two at once, however many want it and however many of them are killed', async () => {
  const runs = Array.from({ length: 4 }, () => hold('3', '15'));
  const victims = [hold('ever'), hold('ever')];
  // Each victim is killed as soon as it has the lock; the others must go on after it.
  const killed = victims.map(async ({ child, held }) => {
    await held;
    child.kill('SIGKILL');
  });
  await Promise.all([...killed, ...runs.map((run) => run.ended)]);
  const dead = new Set(victims.map(({ child }) => String(child.pid)));
  let inside: string | undefined;
  let turns = 0;
  for (const line of (await readFile(journal, 'utf8')).split('\n')) {
    const [pid = '', what] = line.split(' ');
    if (what === 'in') {
      expect(inside === undefined || dead.has(inside)).toBe(true);
      inside = pid;
      turns += 1;
    }
    if (what === 'out') {
      expect(inside).toBe(pid);
      inside = undefined;
    }
  }
  expect(turns).toBe(4 * 15 + 2);
});

it('is held by one at a time where there are no hard links, and a file that is being written counts', async () => {
  const noLinks = (): Promise<void> => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
  await mkdir(folder);
  const unfinished = join(folder, '1.lock');
  await writeFile(unfinished, '');
  // Its process has 300 ms left before it counts as dead.
  const written = new Date(Date.now() - 4700);
  await utimes(unfinished, written, written);
  const started = Date.now();
  let inside = 0;
  const seen: number[] = [];
  const hold = () =>
    new WorkspaceLock(folder, SYSTEM_CLOCK, noLinks).hold(request(), async () => {
      inside += 1;
      seen.push(inside);
      await readdir(folder);
      inside -= 1;
    });
  await Promise.all([hold(), hold(), hold()]);
  expect(seen).toEqual([1, 1, 1]);
  expect(Date.now() - started).toBeGreaterThan(200);
  expect(await readdir(folder)).toEqual([]);
});

it('is not fooled by another process that got the number of a dead one', async () => {
  const me = await thisProcess();
  await holderFile({ started: me.started.replace(/ \d+$/, ' 1') });
  const waited: LockHolder[] = [];
  await lock().hold(request({ onWait: (holder) => waited.push(holder) }), () => Promise.resolve());
  expect(waited).toEqual([]);
});

it('knows that nobody holds it after a reboot, though a process has the number again', async () => {
  const me = await thisProcess();
  await holderFile({
    since: '2001-01-01T00:00:00.000Z',
    started: me.started.replace(/^\S+/, 'another-boot'),
  });
  const waited: LockHolder[] = [];
  await lock().hold(request({ onWait: (holder) => waited.push(holder) }), () => Promise.resolve());
  expect(waited).toEqual([]);
});

it.runIf(process.platform === 'linux')(
  'is not taken from the living when the clock was set forward by years while they held it',
  async () => {
    await holderFile({ since: '2001-01-01T00:00:00.000Z' });
    const attempt = lock().hold(request({ until: Date.now() + 150 }), () => Promise.resolve());
    await expect(attempt).rejects.toBeInstanceOf(LockTimeout);
  },
);

it.each([
  ['on another machine', { host: 'a-laptop-that-sleeps' }],
  ['in another container of the same name', { space: 'pid:[1]' }],
])('never takes it from a holder %s, which cannot be asked', async (_, change) => {
  await holderFile({ pid: 999_999, ...change });
  const waited: string[] = [];
  const attempt = lock().hold(
    request({ until: Date.now() + 150, onWait: (_holder, file) => waited.push(file) }),
    () => Promise.resolve(),
  );
  await expect(attempt).rejects.toBeInstanceOf(LockTimeout);
  expect(waited).toEqual([join(folder, '7.lock')]);
  expect(await readdir(folder)).toEqual(['7.lock']);
});

it('gives up waiting when it is interrupted', async () => {
  const { held } = hold('ever');
  await held;
  const abort = new AbortController();
  const attempt = lock().hold(
    request({
      signal: abort.signal,
      onWait: () => {
        abort.abort();
      },
    }),
    () => Promise.resolve(),
  );
  await expect(attempt).rejects.toThrow(/abort/i);
});

it('is given back when the work fails', async () => {
  await expect(lock().hold(request(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual([]);
});
