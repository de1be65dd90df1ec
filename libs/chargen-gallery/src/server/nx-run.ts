import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { describeCost, exitOfReport, plural, SELECTION_VARIABLE, type Selection } from 'chargen-core';
import { z } from 'zod';
import { readReport, type Report } from '../data/runs.js';
import type { RunStarted, RunStatus } from '../protocol.js';
import { readProgress } from './run-progress.js';

/** How often the logs of the run are looked at. */
const LOOK_MS = 400;

export interface NxRunOptions {
  readonly workspaceRoot: string;
  readonly target: string;
  /** `.chargen/batch`, absolute. */
  readonly batchFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onStatus: (status: RunStatus) => void;
  readonly onLine: (line: string) => void;
  /** Pictures have come, or the run has ended. */
  readonly onPictures: () => void;
  /** The run has ended with a report. */
  readonly onReport: (report: Report) => Promise<void>;
}

/** One run at a time, by the workspace's own Nx, so that its cache and hooks hold. */
export class NxRun {
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(readonly options: NxRunOptions) {}

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Starts a run of scenes of the entities that are in these folders, relative to the workspace. */
  start(roots: readonly string[], selection: Selection): RunStarted {
    if (this.#child !== undefined) return { kind: 'refused', message: 'A run is going on already.' };
    const { workspaceRoot, target, env } = this.options;
    const nx = nxCommand(workspaceRoot);
    if (nx === undefined) {
      return {
        kind: 'refused',
        message: 'Nx is not installed in this workspace. Run npm install, then try again.',
      };
    }
    const projects = roots.map((root) => `directory:${root}`).join(',');
    const args = ['run-many', '-t', target, '-p', projects, '--output-style=stream'];
    const command = `npx nx ${args.slice(0, 5).join(' ')}`;
    const since = Date.now();
    const child = spawn(process.execPath, [nx, ...args], {
      cwd: workspaceRoot,
      env: {
        ...env,
        NX_TUI: 'false',
        NO_COLOR: '1',
        FORCE_COLOR: '0',
        [SELECTION_VARIABLE]: JSON.stringify(selection.names),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that a stop reaches the executor that Nx has started.
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.options.onLine(stripVTControlCharacters(line));
      });
    }
    this.#ended = this.#watch(child, command, since);
    return { kind: 'started' };
  }

  /** Stops waiting: what was sent to Google stays there, and the next run collects it. */
  stop(): void {
    const child = this.#child;
    if (child?.pid === undefined) return;
    try {
      if (process.platform === 'win32') child.kill('SIGINT');
      else process.kill(-child.pid, 'SIGINT');
    } catch {
      // It has ended this very moment.
    }
  }

  /** Stops waiting and resolves when the process is gone. */
  async close(): Promise<void> {
    this.stop();
    await this.#ended;
  }

  async #watch(child: ChildProcess, command: string, since: number): Promise<void> {
    const { batchFolder, onStatus, onPictures } = this.options;
    let collected = 0;
    let shown = '';
    const look = async (): Promise<void> => {
      const { phase, done, total, collected: now } = await readProgress(batchFolder, since);
      const status: RunStatus = { kind: 'running', command, phase, done, total };
      const text = JSON.stringify(status);
      if (text !== shown && this.#child === child) onStatus(status);
      shown = text;
      if (now > collected) onPictures();
      collected = now;
    };
    onStatus({ kind: 'running', command, phase: 'Starting', done: 0, total: 0 });
    const timer = setInterval(() => {
      void look().catch(() => undefined);
    }, LOOK_MS);
    const { code, signal } = await new Promise<Ending>((resolve) => {
      child.on('error', (error) => {
        this.options.onLine(error.message);
        resolve({ code: null, signal: null });
      });
      child.on('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
    clearInterval(timer);
    const last = await readReport(join(batchFolder, 'last-report.json'));
    const report = last === undefined || Date.parse(last.startedAt) < since ? undefined : last;
    if (report !== undefined) {
      await this.options.onReport(report).catch((error: unknown) => {
        this.options.onLine(error instanceof Error ? error.message : String(error));
      });
    }
    this.#child = undefined;
    // Nx skips the task of an entity of which only a part was asked for, which is no failure of the run.
    onStatus({
      kind: 'ended',
      command,
      code: report === undefined ? code : exitOfReport(report),
      summary: summaryOf(report, { code, signal }),
    });
    onPictures();
  }
}

interface Ending {
  readonly code: number | null;
  /** What killed it. */
  readonly signal: NodeJS.Signals | null;
}

function summaryOf(report: Report | undefined, { code, signal }: Ending): string {
  if (report === undefined && signal !== null) {
    const what = signal === 'SIGINT' ? 'The run was stopped.' : `The run was ended by ${signal}.`;
    return `${what} What was sent to Google stays there: a run of the same pictures fetches it, and pays for nothing twice.`;
  }
  if (report === undefined) {
    return code === 0
      ? 'The run has ended; nothing had to be made.'
      : 'The run has failed. Its output shows why.';
  }
  const { totals, costUsd, stopMessage } = report;
  const count = (kind: keyof typeof totals, one: string, many: string): string[] => {
    const number = totals[kind];
    return number === 0 ? [] : [plural(number, one, many)];
  };
  const parts = [
    ...count('generated', 'picture made', 'pictures made'),
    ...count('reused', 'picture from the store', 'pictures from the store'),
    ...count('refused', 'refused', 'refused'),
    ...count('unusable', 'unusable answer', 'unusable answers'),
    ...count('failed', 'failed', 'failed'),
    ...count('pending', 'pending', 'pending'),
    ...count('waits', 'waiting', 'waiting'),
  ];
  const made = parts.length === 0 ? 'Nothing had to be made' : parts.join(', ');
  const cost = costUsd === 0 ? '' : `, ${describeCost(costUsd)}`;
  return `${made}${cost}.${stopMessage === undefined ? '' : ` ${stopMessage}`}`;
}

const manifest = z.looseObject({ bin: z.looseObject({ nx: z.string() }) });

/** The script of the Nx that the workspace has installed. */
function nxCommand(workspaceRoot: string): string | undefined {
  try {
    const found = createRequire(join(workspaceRoot, 'package.json')).resolve('nx/package.json');
    return join(dirname(found), manifest.parse(JSON.parse(readFileSync(found, 'utf8'))).bin.nx);
  } catch {
    return undefined;
  }
}
