import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator, type Emulator, type EmulatorOptions } from 'gemini-emulator';
import sharp from 'sharp';
import * as core from '../../src/index.js';
import {
  cancelRun,
  DEFAULT_SETTINGS,
  openGemini,
  REAL_PLACES,
  ResultStore,
  SYSTEM_CLOCK,
  type ChargenSettings,
  type Clock,
  type GeminiDoor,
  type Outcome,
  type RunControl,
  type RunEvent,
  type RunReport,
  type Selection,
  type World,
} from '../../src/index.js';
import type { GenerateOptions } from '../../src/pipeline/options.js';
import type { GeneratePlan } from '../../src/report/outcome.js';
import { recipeSchema } from '../../src/recipe/recipe.js';
import type { CancelReport } from '../../src/run/cancel-run.js';

const MIRA = `entity_type: character
name: Mira
references:
  - id: portrait
    path: images/portrait.png
    role: portrait
scenes:
  - id: first
    title: First
    prompt: Mira mends a net.
    references: [{ path: images/portrait.png }]
  - id: second
    title: Second
    prompt: Mira counts the catch.
    references: [{ path: images/portrait.png }]
  - id: third
    title: Third
    # The same request as the second: one line, one price, two pictures.
    prompt: Mira counts the catch.
    references: [{ path: images/portrait.png }]
`;

const HARBOUR = `entity_type: location
name: The Harbour
scenes:
  - id: dawn
    title: Dawn
    prompt: A harbour at dawn.
`;

const CHAPTER = `entity_type: chapter
name: The Storm
scenes:
  - id: leaving
    title: Leaving
    prompt: The boat leaves the harbour.
    references:
      - character: mira
        scene: first
      - location: harbour
        scene: dawn
  - id: wreck
    title: Wreck
    prompt: A wreck on the rocks.
`;

export const FILES = {
  mira: 'content/characters/mira/imagery.yaml',
  portrait: 'content/characters/mira/images/portrait.png',
  harbour: 'content/locations/harbour/imagery.yaml',
  chapter: 'content/chapters/storm/imagery.yaml',
} as const;

/** Scenes of the world, and the distinct requests that they make: two ask for the same, one waits for two others. */
export const SCENES = 6;
export const KEYS = 5;

export interface GenerateCall {
  readonly control?: Partial<RunControl>;
  readonly settings?: Partial<ChargenSettings>;
  /** Names of entities, as their folders are called; all of them where left out. */
  readonly only?: readonly string[];
  readonly selection?: Selection | undefined;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly key?: string;
  readonly door?: (door: GeminiDoor) => GeminiDoor;
  /**
   * An hour passes at the service with each look at a job or at the list of jobs. If hours passed by a timer, a slow
   * machine would see files expire in the middle of a run.
   */
  readonly hoursPass?: boolean;
  readonly onEvent?: (event: RunEvent) => void;
  readonly onPlan?: (plan: GeneratePlan) => void;
  /** What was kept of entities in which nothing is to be done. */
  readonly kept?: GenerateOptions['kept'];
  /** Another version of the engine. */
  readonly engine?: Engine;
}

export interface CancelCall {
  readonly andRetry?: boolean;
  readonly signal?: AbortSignal;
  readonly door?: (door: GeminiDoor) => GeminiDoor;
}

/** What a call takes from the engine. */
export type Engine = Pick<
  typeof core,
  'ContentReader' | 'findImageryFiles' | 'generatePictures' | 'analyzePictures' | 'openGemini'
>;

export interface Called {
  readonly report: RunReport;
  readonly events: readonly RunEvent[];
}

/** A small story world in a temporary folder, and calls of the engine in it. */
export class RunWorld {
  private constructor(
    readonly root: string,
    readonly emulator: Emulator,
  ) {}

  static async create(emulator: Emulator, files: Readonly<Record<string, string>> = {}): Promise<RunWorld> {
    const world = new RunWorld(await realpath(await mkdtemp(join(tmpdir(), 'chargen-run-'))), emulator);
    const portrait = await sharp({ create: { width: 40, height: 50, channels: 3, background: '#446688' } })
      .png()
      .toBuffer();
    await world.write(FILES.mira, MIRA);
    await world.write(FILES.harbour, HARBOUR);
    await world.write(FILES.chapter, CHAPTER);
    await world.write(FILES.portrait, portrait);
    for (const [path, text] of Object.entries(files)) await world.write(path, text);
    return world;
  }

