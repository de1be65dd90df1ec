import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GeminiError, type Downloaded } from '../../gemini/index.js';
import { exists } from '../../util/exists.js';
import { renameWhenFree, syncFolder } from '../../util/atomic-write.js';
import { temporaryName } from '../../util/temporary-files.js';
import type { RunContext } from '../context.js';
import { withRetries } from '../retry.js';
import { reportUnknownFields } from '../unknown-fields.js';

/** Downloads of a file that keeps arriving cut, each of them with retries of its own. */
const TRIES = 4;

export interface ResultsRequest {
  /** `files/…` */
  readonly output: string;
  readonly path: string;
  /** Lines that the job must have by its own counts. */
  readonly expectedLines: number;
}

/**
 * Brings a result file to its place, whole: what is there was proven to be, so it is never fetched twice. A
 * file that came cut is never taken for one with missing lines, since what was not in it would be asked for,
 * and paid for, again. `gone` if Google does not have it (any more).
 */
export async function fetchResults(
  context: RunContext,
  request: ResultsRequest,
): Promise<'fetched' | 'gone'> {
  const { output, path } = request;
  if (await hasResults(path)) return 'fetched';
  const { scratch } = context.runs;
  await mkdir(scratch, { recursive: true });
  let before: Downloaded | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const part = join(scratch, await temporaryName(path));
    let got: Downloaded;
    try {
      got = await withRetries(context.pace, context.signal, () =>
        context.door.downloadFile(output, part, context.signal),
      );
    } catch (error) {
      const kind = error instanceof GeminiError ? error.info.kind : undefined;
      if (kind === 'not-found' || kind === 'forbidden') return 'gone';
      throw error;
    }
    if (await isWhole(context, request, got, before)) {
      await mkdir(dirname(path), { recursive: true });
      await renameWhenFree(part, path);
      await syncFolder(dirname(path));
      return 'fetched';
    }
    await rm(part, { force: true });
    before = got;
    await context.clock.sleep(context.pace.minTimeout * 2 ** tries, context.signal);
    context.signal.throwIfAborted();
  }
  throw new GeminiError({
    kind: 'transient',
    status: undefined,
    message: `the result file ${output} came cut ${TRIES} times (${before?.lines ?? 0} of ${request.expectedLines} lines); what is in it stays at Google for weeks`,
    retryAfter: undefined,
  });
}

async function isWhole(
  context: RunContext,
  { output, expectedLines }: ResultsRequest,
  got: Downloaded,
  before: Downloaded | undefined,
): Promise<boolean> {
  if (got.announced) return true;
  if (!got.endsWhole) return false;
  if (got.lines >= expectedLines || got.bytes === before?.bytes) return true;
  // Lines may really be missing: then the size that Google states for the file says so.
  return (await statedSize(context, output)) === got.bytes;
}

/** Google was seen to reject questions about result files, whose ids are longer than its own rule allows. */
async function statedSize(context: RunContext, name: string): Promise<number | undefined> {
  try {
    const file = await withRetries(context.pace, context.signal, () =>
      context.door.findFile(name, context.signal),
    );
    if (file !== undefined) reportUnknownFields(context, { what: 'file', name }, file.unknown);
    return file?.sizeBytes;
  } catch (error) {
    if (error instanceof GeminiError) return undefined;
    throw error;
  }
}

/** Whether a whole result file is there. */
export function hasResults(path: string): Promise<boolean> {
  return exists(path);
}
