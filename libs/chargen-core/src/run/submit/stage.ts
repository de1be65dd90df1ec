import { join } from 'node:path';
import type { RequestFile } from '../../plan/index.js';
import { GeminiError, type UploadedFile } from '../../gemini/index.js';
import { portionsOf } from '../../store/in-portions.js';
import { sha256File } from '../../util/digest.js';
import { isMissing } from '../../util/fs-error.js';
import pLimit from 'p-limit';
import { freeStorage, uploadPrefix } from './clean-uploads.js';
import type { RunContext } from '../context.js';
import { WaitOver, withRetries } from '../retry.js';
import type { RunDirectory } from '../journal/run-directory.js';
import type { FailureClass } from '../journal/run-state.js';
import { uploadMark } from './uploads.js';
import { reportUnknownFields } from '../unknown-fields.js';
import type { WorkItem } from '../work.js';

/** Lines of a file of requests that are written together. */
const LINES_AT_ONCE = 50;

/** How many uploads are under way at once. */
const UPLOADS_AT_ONCE = 6;

export interface StagedFile {
  readonly name: string;
  readonly uri: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A reference as a request holds it: the address of an upload, or the bytes in base64. */
export type WireFile = Pick<StagedFile, 'uri'> | { readonly data: string };

export interface RejectedFile {
  readonly class: Extract<FailureClass, 'upload-rejected' | 'reference-changed'>;
  readonly message: string;
}

export interface StagingOutcome {
  readonly files: ReadonlyMap<string, StagedFile>;
  /** By digest: files that cannot be used; the items that need them fail, other items go on. */
  readonly rejected: ReadonlyMap<string, RejectedFile>;
}

/** Uploads each distinct reference once, by digest; an upload of an earlier run that lives on is used again. */
export async function stageFiles(
  context: RunContext,
  runId: string,
  items: readonly WorkItem[],
): Promise<StagingOutcome> {
  const distinct = new Map<string, RequestFile>();
  for (const file of items.flatMap((item) => item.files)) {
    if (!distinct.has(file.sha256)) distinct.set(file.sha256, file);
  }
  const files = new Map<string, StagedFile>();
  const rejected = new Map<string, RejectedFile>();
  const limit = pLimit(UPLOADS_AT_ONCE);
  let done = 0;
  const failures: unknown[] = [];
  const progress = (): { done: number; total: number } => ({ done: (done += 1), total: distinct.size });
  const uploads = [...distinct.values()].map((file) =>
    limit(async () => {
      // After a failure nothing more begins, and what is under way ends before the lock is given back.
      if (failures.length > 0) return;
      try {
        const outcome = await stageFile(context, runId, file, progress);
        if ('class' in outcome) rejected.set(file.sha256, outcome);
        else files.set(file.sha256, outcome);
      } catch (error) {
        failures.push(error);
      }
    }),
  );
  await Promise.all(uploads);
  if (failures.length > 0) throw failures[0];
  return { files, rejected };
}

async function stageFile(
  context: RunContext,
  runId: string,
  file: RequestFile,
  progress: () => { done: number; total: number },
): Promise<StagedFile | RejectedFile> {
  const { door, signal, uploads } = context;
  const present = await withRetries(context.pace, signal, () => uploads.find(door, file.sha256, signal));
  if (present !== undefined) {
    context.listener({ kind: 'upload-reused', runId, name: file.name, ...progress() });
    return present;
  }
  const path =
    file.path === undefined ? context.store.picturePath(file) : join(context.workspaceRoot, file.path);
  // Planned a moment ago: what is sent must be what was hashed, or the key would be wrong.
  const digest = await sha256File(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  const changed = (what: 'vanished' | 'changed'): RejectedFile => ({
    class: 'reference-changed',
    message: `The reference ${file.path ?? file.name} ${what} while the run was being prepared.`,
  });
  if (digest !== file.sha256) return changed(digest === undefined ? 'vanished' : 'changed');
  const displayName = `${uploadPrefix(context.settings.workspaceId, runId)}${uploadMark(file.sha256)}`;
  let uploaded: UploadedFile;
  try {
    uploaded = await upload(context, { path, mimeType: file.mimeType, displayName });
  } catch (error) {
    // An author may move it away between the look at its bytes and its upload: the run must not end of that.
    if (isMissing(error)) return changed('vanished');
    if (!(error instanceof GeminiError) || error.info.kind !== 'invalid-argument') throw error;
    const message = `Google did not accept the reference ${file.name}: ${error.info.message}`;
    return { class: 'upload-rejected', message };
  }
  const entry = await uploads.keep(door, file.sha256, uploaded);
  context.listener({
    kind: 'uploaded',
    runId,
    name: file.name,
    bytes: uploaded.sizeBytes ?? 0,
    ...progress(),
  });
  return entry;
}

/**
 * `application/jsonl` first: in 2025 plain "jsonl" was rejected with status 200 and an error inside, and its users
 * sent plain text instead (python-genai#1547).
 */
const JSONL_TYPES = ['application/jsonl', 'text/plain'] as const;

/** Writes the JSONL of a job durably and uploads it. */
export async function stageRequests(
  context: RunContext,
  directory: RunDirectory,
  n: number,
  items: readonly WorkItem[],
  files: ReadonlyMap<string, WireFile>,
): Promise<UploadedFile> {
  const path = directory.requestsPath(n);
  await directory.write(path, requestLines(items, files));
  const prefix = uploadPrefix(context.settings.workspaceId, directory.runId);
  const displayName = `${prefix}requests-${n}.jsonl`;
  const [first, second] = JSONL_TYPES;
  try {
    return await upload(context, { path, mimeType: first, displayName });
  } catch (error) {
    if (!(error instanceof GeminiError) || error.info.kind !== 'invalid-argument') throw error;
    return upload(context, { path, mimeType: second, displayName });
  }
}

function* requestLines(items: readonly WorkItem[], files: ReadonlyMap<string, WireFile>): Iterable<string> {
  for (const portion of portionsOf(items, LINES_AT_ONCE)) {
    const lines = portion.map((item) =>
      JSON.stringify({ key: item.name, request: wireRequest(item, files) }),
    );
    yield `${lines.join('\n')}\n`;
  }
}

/** The request as Gemini takes it: digests become addresses, and a text gets what follows from its key. */
export function wireRequest(item: WorkItem, files: ReadonlyMap<string, WireFile>): Record<string, unknown> {
  const { contents, ...rest } = item.request.request;
  const { responseSchema, ...config } = rest.generationConfig;
  return {
    ...rest,
    generationConfig:
      responseSchema === undefined
        ? config
        : { ...config, responseSchema: item.wireSchema?.(responseSchema) ?? responseSchema },
    contents: contents.map((content) => ({
      role: content.role,
      parts: content.parts.map((part) => {
        if ('text' in part) return { text: item.wireText?.(part.text) ?? part.text };
        const file = files.get(part.file.sha256);
        if (file === undefined)
          throw new Error(`The reference ${part.file.sha256} of ${item.name} was not prepared.`);
        const { mimeType } = part.file;
        return 'uri' in file
          ? { fileData: { fileUri: file.uri, mimeType } }
          : { inlineData: { mimeType, data: file.data } };
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

/** A create that names a file still being processed is rejected (400 FAILED_PRECONDITION). */
async function untilActive(context: RunContext, file: UploadedFile): Promise<UploadedFile> {
  const { clock, signal } = context;
  let current = file;
  const on = `${nameOf(file)}, which Google is still processing`;
  const began = clock.now();
  const patience = Math.min(
    began + PROCESSING_PATIENCE_MS,
    Math.max(context.deadline, began + context.settleMs),
  );
  if (current.state === 'PROCESSING') context.listener({ kind: 'waiting', message: `Waiting for ${on}.` });
  while (current.state === 'PROCESSING') {
    if (clock.now() > patience) {
      if (patience < began + PROCESSING_PATIENCE_MS) throw new WaitOver(on);
      throw unusable('transient', `Google is still processing ${nameOf(file)}`);
    }
    await clock.sleep(Math.min(1000, context.pollInterval), signal);
    signal.throwIfAborted();
    const found = await withRetries(context.pace, signal, () => context.door.findFile(file.name, signal));
    if (found === undefined) throw unusable('transient', `the upload ${nameOf(file)} vanished at Google`);
    current = found;
  }
  reportUnknown(context, current);
  if (current.state === 'FAILED') throw unusable('invalid-argument', `it could not be processed`);
  return current;
}

function reportUnknown(context: RunContext, { name, state, rawState, unknown }: UploadedFile): void {
  reportUnknownFields(context, { what: 'file', name }, unknown);
  if (state !== 'UNKNOWN' || rawState === undefined) return;
  const message =
    `Google calls the file ${name} "${rawState}", which is a state that chargen does not know. It is used as a file ` +
    `that is ready. Search for: Gemini API files state ${rawState}`;
  context.reportOnce(`file state ${rawState}`, { kind: 'warning', message });
}

/** However long the time for waiting is: Google processes a picture within seconds. */
const PROCESSING_PATIENCE_MS = 10 * 60_000;

function nameOf(file: UploadedFile): string {
  return file.displayName ?? file.name;
}

function unusable(kind: 'transient' | 'invalid-argument', message: string): GeminiError {
  return new GeminiError({ kind, status: undefined, message, retryAfter: undefined });
}
