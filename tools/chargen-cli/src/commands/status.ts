import { join } from 'node:path';
import {
  BACKUP_ADVICE,
  describeCauses,
  describeKept,
  describeOnlyCopies,
  describeStuck,
  findEditedPictures,
  findKeptVersions,
  findOnlyCopies,
  listApprovals,
  missingTakes,
  foldersWrittenIn,
  planItems,
  plural,
  readJobHistory,
  stuckJobs,
  SYSTEM_CLOCK,
  WorkspaceLock,
  type LockHolder,
  type MissingTake,
  type Selection,
  type WorldPlan,
} from 'chargen-core';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall } from '../cli/spec.js';
import { jsonText } from '../output/json.js';
import { pastJobTimes } from '../run/job-times.js';
import { hintText } from '../output/hint-lines.js';
import { settledLines, timeLines } from '../output/plan-text.js';
import { ago, jobLines, runLine } from '../output/run-text.js';
import { batchFolderOf, isShared } from '../workspace/open-results.js';
import { select, selectionSchema } from '../workspace/choose.js';
import { isUnfinished, runsOfWorld } from '../workspace/open-run.js';
import { openWorkspace, type Workspace } from '../workspace/open-workspace.js';

/** Where everything stands, as far as this machine knows; asks nothing of Google. */
export async function run({ options, globals, io }: CommandCall): Promise<ExitCode> {
  const choice = selectionSchema.parse(options);
  const workspace = await openWorkspace(globals);
  const { selection } = select(workspace, choice);
  const batchFolder = batchFolderOf(workspace);
  const entries = await runsOfWorld(workspace);
  const open = entries.flatMap((one) => (one.kind === 'run' && isUnfinished(one.run) ? [one.run] : []));
  const damaged = entries.flatMap((one) => (one.kind === 'damaged' ? [one] : []));
  const holder = await new WorkspaceLock(join(batchFolder, '.lock'), SYSTEM_CLOCK).holder();
  const { totals } = await planItems({ ...workspace, selection });
  const missing = await missingTakes(workspace, selection);
  const reviewed = await reviewTotals(workspace, selection);
  const onlyCopies = await findOnlyCopies(workspace, isShared(io.env));
  const folders = foldersWrittenIn(workspace.world, workspace.world.entities, workspace.places);
  const keptVersions = await findKeptVersions(workspace.workspaceRoot, folders);
  const stuck = stuckJobs(await readJobHistory(batchFolder), Date.now());
  const uncertain =
    open.some((run) => run.jobs.some((job) => job.stage === 'uncertain')) || damaged.length > 0;
  const exit = uncertain ? EXIT.uncertain : open.length > 0 ? EXIT.running : EXIT.done;
  if (globals.json) {
    const lock = holder === undefined ? null : lockJson(holder);
    const takes = missing.map(({ name, why }) => ({ scene: name, why }));
    const found = { totals, reviewed, missingTakes: takes, onlyCopies, keptVersions };
    await io.out(jsonText({ exitCode: exit, unfinished: open, stuck, damaged, lock, ...found }));
    return exit;
  }
  for (const run of open) {
    await io.out(`${runLine(run, io)}\n`);
    for (const line of jobLines(run)) await io.out(`${line}\n`);
  }
  for (const { runId, message } of damaged)
    await io.out(`${runId}  ${io.paint('red', 'damaged')}  ${message}\n`);
  for (const job of stuck) await io.out(`${io.paint('yellow', '!')} ${describeStuck(job)}\n`);
  if (open.length > 0)
    await io.out('Go on with: chargen batch resume    or only take what is finished: chargen collect\n');
  if (holder !== undefined) {
    await io.out(
      `At work: process ${holder.pid} on ${holder.host}, ${holder.what}, since ${ago(holder.since)}.\n`,
    );
  }
  for (const line of await totalLines(workspace, totals)) await io.out(`${line}\n`);
  for (const line of missingLines(missing)) await io.out(`${line}\n`);
  await io.out(reviewText(reviewed));
  await io.out(hintText(totals, io.columns));
  for (const line of unreadLines(totals)) await io.out(`${line}\n`);
  const only = describeOnlyCopies(onlyCopies);
  if (only !== undefined) await io.out(`${only}\n${BACKUP_ADVICE}\n`);
  for (const one of keptVersions) await io.out(`${describeKept(one)}\n`);
  if (totals.edited > 0) {
    for (const { path, scene } of await findEditedPictures(workspace)) {
      await io.out(`  ${path} was edited by hand: chargen keep ${scene}, or chargen discard ${scene}\n`);
    }
  }
  return exit;
}

/** More of them are summed up in one line. */
const MISSING_SHOWN = 5;

function missingLines(missing: readonly MissingTake[]): string[] {
  if (missing.length === 0) return [];
  const more = missing.length - MISSING_SHOWN;
  return [
    `${plural(missing.length, 'take')} of pictures that are done did not come; a run asks for no such take by itself: chargen retry`,
    ...missing.slice(0, MISSING_SHOWN).map(({ name, why }) => `  ${name}: ${why}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function lockJson({ pid, host, what, since }: LockHolder): object {
  return { pid, host, what, since };
}

interface ReviewTotals {
  readonly pictures: number;
  readonly approved: number;
  readonly rejected: number;
  readonly unreviewed: number;
}

/** Nothing as long as no picture was reviewed: not every team does. */
function reviewText({ pictures, approved, rejected, unreviewed }: ReviewTotals): string {
  if (approved + rejected === 0) return '';
  const counts = `${approved} approved, ${rejected} rejected, ${unreviewed} unreviewed`;
  return `${plural(pictures, 'picture')}: ${counts} (chargen review).\n`;
}

async function reviewTotals(workspace: Workspace, selection: Selection | undefined): Promise<ReviewTotals> {
  const { scenes } = await listApprovals(workspace, selection);
  const count = (state: string): number => scenes.filter((one) => one.state === state).length;
  return {
    pictures: scenes.length,
    approved: count('approved'),
    rejected: count('rejected'),
    unreviewed: count('unreviewed'),
  };
}

async function totalLines(workspace: Workspace, totals: WorldPlan['totals']): Promise<string[]> {
  const { done, pending, waits, reused, refused, unusable, blocked, locked, edited, inFlight } = totals;
  const counts = [
    [done, 'done'],
    [reused, 'in the store'],
    [inFlight, 'in flight'],
    [pending, 'pending'],
    [waits, 'waiting for others'],
    [refused, 'refused'],
    [unusable, 'without a usable answer'],
    [edited, 'edited by hand'],
    [locked, 'locked'],
    [blocked, 'blocked'],
  ] as const;
  const present = counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  return [
    `${plural(totals.scenes, 'scene')}: ${present.join(', ') || 'none'}.`,
    ...totals.atGoogle.map(({ text }) => `  ${text}`),
    ...(inFlight > 0 ? timeLines(await pastJobTimes(workspace)).map((line) => `  ${line}`) : []),
    ...settledLines(totals).map((line) => line.slice(2)),
    ...describeCauses(totals.causes, workspace.world.style).map((line) => `  to make: ${line}`),
  ];
}

function unreadLines({ unreadScenes, brokenEntities }: WorldPlan['totals']): string[] {
  const unread = [
    ...(unreadScenes === 0 ? [] : [plural(unreadScenes, 'scene')]),
    ...(brokenEntities === 0 ? [] : [`all of ${plural(brokenEntities, 'file')}`]),
  ];
  if (unread.length === 0) return [];
  return [`Not counted, since errors keep them from being read: ${unread.join(', ')}. See: chargen check`];
}
