import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { distinct, fileDeviations, jobDeviations } from './deviations.js';
import { deviationsOf } from './expected.js';
import { PICTURE_NAME, PICTURE_TYPE, requestLine, samplePicture } from './requests.js';
import { resultDeviations } from './results.js';
import { missing, valueAt, type Deviation } from './shape.js';
import { JOBS, type CheckState, type JobKind, type Point } from './state.js';
import type { ScenarioOptions } from './scenario-options.js';

/** A create ends at the service after ten minutes: a name that is listed by no page later was never made. */
const CREATE_SETTLE_MS = 15 * 60_000;

/**
 * One upload with a name that is not Latin, one text job and one picture job of one item each, list, get, download,
 * delete: each answer is compared with what is recorded of the service. Begins or goes on; `isOver` of what it answers
 * says whether anything is left. Never sends a create whose outcome is not known a second time.
 */
export async function runScenario(options: ScenarioOptions, state: CheckState): Promise<CheckState> {
  const check = new Check(options, state);
  await mkdir(options.folder, { recursive: true });
  if (!check.state.isPrepared) await prepare(check);
  for (const kind of JOBS) await submit(check, kind);
  await collect(check);
  const stages = JOBS.map((kind) => check.state.jobs[kind].stage);
  if (stages.every((stage) => stage === 'collected' || stage === 'given-up')) await cleanUp(check);
  return check.state;
}

class Check {
  state: CheckState;

  constructor(
    readonly options: ScenarioOptions,
    state: CheckState,
  ) {
    this.state = state;
  }

  async save(change: Partial<CheckState>): Promise<void> {
    this.state = { ...this.state, ...change };
    await this.options.save(this.state);
  }

  saveJob(kind: JobKind, change: Partial<CheckState['jobs']['text']>): Promise<void> {
    return this.save({ jobs: { ...this.state.jobs, [kind]: { ...this.state.jobs[kind], ...change } } });
  }

  /** Does one step and writes down how its answers differ. Undefined if it came to nothing. */
  async point<T>(
    point: string,
    says: string,
    step: () => Promise<T>,
    { statuses = [200], judge }: Judging<T> = {},
  ): Promise<T | undefined> {
    const { recorder, signal, onPoint } = this.options;
    signal.throwIfAborted();
    let result: T | undefined;
    let error: string | undefined;
    recorder.take();
    try {
      result = await step();
    } catch (cause) {
      signal.throwIfAborted();
      error = recorder.cleanText(cause instanceof Error ? cause.message : String(cause));
    }
    const exchanges = recorder.take();
    const before = this.state.points.find((one) => one.point === point);
    const own =
      result === undefined || error !== undefined ? [] : (judge?.(result, exchanges.at(-1)?.raw) ?? []);
    // A job is looked at again and again: what was once different stays written down.
    const deviations = distinct([
      ...(before?.deviations ?? []),
      ...exchanges.flatMap(({ raw, shown }) => deviationsOf(raw, shown, statuses)),
      ...own,
    ]).map((one) => ({ ...one, message: recorder.cleanText(one.message) }));
    const verdict = error !== undefined ? 'failed' : deviations.length > 0 ? 'different' : 'as-expected';
    const done: Point = { point, says, verdict, deviations, ...(error === undefined ? {} : { error }) };
    await this.save({
      points: [...this.state.points.filter((one) => one.point !== point), done],
      exchanges: [
        ...this.#exchangesBut(point),
        ...exchanges.map(({ shown }) => ({ point, exchange: shown })),
      ],
    });
    onPoint?.(done);
    return error === undefined ? result : undefined;
  }

  /** Of a step that is done again and again only the first answer and the last are kept. */
  #exchangesBut(point: string): CheckState['exchanges'] {
    const first = this.state.exchanges.findIndex((one) => one.point === point);
    return this.state.exchanges.filter((one, index) => one.point !== point || index === first);
  }
}

interface Judging<T> {
  readonly statuses?: readonly number[];
  /** What is to be compared beside the shape; `raw` is the last answer. */
  readonly judge?: (result: T, raw: unknown) => readonly Deviation[];
}

