import { open, type FileHandle } from 'node:fs/promises';
import { piecesOf } from '../answer/bytes.js';
import type { ItemService } from '../answer/item-service.js';
import { splitKey } from '../answer/prompt.js';
import type { ItemResult } from '../answer/types.js';
import type { ItemFault } from '../faults/types.js';
import type { LedgerBook } from '../ledger/ledger.js';
import type { ModelFacts } from '../models/catalogue.js';
import { seededRandom, shuffled, type Random } from '../random.js';
import { isJsonObject, type Json, type JsonObject } from '../wire/json.js';
import { parseItem, type InputItem } from './input-item.js';
import type { Job } from './job.js';
import { findLines, readLine, type LineSpan } from './lines.js';
import { ResultWriter } from './result-writer.js';

export interface ProducerDeps {
  readonly items: ItemService;
  readonly ledger: LedgerBook;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly now: () => number;
}

export interface Production {
  readonly job: Job;
  readonly model: ModelFacts;
  readonly inputPath: string;
  readonly outputPath: string;
  /** Share of the items, 0 to 1, that are served; asked before each item, since a cancel may come at any time. */
  readonly servedShare: (done: number) => number;
  /** The job was deleted, or the emulator is closing: give up. */
  readonly stopped: () => boolean;
}

export type Produced =
  | {
      readonly kind: 'results';
      readonly size: number;
      readonly sha256: string;
      readonly succeeded: number;
      readonly failed: number;
    }
  | { readonly kind: 'stopped' };

/**
 * Serves all requests of a job, one at a time, straight from its input file to its result file: memory does not grow
 * with the job. Items that an earlier process on the same state billed are drawn again and not billed again.
 */
export async function produceResults(deps: ProducerDeps, production: Production): Promise<Produced> {
  const { job, inputPath, outputPath } = production;
  const spans = await findLines(inputPath);
  const random = seededRandom(deps.seed, 'job', job.ordinal);
  const lines = spans.map((_, index) => index);
  const order = deps.shuffle && job.fileName !== undefined ? shuffled(lines, random) : lines;
  const input = await open(inputPath, 'r');
  const output = await ResultWriter.create(outputPath);
  let succeeded = 0;
  let failed = 0;
  try {
    for (const [rank, line] of order.entries()) {
      if (production.stopped()) {
        await output.abandon();
        return { kind: 'stopped' };
      }
      const quota = Math.floor(spans.length * production.servedShare(rank / spans.length));
      const item = await readItem(input, spans[line], line);
      const { result, fault } =
        rank < quota ? await serve(deps, production, item, line) : { result: CANCELLED, fault: undefined };
      if (result.kind === 'served') succeeded += 1;
      else failed += 1;
      for (const pieces of resultLines(job, item, result, fault, random)) await output.line(pieces);
      // Drawing is work for the processor: let polls and downloads through in between.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return { kind: 'results', ...(await output.finish()), succeeded, failed };
  } catch (error) {
    await output.abandon();
    throw error;
  } finally {
    await input.close();
  }
}

const NO_BYTES: ReadonlyMap<string, Buffer> = new Map();

/** Items that a cancel left unserved have a code and nothing else, as recorded. */
const CANCELLED: ItemResult = { kind: 'error', code: 1, message: null };

/** @throws Error for a line that the survey at the creation of the job should have found */
async function readItem(input: FileHandle, span: LineSpan | undefined, index: number): Promise<InputItem> {
  const item = parseItem(span === undefined ? '' : await readLine(input, span), index);
  if (item.kind === 'bad') throw new Error(item.message);
  return item;
}

async function serve(
  deps: ProducerDeps,
  { job, model }: Production,
  item: InputItem,
  line: number,
): Promise<{ result: ItemResult; fault: ItemFault | undefined }> {
  const name = `batches/${job.id}`;
  const { result, fault, requestHash } = await deps.items.answer({
    owner: job.owner,
    model,
    version: job.version,
    key: item.key,
    request: item.request,
    occasion: {
      route: 'batches.create',
      model: job.model,
      displayName: job.displayName,
      ...(item.key === null ? {} : { key: item.key }),
    },
    seed: `${job.ordinal} ${line}`,
  });
  if (result.kind === 'served' && !deps.ledger.hasBilled(name, line)) {
    const { hash } = splitKey(item.key);
    deps.ledger.add({
      type: 'item',
      at: new Date(deps.now()).toISOString(),
      key: item.key,
      ...(hash === undefined ? {} : { hash }),
      requestHash,
      model: job.model,
      job: name,
      line,
      ...result.usage,
    });
  }
  return { result, fault };
}

function resultLines(
  job: Job,
  item: InputItem,
  result: ItemResult,
  fault: ItemFault | undefined,
  random: Random,
): Iterable<string>[] {
  const inline = job.fileName === undefined;
  const tail: JsonObject = inline
    ? item.metadata === undefined
      ? {}
      : { metadata: item.metadata }
    : item.key === null
      ? {}
      : { key: item.key };
  const head: JsonObject =
    result.kind === 'served'
      ? { response: inline ? result.response : scrambleFields(result.response, random) }
      : { error: { code: result.code, ...(result.message === null ? {} : { message: result.message }) } };
  // Answers come before their key, as recorded; errors after it, as the guide writes them.
  const fields = result.kind === 'served' || inline ? { ...head, ...tail } : { ...tail, ...head };
  const bytes = result.kind === 'served' ? result.bytes : NO_BYTES;
  const line = (value: JsonObject): Iterable<string> => piecesOf(JSON.stringify(value), bytes);
  switch (fault?.kind) {
    case 'line-missing':
      return [];
    case 'line-doubled':
      return [line(fields), line(fields)];
    case 'line-unknown-key':
      return [line(fields), line({ ...head, key: `${item.key ?? ''}-nobody-asked` })];
    case 'line-garbled': {
      const whole = [...line(fields)].join('');
      return [[whole.slice(0, Math.floor(whole.length / 2))]];
    }
    default:
      return [line(fields)];
  }
}

/** Field order differs from line to line on the wire. */
function scrambleFields(value: Json, random: Random): Json {
  if (isJsonObject(value)) {
    return Object.fromEntries(
      shuffled(Object.entries(value), random).map(([key, inner]) => [key, scrambleFields(inner, random)]),
    );
  }
  if (typeof value === 'object' && value !== null) return value.map((inner) => scrambleFields(inner, random));
  return value;
}
