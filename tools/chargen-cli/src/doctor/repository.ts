import { execFile } from 'node:child_process';
import { PREVIEW_FOLDER, TYPE_FOLDERS } from 'chargen-core/names';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BACKUP_ADVICE,
  describeOnlyCopies,
  findOnlyCopies,
  hasErrors,
  ignoredByGit,
  isInRepository,
  listRuns,
  planWorld,
  plural,
  pullCommand,
  SYSTEM_CLOCK,
  WorkspaceLock,
} from 'chargen-core';
import type { Io } from '../cli/io.js';
import { ago } from '../output/run-text.js';
import { batchFolderOf, isShared } from '../workspace/open-results.js';
import { isUnfinished } from '../workspace/open-run.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { ok, type Finding } from './finding.js';

const execute = promisify(execFile);

/** The world, its runs, and what git makes of them. */
export async function checkRepository(workspace: Workspace, env: Io['env']): Promise<Finding[]> {
  const pointers = new Set<string>();
  const { totals, diagnostics } = await planWorld(workspace, ({ scenes }) => {
    for (const { planned } of scenes) {
      for (const { pointer, path } of planned.files) if (pointer && path !== undefined) pointers.add(path);
    }
  });
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  return [
    hasErrors(diagnostics)
      ? {
          check: 'world',
          verdict: 'error',
          message: `${plural(totals.entities, 'entity', 'entities')}, ${plural(errors, 'error')} in their files.`,
          advice: 'chargen check',
        }
      : ok('world', `${plural(totals.entities, 'entity', 'entities')}, ${plural(totals.scenes, 'scene')}`),
    ...(await checkRuns(workspace)),
    ...(await checkLfs(workspace.workspaceRoot, [...pointers])),
    ...(await checkIgnored(workspace)),
    ...(await checkCopies(workspace, env)),
  ];
}

async function checkCopies(workspace: Workspace, env: Io['env']): Promise<Finding[]> {
  const message = describeOnlyCopies(await findOnlyCopies(workspace, isShared(env)));
  if (message === undefined) return [];
  return [{ check: 'only-copies', verdict: 'note', message, advice: BACKUP_ADVICE }];
}

async function checkRuns(workspace: Workspace): Promise<Finding[]> {
  const batchFolder = batchFolderOf(workspace);
  const findings: Finding[] = [];
  const holder = await new WorkspaceLock(join(batchFolder, '.lock'), SYSTEM_CLOCK).holder();
  if (holder !== undefined) {
    findings.push({
      check: 'lock',
      verdict: 'note',
      message: `At work now: process ${holder.pid} on ${holder.host} (${holder.what}), since ${ago(holder.since)}.`,
    });
  }
  for (const entry of await listRuns(batchFolder)) {
    if (entry.kind === 'damaged') findings.push({ check: 'run', verdict: 'error', message: entry.message });
    else if (entry.run.jobs.some((job) => job.stage === 'uncertain')) {
      const { runId } = entry.run;
      findings.push({
        check: 'run',
        verdict: 'error',
        message: `It is not known whether a job of the run ${runId} exists at Google.`,
        advice: `chargen cancel ${runId} looks for it again and drops it if it was never made`,
      });
    } else if (isUnfinished(entry.run)) {
      const message = `The run ${entry.run.runId} is not finished (${entry.run.phase}).`;
      findings.push({
        check: 'run',
        verdict: 'note',
        message,
        advice: `chargen batch resume ${entry.run.runId}`,
      });
    }
  }
  return findings;
}

async function checkLfs(workspaceRoot: string, pointers: readonly string[]): Promise<Finding[]> {
  const rules = await readFile(join(workspaceRoot, '.gitattributes'), 'utf8').catch(() => '');
  const usesLfs = /filter=lfs/.test(rules) || pointers.length > 0;
  if (!usesLfs) return [];
  const version = await execute('git', ['lfs', 'version'], { cwd: workspaceRoot }).then(
    ({ stdout }) => stdout.trim().split(' ')[0],
    () => undefined,
  );
  if (version === undefined) {
    return [
      {
        check: 'lfs',
        verdict: 'warning',
        message: `Pictures are in Git LFS and git-lfs is not installed${pointers.length === 0 ? '' : `; ${plural(pointers.length, 'reference')} cannot be sent`}.`,
        advice: 'Install git-lfs, then: git lfs install',
      },
    ];
  }
  if (pointers.length === 0) return [ok('lfs', `${version}, no reference is a mere pointer`)];
  const some = pointers.length > 20 ? pointers.slice(0, 20) : pointers;
  return [
    {
      check: 'lfs',
      verdict: 'note',
      message: `${plural(pointers.length, 'reference')} are Git LFS pointers; runs fetch what they need.`,
      advice: pullCommand(some),
    },
  ];
}

/** Git is missing, or refuses a folder of another user. */
const NO_ANSWER: Finding = {
  check: 'gitignore',
  verdict: 'note',
  message: 'Git did not answer, so that it is not known whether keys, results and previews stay out of it.',
  advice: 'See why with: git status',
};

/** What must not be committed: keys, results, previews. */
async function checkIgnored({ workspaceRoot, places }: Workspace): Promise<Finding[]> {
  const lines = new Map([
    [`${places.stateDir}/x`, `${places.stateDir}/`],
    ['.env', '.env'],
    [`${TYPE_FOLDERS.character}/x/${PREVIEW_FOLDER}/x.png`, `**/${PREVIEW_FOLDER}/`],
  ]);
  const ignored = await ignoredByGit(workspaceRoot, [...lines.keys()]);
  if (ignored === undefined) return isInRepository(workspaceRoot) ? [NO_ANSWER] : [];
  const open = [...lines].flatMap(([path, line]) => (ignored.has(path) ? [] : [line]));
  if (open.length === 0) return [ok('gitignore', 'keys, results and previews stay out of git')];
  return [
    {
      check: 'gitignore',
      verdict: open.includes('.env') ? 'warning' : 'note',
      message: `Git would take ${open.join(', ')}.`,
      advice: `Add to .gitignore: ${open.join(' ')}`,
    },
  ];
}