/** What costs nothing: models, uploads, and looks at them. */
async function prepare(check: Check): Promise<void> {
  const { client, folder, signal } = check.options;
  for (const kind of JOBS) await findModel(check, kind);
  const picture = samplePicture();
  const path = join(folder, PICTURE_NAME);
  await writeFile(path, picture);
  const upload = { path, mimeType: PICTURE_TYPE, displayName: PICTURE_NAME };
  const uploaded = await check.point(
    'upload',
    'upload a picture whose name is not Latin',
    () => client.uploadFile(upload, signal),
    {
      judge: (_file, raw) => fileDeviations(valueAt(raw, 'file'), 'file', picture),
    },
  );
  await rm(path, { force: true });
  if (uploaded === undefined) return giveUp(check);
  await check.save({ uploads: [...check.state.uploads, uploaded.name] });
  await check.point('file-get', 'get the upload', () => untilActive(check, uploaded.name), {
    judge: (_file, raw) => fileDeviations(raw, '', picture),
  });
  await check.point(
    'file-list',
    'find the upload in the list of files',
    () => names(client.listFiles(signal)),
    {
      judge: (all) =>
        all.includes(uploaded.name) ? [] : [missing(`files[] with the name ${uploaded.name}`)],
    },
  );
  for (const kind of JOBS) await uploadRequests(check, kind, uploaded.uri);
  await check.save({ isPrepared: true });
}

async function giveUp(check: Check): Promise<void> {
  for (const kind of JOBS) await check.saveJob(kind, { stage: 'given-up' });
  await check.save({ isPrepared: true });
}

async function findModel(check: Check, kind: JobKind): Promise<void> {
  const { client, signal } = check.options;
  const { model } = check.state.jobs[kind];
  const found = await check.point(
    `model-${kind}`,
    `get the model ${model}`,
    () => client.findModel(model, signal),
    {
      judge: (_model, raw) => {
        const methods = valueAt(raw, 'supportedGenerationMethods');
        if (!Array.isArray(methods) || methods.includes('batchGenerateContent')) return [];
        return [missing('supportedGenerationMethods[] "batchGenerateContent"')];
      },
    },
  );
  // A model that this key does not see takes no job; what it answers is written down all the same.
  if (found === undefined) await check.saveJob(kind, { stage: 'given-up' });
}

async function uploadRequests(check: Check, kind: JobKind, pictureUri: string): Promise<void> {
  const { client, folder, signal } = check.options;
  const { key, displayName, stage } = check.state.jobs[kind];
  if (stage === 'given-up') return;
  const path = join(folder, `requests-${kind}.jsonl`);
  await writeFile(path, requestLine(kind, key, pictureUri));
  const upload = { path, mimeType: 'application/jsonl', displayName: `${displayName}.jsonl` };
  const says = `upload the requests of the ${kind} job`;
  const file = await check.point(`upload-${kind}`, says, () => client.uploadFile(upload, signal));
  await rm(path, { force: true });
  if (file === undefined) return check.saveJob(kind, { stage: 'given-up' });
  await check.save({ uploads: [...check.state.uploads, file.name] });
  await check.saveJob(kind, { inputFile: file.name });
}

async function untilActive(check: Check, name: string): Promise<true> {
  const { client, signal, sleep, now } = check.options;
  const deadline = now() + 60_000;
  for (;;) {
    const file = await client.findFile(name, signal);
    if (file === undefined)
      throw new Error(`The service does not know ${name}, which was uploaded a moment ago.`);
    if (file.state !== 'PROCESSING') return true;
    if (now() > deadline) throw new Error(`${name} is still being processed after a minute.`);
    await sleep(1000);
    signal.throwIfAborted();
  }
}

async function names(entries: AsyncIterable<{ readonly name: string }>): Promise<string[]> {
  const all: string[] = [];
  for await (const { name } of entries) all.push(name);
  return all;
}

/** The only step that costs something. */
async function submit(check: Check, kind: JobKind): Promise<void> {
  const { client, signal, now } = check.options;
  const job = check.state.jobs[kind];
  if (job.stage === 'sending' && !(await settleLost(check, kind))) return;
  const { stage, model, displayName, inputFile } = check.state.jobs[kind];
  if (stage !== 'planned' || inputFile === undefined) return;
  await check.saveJob(kind, { stage: 'sending', sentAt: now() });
  const says = `create the ${kind} job`;
  const create = async (): Promise<string> => {
    const outcome = await client.createBatch({ model, inputFile, displayName }, signal);
    if (outcome.kind === 'created') return outcome.batch.name;
    if (outcome.kind === 'uncertain') throw new Error(outcome.why);
    await check.saveJob(kind, { stage: 'given-up' });
    throw new Error(`The service refused the job, so that nothing is paid: ${outcome.error.message}`);
  };
  const name = await check.point(`create-${kind}`, says, create, {
    judge: (_name, raw) => jobDeviations(raw, displayName, model),
  });
  if (name === undefined) return;
  await check.saveJob(kind, { stage: 'created', batch: name });
}

