import type { Call, Handler } from '../http/context.js';
import { parseBody } from '../http/body.js';
import { pageOf } from '../http/paging.js';
import { json } from '../http/reply.js';
import { livingModel } from '../models/handlers.js';
import {
  failedPrecondition,
  invalidArgument,
  notFound,
  quotaExceeded,
  QUOTA_MESSAGE,
  type WireError,
} from '../wire/errors.js';
import { batchBodySchema } from '../wire/requests.js';
import type { Job } from './job.js';
import type { JobInput } from './job-store.js';
import { surveyFile, tokensOf, type Survey } from './survey.js';

export interface CreateSettings {
  readonly jobDuration: number;
  readonly jobStartDelay: number;
  /** The job fault that strikes a new job, if any. */
  strike(model: string, displayName: string): Job['fault'];
  /** Called with a new job, when its answer is ready. */
  created(job: Job): void;
}

export const createBatch =
  (settings: CreateSettings): Handler =>
  async (call) => {
    const { services } = call;
    const { model, version } = livingModel(call, 'batchGenerateContent');
    const { batch } = parseBody(batchBodySchema, call.body);
    const { displayName, inputConfig, priority } = batch;
    call.note({ displayName });
    const { input, survey, fileName } = await inputOf(call, inputConfig);
    if (survey.requestCount === 0) throw invalidArgument('The batch has no requests.');
    checkLimits(call, model.id, survey);
    const now = services.clock.now();
    const fault = settings.strike(model.id, displayName);
    const job = services.jobs.create(input, {
      owner: call.owner,
      model: model.id,
      version,
      displayName,
      ...(priority === undefined ? {} : { priority: String(priority) }),
      ...(fileName === undefined ? {} : { fileName }),
      ...survey,
      createdAt: now,
      startAt: now + settings.jobStartDelay,
      dueAt: now + settings.jobDuration,
      ...(fault === undefined ? {} : { fault }),
    });
    call.note({ resource: `batches/${job.id}`, displayName });
    // The answer shows the job at its beginning, also if the job is due at once.
    const view = services.jobs.firstView(job);
    settings.created(job);
    return json(view);
  };

type InputConfig = ReturnType<typeof batchBodySchema.parse>['batch']['inputConfig'];

async function inputOf(
  call: Call,
  { fileName, requests }: InputConfig,
): Promise<{ input: JobInput; survey: Survey; fileName?: string }> {
  const { files } = call.services;
  if (fileName !== undefined) {
    const id = fileName.replace(/^files\//, '');
    const file = files.find(call.owner, id);
    if (file === undefined) throw notFound();
    if (!files.isActive(file)) {
      throw failedPrecondition(`The File ${id} is not in an ACTIVE state and usage is not allowed.`);
    }
    const path = files.pathOf(id);
    return { input: { kind: 'file', path }, survey: await surveyFile(path), fileName: `files/${id}` };
  }
  if (requests === undefined) {
    throw invalidArgument("Invalid value at 'batch.input_config': give file_name or requests.");
  }
  const lines = requests.requests.map(({ request, metadata }) => ({
    request,
    ...(metadata === undefined ? {} : { metadata }),
  }));
  return {
    input: { kind: 'lines', lines },
    survey: {
      requestCount: lines.length,
      inputTokens: lines.reduce((sum, { request }) => sum + tokensOf(request), 0),
    },
  };
}

function checkLimits(call: Call, model: string, survey: Survey): void {
  const { jobs, limits } = call.services;
  const open = jobs.open(call.owner);
  if (open.length >= limits.concurrentJobs) throw tooManyJobs();
  const queued = open.filter((job) => job.model === model).reduce((sum, job) => sum + job.inputTokens, 0);
  if (queued + survey.inputTokens > (limits.queuedTokens[model] ?? limits.queuedTokensElse)) {
    throw queuedTokenLimit();
  }
}

export const tooManyJobs = (): WireError => quotaExceeded(QUOTA_MESSAGE, 'BatchJobsConcurrentPerProject');

export const queuedTokenLimit = (): WireError =>
  quotaExceeded(QUOTA_MESSAGE, 'BatchEnqueuedTokensPerModelPerProject');

export const getBatch: Handler = async (call) => {
  const { jobs } = call.services;
  found(call);
  await jobs.settle(call.id);
  return json(await jobs.view(found(call), true));
};

export const listBatches: Handler = async (call) => {
  const { jobs } = call.services;
  jobs.kick();
  const page = pageOf(
    jobs.list(call.owner),
    ({ ordinal, id }) => ({ rank: -ordinal, name: id }),
    call.url.searchParams,
    {
      standard: 10,
      most: 100,
    },
  );
  const operations = await Promise.all(page.items.map((job) => jobs.view(job, false)));
  return json({
    ...(operations.length > 0 ? { operations } : {}),
    ...(page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken }),
  });
};

export const cancelBatch: Handler = (call) => {
  call.services.jobs.cancel(found(call));
  return json({});
};

export const deleteBatch: Handler = (call) => {
  call.services.jobs.remove(found(call));
  return json({});
};

function found(call: Call): Job {
  call.note({ resource: `batches/${call.id}` });
  const job = call.services.jobs.find(call.owner, call.id);
  if (job === undefined) throw notFound();
  return job;
}
