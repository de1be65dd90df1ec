import { workspacePart } from '../journal/names-at-google.js';
import { GeminiError, type UploadedFile } from '../../gemini/index.js';
import type { OpenRun, RunContext } from '../context.js';
import { allRuns, openRuns } from '../waiting/remote-jobs.js';
import { withRetries } from '../retry.js';
import { isSettled } from '../journal/run-state.js';

/** What the display names of a run's uploads begin with: so what a killed process uploaded last is found too. */
export function uploadPrefix(workspaceId: string, runId: string): string {
  return `chargen/${workspacePart(workspaceId)}/${runId}/`;
}

/** Uploads that some job still needs, or may be sent with. */
async function neededUploads(context: RunContext): Promise<Set<string>> {
  const needed = new Set<string>();
  for (const { state } of await openRuns(context.runs)) {
    for (const job of state.jobs) {
      if (isSettled(job)) continue;
      for (const name of [...job.uploads, job.inputFile ?? '']) needed.add(name);
    }
  }
  return needed;
}

/**
 * Deletes what a finished run uploaded and no other job needs. Its results are safe by now; failing here costs
 * storage for two days at most, so a failure is only reported. `resumed`: a process died in this run, so it may
 * have uploaded files that nothing here knows.
 */
export async function deleteUploads(context: RunContext, run: OpenRun, resumed: boolean): Promise<void> {
  const needed = await neededUploads(context);
  // Generation leans on the very pictures that were analyzed: they stay until it has used them, or expire.
  const isAnalysis = run.state.kind === 'analyze';
  const mine = new Set(
    run.state.jobs.flatMap((job) => [...(isAnalysis ? [] : job.uploads), job.inputFile ?? '']),
  );
  mine.delete('');
  const gone = new Set<string>();
  try {
    // The machine that made a foreign job may have staged the next one under the same name.
    if (resumed && !isForeign(run)) {
      const prefix = uploadPrefix(context.settings.workspaceId, run.state.runId);
      for (const file of await listUploads(context)) {
        if (file.displayName?.startsWith(prefix) === true) mine.add(file.name);
      }
    }
    for (const name of mine) {
      if (needed.has(name)) continue;
      if (await remove(context, name)) gone.add(name);
    }
  } catch (error) {
    context.signal.throwIfAborted();
    context.listener({
      kind: 'warning',
      runId: run.state.runId,
      message: `Not all uploads of the run could be deleted at Google (${messageOf(error)}); they expire within two days.`,
    });
  }
  await context.uploads.forget(gone);
}

/** A run of another machine, of which only some jobs are known here and none of their uploads. */
function isForeign({ state }: OpenRun): boolean {
  return state.jobs.some((job) => job.foreign);
}

/** An upload of a run that this machine does not know may be in use for a day. */
const FOREIGN_USE_MS = 26 * 3_600_000;

/**
 * Deletes uploads of this workspace that no job needs, for the storage that Google grants is full. Those of
 * other machines are left while they may be in use; result files cannot be deleted at all.
 */
export async function freeStorage(context: RunContext): Promise<number> {
  const needed = new Set([...(await neededUploads(context)), ...context.uploads.handedOut]);
  const runs = new Set<string>();
  for (const run of await allRuns(context.runs)) if (!isForeign(run)) runs.add(run.state.runId);
  const prefix = uploadPrefix(context.settings.workspaceId, '').slice(0, -1);
  const gone = new Set<string>();
  for (const file of await listUploads(context)) {
    if (file.displayName?.startsWith(prefix) !== true || needed.has(file.name)) continue;
    const runId = file.displayName.slice(prefix.length).split('/')[0] ?? '';
    const age = context.clock.now() - (file.createdAt ?? context.clock.now());
    if (!runs.has(runId) && age < FOREIGN_USE_MS) continue;
    if (await remove(context, file.name)) gone.add(file.name);
  }
  await context.uploads.forget(gone);
  context.listener({
    kind: 'warning',
    message: `Google's file storage was full; ${gone.size} old uploads of this workspace were deleted.`,
  });
  return gone.size;
}

function listUploads(context: RunContext): Promise<UploadedFile[]> {
  return withRetries(context.pace, context.signal, async () => {
    const files: UploadedFile[] = [];
    for await (const file of context.door.listFiles(context.signal)) files.push(file);
    return files;
  });
}

function remove(context: RunContext, name: string): Promise<boolean> {
  return withRetries(context.pace, context.signal, () => context.door.deleteFile(name, context.signal));
}

function messageOf(error: unknown): string {
  if (error instanceof GeminiError) return error.info.message;
  return error instanceof Error ? error.message : String(error);
}
