import { join } from 'node:path';
import { ItemService } from './answer/item-service.js';
import {
  cancelBatch,
  createBatch,
  deleteBatch,
  getBatch,
  listBatches,
  type CreateSettings,
} from './batches/handlers.js';
import { JobStore } from './batches/job-store.js';
import { movableClock, type MovableClock } from './clock.js';
import { controlRoutes } from './control/routes.js';
import { FaultBook } from './faults/controller.js';
import type { FaultController, RouteName } from './faults/types.js';
import { FileStore } from './files/file-store.js';
import { deleteFile, downloadFile, getFile, listFiles, startUpload, uploadChunk } from './files/handlers.js';
import { Uploads } from './files/uploads.js';
import type { Handler, Services } from './http/context.js';
import { createEmulatorServer } from './http/server.js';
import { LedgerBook } from './ledger/ledger.js';
import type { Ledger } from './ledger/types.js';
import {
  countTokensOf,
  generateContent,
  getModel,
  listModels,
  streamGenerateContent,
} from './models/handlers.js';
import { limitsOf, type EmulatorOptions } from './options.js';
import { seededRandom } from './random.js';
import { StateFolder } from './state-folder.js';

/** A running emulator. */
export interface Emulator {
  /** Base URL for clients, such as `http://127.0.0.1:8787`. */
  readonly url: string;
  readonly port: number;
  /** The seed in use: given again with the same calls, it gives the same ids, orders and chances. */
  readonly seed: number;
  readonly ledger: Ledger;
  readonly faults: FaultController;
  /** Moves the clock on: jobs come due, files expire. */
  advanceClock(ms: number): void;
  /** Stops listening, cuts open connections, and removes the temporary folder if there was one. */
  close(): Promise<void>;
}

/** Longest delay that a Node timer can hold. */
const MAX_TIMER = 2 ** 31 - 1;

/**
 * Starts an emulator in this process.
 * @throws Error when the port is taken or the state directory can't be used
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { clock, folder, ledger, faults, jobs, services, seed } = openServices(options);
  const alarm = new JobAlarm(clock, jobs);
  const jobDuration = options.jobDuration ?? 0;
  const create: CreateSettings = {
    jobDuration,
    jobStartDelay: options.jobStartDelay ?? Math.floor(jobDuration / 3),
    strike: (model, displayName) => faults.strikeJob({ route: 'batches.create', model, displayName }),
    created: (job) => {
      alarm.set(job.dueAt);
    },
  };
  const advanceClock = (ms: number): void => {
    clock.advance(ms);
    jobs.kick();
  };
  const server = createEmulatorServer({
    services,
    handlers: handlersWith(create),
    faults,
    apiKeys: options.apiKeys === undefined ? undefined : new Set(options.apiKeys),
    beside: controlRoutes({ services, faults, seed, advanceClock }),
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  // Jobs of an earlier process on this state go on where the clock says they are.
  for (const job of jobs.all()) if (job.end === undefined) alarm.set(job.dueAt);

  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the emulator listens on no TCP port');
  const { port } = address;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    seed,
    ledger,
    faults,
    advanceClock,
    async close(): Promise<void> {
      alarm.clear();
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      server.closeAllConnections();
      await Promise.all([closed, jobs.close()]);
      folder.close();
    },
  };
}

/** All that the handlers work on, made from the options and from what an earlier process left in the state folder. */
function openServices(options: EmulatorOptions): {
  readonly clock: MovableClock;
  readonly folder: StateFolder;
  readonly ledger: LedgerBook;
  readonly faults: FaultBook;
  readonly jobs: JobStore;
  readonly services: Services;
  readonly seed: number;
} {
  const clock = movableClock(options.clock);
  const folder = StateFolder.open(options.stateDir);
  const { seed, boot } = folder.opened(options.seed);
  const ledgerFile =
    options.ledgerFile ??
    (options.stateDir === undefined ? undefined : join(options.stateDir, 'ledger.ndjson'));
  const ledger = new LedgerBook(ledgerFile);
  const faults = new FaultBook(seed);
  const limits = limitsOf(options.tier ?? 'tier1', options.limits);
  const random = seededRandom(seed, 'ids', boot);
  const files = new FileStore(folder, clock, random);
  const uploads = new Uploads(files, clock, random, limits.maxFileBytes);
  const items = new ItemService(
    files,
    faults,
    {
      pictureFormat: options.pictureFormat ?? 'png',
      heavyPictures: options.heavyPictures ?? false,
      seed,
      boot,
    },
    folder.root,
  );
  const jobs = new JobStore({
    folder,
    files,
    clock,
    random,
    items,
    ledger,
    seed,
    shuffle: options.shuffle ?? true,
    now: () => clock.now(),
    pollPatience: options.pollPatience ?? 15_000,
  });
  const services: Services = {
    clock,
    files,
    uploads,
    jobs,
    items,
    ledger,
    limits,
    fileProcessing: options.fileProcessing ?? 0,
    withoutBatch: new Set(options.withoutBatch),
  };
  return { clock, folder, ledger, faults, jobs, services, seed };
}

/** Wakes the store of jobs when one of them is due. */
class JobAlarm {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #clock: MovableClock;
  readonly #jobs: JobStore;

  constructor(clock: MovableClock, jobs: JobStore) {
    this.#clock = clock;
    this.#jobs = jobs;
  }

  set(time: number): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#jobs.kick();
      },
      Math.min(MAX_TIMER, Math.max(0, time - this.#clock.now())),
    );
    timer.unref();
    this.#timers.add(timer);
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

function handlersWith(create: CreateSettings): Readonly<Record<RouteName, Handler>> {
  return {
    'files.start': startUpload,
    'files.upload': uploadChunk,
    'files.list': listFiles,
    'files.get': getFile,
    'files.delete': deleteFile,
    'files.download': downloadFile,
    'models.list': listModels,
    'models.get': getModel,
    'models.countTokens': countTokensOf,
    'models.generateContent': generateContent,
    'models.streamGenerateContent': streamGenerateContent,
    'batches.create': createBatch(create),
    'batches.list': listBatches,
    'batches.get': getBatch,
    'batches.cancel': cancelBatch,
    'batches.delete': deleteBatch,
  };
}
