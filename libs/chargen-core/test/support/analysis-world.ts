import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator, type Emulator, type EmulatorOptions } from 'gemini-emulator';
import sharp from 'sharp';
import * as core from '../../src/index.js';
import {
  DEFAULT_SETTINGS,
  FileDigests,
  FoundPictures,
  openGemini,
  Planner,
  REAL_PLACES,
  ResultStore,
  SYSTEM_CLOCK,
  type ChargenSettings,
  type GenerateOptions,
  type Outcome,
  type Places,
  type RunControl,
  type RunEvent,
  type RunReport,
  type World,
} from '../../src/index.js';
import type { Engine } from './run-world.js';
import { analysisFileSchema, type AnalysisFile } from '../../src/recipe/picture-analysis.js';
import { writeRecord } from '../../src/record/write-record.js';

const ADA = `entity_type: character
name: Ada Loom
appearance: A weaver with white hair, a grey apron and a burnt left hand.
references:
  - id: portrait
    path: images/portrait.png
    role: portrait
# Ada's own pictures.
scenes:
  - id: at-the-loom
    title: At the loom
    prompt: Ada throws the shuttle.
    references: [{ path: images/portrait.png }]
  - id: alone
    title: Alone
    prompt: An empty loom in the dark.
    use_traits: false
`;

const MILL = `entity_type: location
name: The Mill
scenes:
  - id: dawn
    title: Dawn
    prompt: A mill at dawn.
`;

const CHAPTER = `entity_type: chapter
name: The Strike
scenes:
  - id: meeting
    title: Meeting
    prompt: The weavers meet.
    references:
      - character: ada
`;

export const FILES = {
  ada: 'content/characters/ada/imagery.yaml',
  portrait: 'content/characters/ada/images/portrait.png',
  sidecar: 'content/characters/ada/images/portrait.analysis.json',
  mill: 'content/locations/mill/imagery.yaml',
  chapter: 'content/chapters/strike/imagery.yaml',
} as const;

export interface Call {
  readonly control?: Partial<RunControl>;
  readonly settings?: Partial<ChargenSettings>;
  readonly places?: Places;
  readonly only?: readonly string[];
  readonly openDoor?: GenerateOptions['openDoor'];
  /** Another version of the engine. */
  readonly engine?: Engine | undefined;
}

export interface Called {
  readonly report: RunReport;
  readonly events: readonly RunEvent[];
  readonly outcomes: Readonly<Record<string, Outcome['kind']>>;
}

export function drawn(colour: string): Promise<Buffer> {
  return sharp({ create: { width: 40, height: 50, channels: 3, background: colour } })
    .png()
    .toBuffer();
}

/** A story world with one portrait, in a temporary folder, and calls of the engine in it over real HTTP. */
export class AnalysisWorld {
  private constructor(
    readonly root: string,
    readonly emulator: Emulator,
  ) {}