/** Looks for a job whose create was lost. True if it may be sent now. */
async function settleLost(check: Check, kind: JobKind): Promise<boolean> {
  const { client, signal, now } = check.options;
  const { displayName, sentAt = now() } = check.state.jobs[kind];
  for await (const batch of client.listBatches(signal)) {
    if (batch.displayName !== displayName) continue;
    await check.saveJob(kind, { stage: 'created', batch: batch.name });
    return false;
  }
  if (now() - sentAt < CREATE_SETTLE_MS) return false;
  await check.saveJob(kind, { stage: 'planned' });
  return true;
}

/** Waits for the jobs, as long as this call may. */
async function collect(check: Check): Promise<void> {
  const { client, signal, sleep, now, pollMs, waitMs } = check.options;
  const created = JOBS.filter((kind) => check.state.jobs[kind].stage === 'created');
  if (created.length > 0 && !check.state.points.some((one) => one.point === 'batch-list')) {
    await check.point(
      'batch-list',
      'find the jobs in the list of jobs',
      () => names(client.listBatches(signal)),
      {
        judge: (all) =>
          created.flatMap((kind) => {
            const { batch = '' } = check.state.jobs[kind];
            return all.includes(batch) ? [] : [missing(`operations[] with the name ${batch}`)];
          }),
      },
    );
  }
  const deadline = now() + waitMs;
  for (;;) {
    for (const kind of JOBS) if (check.state.jobs[kind].stage === 'created') await look(check, kind);
    const isOpen = JOBS.some((kind) => check.state.jobs[kind].stage === 'created');
    if (!isOpen || now() >= deadline) return;
    await sleep(Math.min(pollMs, deadline - now()));
    signal.throwIfAborted();
  }
}

const ENDED: ReadonlySet<string> = new Set([
  'SUCCEEDED',
  'PARTIALLY_SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'EXPIRED',
]);

async function look(check: Check, kind: JobKind): Promise<void> {
  const { client, signal } = check.options;
  const { batch = '', displayName, model } = check.state.jobs[kind];
  const view = await check.point(
    `batch-${kind}`,
    `get the ${kind} job`,
    async () => {
      const found = await client.getBatch(batch, signal);
      if (found === undefined) throw new Error(`The service does not know ${batch}.`);
      return found;
    },
    { judge: (_view, raw) => jobDeviations(raw, displayName, model) },
  );
  // What could not be read is looked at again, as a run would.
  if (view === undefined || (!ENDED.has(view.state) && view.responsesFile === undefined)) return;
  if (view.responsesFile !== undefined) await download(check, kind, view.responsesFile);
  await check.saveJob(kind, { stage: 'collected' });
}

async function download(check: Check, kind: JobKind, file: string): Promise<void> {
  const { client, folder, signal } = check.options;
  await check.save({ results: [...check.state.results.filter((one) => one !== file), file] });
  await check.point(`result-${kind}`, `get the result file of the ${kind} job`, () =>
    client.findFile(file, signal),
  );
  const path = join(folder, `results-${kind}.jsonl`);
  await rm(path, { force: true });
  const fetchText = async (): Promise<string> => {
    await client.downloadFile(file, path, signal);
    return readFile(path, 'utf8');
  };
  const { key } = check.state.jobs[kind];
  await check.point(`download-${kind}`, `download the result of the ${kind} job`, fetchText, {
    judge: (text) => resultDeviations(text, kind, key),
  });
}

/** Deletes what it uploaded, and looks what the service says of it. */
async function cleanUp(check: Check): Promise<void> {
  const { client, signal } = check.options;
  const { uploads, results } = check.state;
  if (uploads.length > 0) {
    await check.point('delete', 'delete the uploads', async () => {
      for (const name of uploads) await client.deleteFile(name, signal);
      return true;
    });
    const [gone = ''] = uploads;
    await check.point(
      'deleted',
      'get an upload that was deleted',
      async () => {
        if ((await client.findFile(gone, signal)) !== undefined) throw new Error(`${gone} is still there.`);
        return true;
      },
      { statuses: [403] },
    );
  }
  if (results.length > 0) {
    await check.point(
      'delete-result',
      'delete a result file, which the service refuses',
      async () => {
        await client.deleteFile(results[0] ?? '', signal);
        return true;
      },
      { statuses: [400] },
    );
  }
  await check.save({ isOver: true });
}
