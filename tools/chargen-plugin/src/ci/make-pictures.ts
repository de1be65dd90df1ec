import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { RunReport } from 'chargen-core';
import { markdownText } from 'chargen-core/safe-text';
import { z } from 'chargen-core/zod';
import { SUMMARY_VARIABLE } from '../hooks/report-causes.js';
import { readNxJsonText } from '../setup/nx-json.js';
import { worldEntries } from '../world-entries.js';
import { askGit, runCommand, type Place } from './command.js';
import { exitOfCi } from './exit-of-ci.js';
import { readLastReport } from './last-report.js';
import { takeProposed } from './take-proposed.js';
import { addSummary, complain, say, setOutput } from './output.js';

export interface MakeOptions {
  /** Only what changed since this commit; everything if it is empty, all zeros, or not known here. */
  readonly base: string | undefined;
  readonly branch: string;
  /** False: what Google has finished is collected, and nothing is submitted. */
  readonly submit: boolean;
}

/**
 * Runs Nx and judges what came of it. Pictures that Google is still at are no failure of a build: they are reported, and
 * collected by a later run. Answers the exit code; see `exitOfCi`.
 */
export async function makePictures(place: Place, options: MakeOptions): Promise<number> {
  const taken = await takeProposed(place, options.branch);
  if (taken > 0) {
    say(`took ${taken} files of the open pull request on ${options.branch}.`);
  }
  const base = options.submit ? await knownCommit(place, options.base) : undefined;
  const targets = await generateTargets(place.cwd);
  const args =
    base === undefined
      ? ['run-many', '-t', ...targets]
      : ['affected', '-t', ...targets, `--base=${base}`, '--head=HEAD'];
  const env = {
    ...stated(place.env),
    NX_TUI: 'false',
    [SUMMARY_VARIABLE]: 'own',
    ...(options.submit ? {} : { CHARGEN_SUBMIT: 'never' }),
  };
  const since = Date.now();
  const nx = nxOf(place.cwd);
  const { code } = await runCommand({ ...place, env }, process.execPath, [nx, ...args], { show: true });
  const report = await readLastReport(place.cwd, since);
  const unfinished = report?.entities.some((entity) => entity.verdict === 'unfinished') ?? false;
  await setOutput(place, 'unfinished', String(unfinished));
  await setOutput(place, 'made', String(report?.totals.generated ?? 0));
  await addSummary(place, summaryOf(report));
  const exit = exitOfCi(code, report, options.submit);
  if (exit !== 0 && report?.stopMessage !== undefined) {
    complain(report.stopMessage);
  }
  return exit;
}

/** What the targets that make pictures are called here, in all worlds. */
async function generateTargets(cwd: string): Promise<string[]> {
  const nx = readNxJsonText(await readFile(join(cwd, 'nx.json'), 'utf8').catch(() => '{}'));
  const names =
    nx.kind === 'with-plugin' ? worldEntries(nx.plugins).map((one) => one.generateTargetName) : [];
  return names.length === 0 ? ['generate'] : [...new Set(names)];
}

/** An input of a workflow that was left out is an empty variable; Nx takes an empty address for an address. */
function stated(env: Place['env']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || (value === '' && /^(?:NX_|CHARGEN_)/.test(name)) ? [] : [[name, value]],
    ),
  );
}

/** The commit, if it is one of this clone; a first push has zeros, and a shallow or rewritten history has none. */
async function knownCommit(place: Place, base: string | undefined): Promise<string | undefined> {
  if (base === undefined || !/^[0-9a-f]{7,64}$/.test(base) || /^0+$/.test(base)) return undefined;
  return (await askGit(place, ['rev-parse', '--verify', '--quiet', `${base}^{commit}`]))?.trim();
}

const nxManifest = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) });

/** The Nx of the workspace, independent of shells and shims on the machine. */
function nxOf(cwd: string): string {
  const require = createRequire(join(cwd, 'package.json'));
  const file = require.resolve('nx/package.json');
  const manifest: unknown = require(file);
  const { bin } = nxManifest.parse(manifest);
  return join(dirname(file), typeof bin === 'string' ? bin : (bin['nx'] ?? ''));
}

function summaryOf(report: RunReport | undefined): string {
  if (report === undefined) return 'chargen: nothing had to be made.';
  const counts = Object.entries(report.totals)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  const cost = report.costUsd === null ? 'cost not known' : `$${report.costUsd.toFixed(2)}`;
  const rows = report.entities
    .flatMap((entity) => entity.scenes)
    .filter(({ outcome }) => outcome.kind !== 'done' && outcome.kind !== 'locked')
    .slice(0, 500)
    .map(
      ({ scene, outcome, picture }) => `| ${cell(scene)} | ${cell(outcome.kind)} | ${cell(picture ?? '')} |`,
    );
  const table = rows.length === 0 ? [] : ['', '| scene | outcome | picture |', '|---|---|---|', ...rows];
  const stop = report.stopMessage === undefined ? [] : ['', markdownText(report.stopMessage)];
  return [`chargen: ${counts.join(', ')}; ${cost}.`, ...stop, ...table].join('\n');
}

/** A summary may have a megabyte, and a name may have any length. */
function cell(text: string): string {
  return markdownText(text.slice(0, 300));
}