  static async with(
    work: (world: AnalysisWorld, emulator: Emulator) => Promise<void>,
    options: { readonly emulator?: EmulatorOptions; readonly files?: Readonly<Record<string, string>> } = {},
  ): Promise<void> {
    const emulator = await startEmulator({ port: 0, seed: 1, ...options.emulator });
    const root = await realpath(await mkdtemp(join(tmpdir(), 'chargen-analysis-')));
    const world = new AnalysisWorld(root, emulator);
    try {
      const files = { [FILES.ada]: ADA, [FILES.mill]: MILL, [FILES.chapter]: CHAPTER, ...options.files };
      await world.write(FILES.portrait, await drawn('#446688'));
      for (const [path, text] of Object.entries(files)) await world.write(path, text);
      await work(world, emulator);
    } finally {
      await emulator.close();
      await rm(root, { recursive: true, force: true });
    }
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  async write(path: string, data: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true });
    await writeFile(this.path(path), data);
  }

  read(path: string): Promise<string> {
    return readFile(this.path(path), 'utf8');
  }

  async edit(path: string, from: string, to: string): Promise<void> {
    const text = await this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not contain "${from}":\n${text}`);
    await this.write(path, text.replace(from, to));
  }

  async files(): Promise<string[]> {
    const entries = await readdir(this.path('content'), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.root.length + 1))
      .sort();
  }

  async sidecar(path: string = FILES.sidecar): Promise<AnalysisFile> {
    return analysisFileSchema.parse(JSON.parse(await this.read(path)));
  }

  /** Uploads that this service saw so far, requests of jobs among them. */
  uploads(): number {
    return this.emulator.ledger.requests().filter((one) => one.route === 'files.start').length;
  }

  async load({ ContentReader: Reader, findImageryFiles: find }: Engine = core): Promise<World> {
    return new Reader(this.root).load(await find(this.root, 'content'), 'content/style.yaml');
  }

  /** Analyzes and, as the plugin's hook does, records. */
  async analyze(call: Call = {}): Promise<Called> {
    const called = await this.#call(call, (call.engine ?? core).analyzePictures);
    if ((call.places ?? REAL_PLACES).mode === 'real') await this.record('analyses');
    return called;
  }

  async generate(call: Call = {}): Promise<Called> {
    const called = await this.#call(call, (call.engine ?? core).generatePictures);
    if ((call.places ?? REAL_PLACES).mode === 'real') await this.record('all');
    return called;
  }

  async record(parts: 'all' | 'analyses'): Promise<string[]> {
    const kinds: string[] = [];
    for (const { entity } of (await this.load()).entities) {
      if (entity !== undefined) kinds.push((await writeRecord(this.root, entity, { parts })).kind);
    }
    return kinds;
  }

  async #call(call: Call, work: (options: GenerateOptions) => Promise<RunReport>): Promise<Called> {
    const world = await this.load(call.engine);
    const events: RunEvent[] = [];
    const report = await work({
      workspaceRoot: this.root,
      world,
      roots: world.entities
        .map((one) => one.folder.root)
        .filter((root) => call.only === undefined || call.only.some((name) => root.endsWith(`/${name}`))),
      settings: { ...DEFAULT_SETTINGS, workspaceId: 'test-world', ...call.settings },
      places: call.places ?? REAL_PLACES,
      control: {
        pollInterval: 5,
        settleMs: 50,
        retryPause: 5,
        waitMs: Number.POSITIVE_INFINITY,
        submit: true,
        maxCost: undefined,
        ...call.control,
      },
      openDoor: call.openDoor ?? (() => openGemini({ apiKey: 'a key', baseUrl: this.emulator.url })),
      listener: (event) => events.push(event),
      onEntity: () => undefined,
      onPlan: () => undefined,
      signal: new AbortController().signal,
      clock: SYSTEM_CLOCK,
    });
    const scenes = report.entities.flatMap((entity) => entity.scenes);
    return {
      report,
      events,
      outcomes: Object.fromEntries(scenes.map((one) => [one.scene, one.outcome.kind])),
    };
  }

  /** Key, prompt and its sources of every scene, as a plan would tell them. */
  async plans(
    settings: Partial<ChargenSettings> = {},
  ): Promise<Map<string, { key: string | undefined; text: string; sources: string[] }>> {
    const world = await this.load();
    const digests = await FileDigests.open(this.root);
    const planner = new Planner({
      world,
      settings: { ...DEFAULT_SETTINGS, ...settings },
      places: REAL_PLACES,
      store: new ResultStore(this.path('.chargen/store')),
      digests,
      found: new FoundPictures(world, REAL_PLACES, digests),
    });
    const plans = new Map<string, { key: string | undefined; text: string; sources: string[] }>();
    for (const { entity } of world.entities) {
      for (const scene of entity?.scenes ?? []) {
        if (entity === undefined) continue;
        const { name, key, prompt } = await planner.plan(entity, scene);
        plans.set(name, {
          key,
          text: prompt.text,
          sources: prompt.sections.map((section) => `${section.section}: ${section.source}`),
        });
      }
    }
    return plans;
  }
}
