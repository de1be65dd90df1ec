import { isRunId } from './run-directory.js';
import { workspacePart } from './names-at-google.js';
import { RUN_KINDS, type RunKind } from './run-state.js';

/**
 * A job's name at Google, written durably before the job is asked for. It is how a job is found again after a
 * lost answer, and by another machine of the same workspace.
 */
export interface JobName {
  readonly workspaceId: string;
  readonly kind: RunKind;
  readonly runId: string;
  readonly n: number;
}

export function formatJobName(name: JobName): string {
  return `chargen/${workspacePart(name.workspaceId)}/${name.kind}/${name.runId}/${name.n}`;
}

/** Whether chargen made the job, in this workspace or another. */
export function isJobName(text: string): boolean {
  return text.startsWith('chargen/');
}

/** Undefined for a job that is not of this workspace, or not of chargen at all. */
export function parseJobName(text: string, workspaceId: string): JobName | undefined {
  const prefix = `chargen/${workspacePart(workspaceId)}/`;
  if (!text.startsWith(prefix)) return undefined;
  const [kindText, runId, number, ...rest] = text.slice(prefix.length).split('/');
  const kind = RUN_KINDS.find((known) => known === kindText);
  const n = Number(number);
  if (kind === undefined || runId === undefined || rest.length > 0 || !Number.isInteger(n) || n < 1)
    return undefined;
  return isRunId(runId) ? { workspaceId, kind, runId, n } : undefined;
}