  /** The same world on another machine: what authors wrote and, where asked for, what was made; never the state. */
  async clone(withPictures = false): Promise<RunWorld> {
    const other = new RunWorld(
      await realpath(await mkdtemp(join(tmpdir(), 'chargen-clone-'))),
      this.emulator,
    );
    await cp(this.path('content'), other.path('content'), {
      recursive: true,
      filter: (source) => withPictures || !/images\/(?!portrait)[^/]+\.(?:png|jpg|webp|json)$/.test(source),
    });
    return other;
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  async write(path: string, data: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true });
    await writeFile(this.path(path), data);
  }

  async load({ ContentReader: Reader, findImageryFiles: find }: Engine = core): Promise<World> {
    return new Reader(this.root).load(await find(this.root, 'content'), undefined);
  }

  async generate(call: GenerateCall = {}): Promise<Called> {
    const { engine = core } = call;
    const world = await this.load(engine);
    const roots = world.entities
      .map((one) => one.folder.root)
      .filter((root) => call.only === undefined || call.only.some((name) => root.endsWith(`/${name}`)));
    const events: RunEvent[] = [];
    const report = await engine.generatePictures({
      workspaceRoot: this.root,
      world,
      roots,
      selection: call.selection,
      kept: call.kept,
      settings: { ...DEFAULT_SETTINGS, workspaceId: 'test-world', ...call.settings },
      places: REAL_PLACES,
      control: {
        pollInterval: 5,
        settleMs: 40,
        retryPause: 2,
        waitMs: 20_000,
        submit: true,
        maxCost: undefined,
        ...call.control,
      },
      openDoor: async () => {
        const opened = await engine.openGemini({
          apiKey: call.key ?? 'test-key-1',
          baseUrl: this.emulator.url,
        });
        const door = call.hoursPass === true ? anHourAtEachLook(this.emulator, opened) : opened;
        return call.door?.(door) ?? door;
      },
      listener: (event) => {
        events.push(event);
        call.onEvent?.(event);
      },
      onEntity: () => undefined,
      onPlan: call.onPlan ?? (() => undefined),
      signal: call.signal ?? new AbortController().signal,
      clock: call.clock ?? SYSTEM_CLOCK,
    });
    return { report, events };
  }

  /** What `chargen cancel` does of a run. */
  cancel(runId: string, call: CancelCall = {}): Promise<CancelReport> {
    return cancelRun({
      workspaceRoot: this.root,
      batchFolder: this.path('.chargen/batch'),
      runId,
      settings: { ...DEFAULT_SETTINGS, workspaceId: 'test-world' },
      store: new ResultStore(this.path('.chargen/store')),
      openDoor: async () => {
        const door = await openGemini({ apiKey: 'test-key-1', baseUrl: this.emulator.url });
        return call.door?.(door) ?? door;
      },
      listener: () => undefined,
      signal: call.signal ?? new AbortController().signal,
      clock: SYSTEM_CLOCK,
      settleMs: 30,
      retryPause: 2,
      ...(call.andRetry === undefined ? {} : { andRetry: call.andRetry }),
    });
  }

  /** Recipes of the world by scene, each proven to be that of the bytes beside it. */
  async pictures(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const folder of ['characters/mira', 'locations/harbour', 'chapters/storm']) {
      const images = this.path('content', folder, 'images');
      for (const name of await readdir(images).catch(() => [])) {
        if (!name.endsWith('.recipe.json')) continue;
        const recipe = recipeSchema.parse(JSON.parse(await readFile(join(images, name), 'utf8'))).picture;
        const bytes = await readFile(join(images, recipe.file));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        if (sha256 !== recipe.sha256)
          throw new Error(`${folder}/${name} is not the recipe of ${recipe.file}.`);
        found.set(`${folder.split('/')[1] ?? ''}/${name.replace('.recipe.json', '')}`, sha256);
      }
    }
    return found;
  }

  /** Every file below a folder of the workspace, relative to the workspace. */
  async files(folder = '.'): Promise<string[]> {
    const entries = await readdir(this.path(folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.root.length + 1))
      .sort();
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

export function outcomes(report: RunReport): Record<string, Outcome['kind']> {
  const scenes = report.entities.flatMap((entity) => entity.scenes);
  return Object.fromEntries(scenes.map((one) => [one.scene.split('/').slice(1).join('/'), one.outcome.kind]));
}

/** Keys that the service billed more than once; none, where nothing was paid twice. */
export function paidTwice(emulator: Emulator): string[] {
  return emulator.ledger.duplicates().map((one) => one.hash);
}

export function uploadsLeft(emulator: Emulator, key = 'test-key-1'): Promise<string[]> {
  return fetch(`${emulator.url}/v1beta/files?pageSize=100`, { headers: { 'x-goog-api-key': key } })
    .then((response) => response.json() as Promise<{ files?: { displayName?: string; source?: string }[] }>)
    .then(({ files = [] }) =>
      files.flatMap((file) => (file.source === 'UPLOADED' ? [file.displayName ?? ''] : [])),
    );
}

/** An emulator and a world in it; both go when the test ends. */
export async function withWorld(
  options: EmulatorOptions,
  test: (world: RunWorld, emulator: Emulator) => Promise<void>,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const emulator = await startEmulator({ seed: 7, ...options });
  const world = await RunWorld.create(emulator, files);
  try {
    await test(world, emulator);
  } finally {
    await world.remove();
    await emulator.close();
  }
}

function anHourAtEachLook(emulator: Emulator, door: GeminiDoor): GeminiDoor {
  const anHour = (): void => {
    emulator.advanceClock(3_600_000);
  };
  return doorWith(door, {
    getBatch: (name, signal) => {
      anHour();
      return door.getBatch(name, signal);
    },
    listBatches: (signal) => {
      anHour();
      return door.listBatches(signal);
    },
  });
}

/** A door of which some methods are replaced. */
export function doorWith(real: GeminiDoor, replaced: Partial<GeminiDoor>): GeminiDoor {
  return {
    keyFingerprint: real.keyFingerprint,
    baseUrl: real.baseUrl,
    uploadFile: (upload, signal) => real.uploadFile(upload, signal),
    findFile: (name, signal) => real.findFile(name, signal),
    deleteFile: (name, signal) => real.deleteFile(name, signal),
    listFiles: (signal) => real.listFiles(signal),
    createBatch: (request, signal) => real.createBatch(request, signal),
    getBatch: (name, signal) => real.getBatch(name, signal),
    listBatches: (signal) => real.listBatches(signal),
    cancelBatch: (name, signal) => real.cancelBatch(name, signal),
    downloadFile: (name, path, signal) => real.downloadFile(name, path, signal),
    findModel: (id, signal) => real.findModel(id, signal),
    listModels: (signal) => real.listModels(signal),
    generateNow: (model, request, signal) => real.generateNow(model, request, signal),
    ...replaced,
  };
}
