import { join } from 'node:path';
import type { RequestFile } from '../plan/index.js';
import { GeminiError, type UploadedFile } from '../gemini/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { sha256File } from '../util/digest.js';
import pLimit from 'p-limit';
import type { RunContext } from './context.js';
import { withRetries } from './retry.js';
import type { RunDirectory } from './run-directory.js';
import type { WorkItem } from './work.js';

/** How many uploads are under way at once. */
const UPLOADS_AT_ONCE = 6;

export interface StagedFile {
  readonly name: string;
  readonly uri: string;
}

export interface StagingOutcome {
  readonly files: ReadonlyMap<string, StagedFile>;
  /** Digests of files that Google did not accept, with its words; other items go on. */
  readonly rejected: ReadonlyMap<string, string>;
}

/** Uploads each distinct reference once, by digest; an upload of an earlier run that lives on is used again. */
export async function stageFiles(context: RunContext, items: readonly WorkItem[]): Promise<StagingOutcome> {
  const distinct = new Map<string, RequestFile>();
  for (const file of items.flatMap((item) => item.files)) {
    if (!distinct.has(file.sha256)) distinct.set(file.sha256, file);
  }
  const files = new Map<string, StagedFile>();
  const rejected = new Map<string, string>();
  const limit = pLimit(UPLOADS_AT_ONCE);
  let done = 0;
  await Promise.all(
    [...distinct.values()].map((file) =>
      limit(async () => {
        try {
          const staged = await stageFile(context, file, () => ({ done: (done += 1), total: distinct.size }));
          files.set(file.sha256, staged);
        } catch (error) {
          if (!(error instanceof GeminiError) || error.info.kind !== 'invalid-argument') throw error;
          rejected.set(file.sha256, `${file.name}: ${error.info.message}`);
        }
      }),
    ),
  );
  return { files, rejected };
}

async function stageFile(
  context: RunContext,
  file: RequestFile,
  progress: () => { done: number; total: number },
): Promise<StagedFile> {
  const { door, signal, uploads } = context;
  const present = await withRetries(context.pace, signal, () => uploads.find(door, file.sha256, signal));
  if (present !== undefined) {
    context.listener({ kind: 'upload-reused', name: file.name, ...progress() });
    return present;
  }
  const path =
    file.path === undefined ? context.store.picturePath(file) : join(context.workspaceRoot, file.path);
  // Planned a moment ago: what is sent must be what was hashed, or the key would lie.
  if ((await sha256File(path)) !== file.sha256) {
    throw new Error(
      `The reference ${file.path ?? path} changed while the run was being prepared. Run the command again.`,
    );
  }
  const displayName = `chargen/${context.settings.workspaceId}/${file.sha256.slice(0, 16)}`;
  const uploaded = await upload(context, { path, mimeType: file.mimeType, displayName });
  await uploads.keep(door, file.sha256, uploaded);
  context.listener({ kind: 'uploaded', name: file.name, bytes: uploaded.sizeBytes ?? 0, ...progress() });
  return { name: uploaded.name, uri: uploaded.uri };
}

/** Writes the JSONL of a job durably and uploads it. */
export async function stageRequests(
  context: RunContext,
  directory: RunDirectory,
  n: number,
  items: readonly WorkItem[],
  files: ReadonlyMap<string, StagedFile>,
): Promise<UploadedFile> {
  const lines = items.map((item) => JSON.stringify({ key: item.name, request: wireRequest(item, files) }));
  const path = directory.requestsPath(n);
  await writeFileAtomic(path, `${lines.join('\n')}\n`);
  const displayName = `chargen/${context.settings.workspaceId}/${directory.runId}/requests-${String(n)}.jsonl`;
  // `application/jsonl`: plain "jsonl" was refused in 2025 with status 200 and an error inside (python-genai#1547).
  return upload(context, { path, mimeType: 'application/jsonl', displayName });
}

/** The request as Gemini takes it: digests become addresses, and a text gets what follows from its key. */
export function wireRequest(item: WorkItem, files: ReadonlyMap<string, StagedFile>): Record<string, unknown> {
  const { contents, ...rest } = item.request.request;
  return {
    ...rest,
    contents: contents.map((content) => ({
      role: content.role,
      parts: content.parts.map((part) => {
        if ('text' in part) return { text: item.wireText?.(part.text) ?? part.text };
        const staged = files.get(part.file.sha256);
        if (staged === undefined)
          throw new Error(`The reference ${part.file.sha256} of ${item.name} was not uploaded.`);
        return { fileData: { fileUri: staged.uri, mimeType: part.file.mimeType } };
      }),
    })),
  };
}

async function upload(
  context: RunContext,
  request: { path: string; mimeType: string; displayName: string },
): Promise<UploadedFile> {
  const { door, signal } = context;
  const attempt = (): Promise<UploadedFile> =>
    withRetries(context.pace, signal, () => door.uploadFile(request, signal));
  let file: UploadedFile;
  try {
    file = await attempt();
  } catch (error) {
    if (!(error instanceof GeminiError) || error.info.kind !== 'storage-full') throw error;
    const freed = await freeStorage(context);
    if (freed === 0) throw error;
    file = await attempt();
  }
  return untilActive(context, file);
}

/** A create that names a file still being processed is refused (400 FAILED_PRECONDITION). */
async function untilActive(context: RunContext, file: UploadedFile): Promise<UploadedFile> {
  let current = file;
  for (let tries = 0; current.state === 'PROCESSING' && tries < 120; tries += 1) {
    await context.clock.sleep(Math.min(1000, context.pollInterval), context.signal);
    context.signal.throwIfAborted();
    current =
      (await withRetries(context.pace, context.signal, () =>
        context.door.findFile(file.name, context.signal),
      )) ?? current;
  }
  if (current.state === 'FAILED') {
    throw new GeminiError({
      kind: 'invalid-argument',
      status: undefined,
      message: `Google could not process the upload ${file.displayName ?? file.name}.`,
      retryAfter: undefined,
    });
  }
  return current;
}

/** Deletes uploads of this workspace that no open job needs; result files cannot be deleted and are left. */
async function freeStorage(context: RunContext): Promise<number> {
  const { door, signal } = context;
  const needed = new Set<string>();
  for (const id of await context.runs.list()) {
    const state = await context.runs.directory(id).readState();
    for (const job of state?.jobs ?? []) {
      if (job.stage === 'collected' || job.stage === 'abandoned' || job.stage === 'rejected') continue;
      for (const name of [...job.uploads, job.inputFile ?? '']) needed.add(name);
    }
  }
  const prefix = `chargen/${context.settings.workspaceId}/`;
  const gone = new Set<string>();
  for await (const file of door.listFiles(signal)) {
    if (file.displayName?.startsWith(prefix) !== true || needed.has(file.name)) continue;
    if (await door.deleteFile(file.name, signal)) gone.add(file.name);
  }
  await context.uploads.forget(gone);
  context.listener({
    kind: 'warning',
    message: `Google's file storage was full; ${String(gone.size)} old uploads were deleted.`,
  });
  return gone.size;
}
