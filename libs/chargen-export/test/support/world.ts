import { createHash } from 'node:crypto';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  findImageryFiles,
  generatePictures,
  openDoorFromEnvironment,
  REAL_PLACES,
  runControl,
  SYSTEM_CLOCK,
  type World,
} from 'chargen-core';
import { onTestFinished } from 'vitest';
import { Service } from '../../../../test/support/service.js';
import { drawnPicture } from '../../../../test/support/small-world.js';
import { TestWorkspace, type WorkspaceOptions } from '../../../../test/support/workspace.js';
import { exportWorld, type ExportOutcome } from '../../src/index.js';
import { DEFAULT_EXPORT_OPTIONS, type ExportOptions } from '../../src/options.js';

const IONE = `entity_type: character
name: Ione Marsh
tags: [ferry]
scenes:
  - id: at-the-oar
    title: At the oar
    alt_text: 'A ferrywoman pulls one oar <in fog> & "rain".'
    tags: [fog]
    prompt: Ione pulls one long oar through fog.
    aspect_ratio: "16:9"
  - id: lamp
    title: The lamp
    prompt: Ione lifts a lamp to look at a stranger.
  - id: toll
    title: The toll
    prompt: Ione takes a coin from a drowned hand. [[refuse:IMAGE_SAFETY]]
  - id: drawn
    title: Drawn by hand
    prompt: Ione, as her author draws her.
    locked: true
`;

const CHAPTER = `entity_type: chapter
name: The First Crossing
chapter_number: 2
scenes:
  - id: departure
    title: Departure
    prompt: The ferry leaves the quay.
`;

const EARLIER = `entity_type: chapter
name: Before the Ferry
scenes:
  - id: ford
    title: The ford
    prompt: People wade through a river.
`;

export const FILES = {
  ione: 'content/characters/ione/imagery.yaml',
  images: 'content/characters/ione/images',
  chapter: 'content/chapters/crossing/imagery.yaml',
  earlier: 'content/chapters/ch01-before-the-ferry/imagery.yaml',
} as const;

/** A world of so many pictures that an author drew. */
export async function drawnWorld(count: number): Promise<TestWorkspace> {
  const ids = Array.from({ length: count }, (_, n) => `drawn-${String(n)}`);
  const scenes = ids
    .map((id) => `  - {id: ${id}, title: ${id}, prompt: A picture., locked: true}\n`)
    .join('');
  const picture = await drawnPicture('#2255aa');
  return TestWorkspace.create({
    files: {
      'content/characters/ada/imagery.yaml': `entity_type: character\nname: Ada\nscenes:\n${scenes}`,
      ...Object.fromEntries(ids.map((id) => [`content/characters/ada/images/${id}.png`, picture])),
    },
  });
}

/** The same for one test alone. */
export async function ownWorld(): Promise<TestWorkspace> {
  const { files, remove } = await generatedWorld();
  onTestFinished(remove);
  return files;
}

export interface GeneratedWorld {
  readonly files: TestWorkspace;
  readonly remove: () => Promise<void>;
}

/** A world after a real run: pictures that are done, one refused, one that its author drew. */
export async function generatedWorld(options: Omit<WorkspaceOptions, 'files'> = {}): Promise<GeneratedWorld> {
  const service = await Service.start();
  const files = await TestWorkspace.create({
    ...options,
    files: {
      'content/style.yaml':
        'style: Ink on rough paper.\ncreator: Low Quay Press\ncredit: "Low Quay Press / Ione"\n',
      [FILES.ione]: IONE,
      [`${FILES.images}/drawn.png`]: await drawnPicture('#cc3311', 300, 200),
      [FILES.chapter]: CHAPTER,
      [FILES.earlier]: EARLIER,
    },
  });
  service.serve(files);
  await generate(files);
  await service.close();
  return { files, remove: () => files.remove() };
}

export async function worldOf(files: TestWorkspace): Promise<World> {
  const imagery = await findImageryFiles(files.root, 'content');
  return new ContentReader(files.root).load(imagery, 'content/style.yaml');
}

/** What the task of Nx does, in this process. */
async function generate(files: TestWorkspace): Promise<void> {
  const environment = files.environment();
  const world = await worldOf(files);
  await generatePictures({
    workspaceRoot: files.root,
    world,
    roots: world.entities.map((one) => one.folder.root),
    settings: DEFAULT_SETTINGS,
    places: REAL_PLACES,
    control: runControl(environment, DEFAULT_SETTINGS),
    openDoor: () => openDoorFromEnvironment(environment, 'generate'),
    listener: () => undefined,
    onEntity: () => undefined,
    onPlan: () => undefined,
    signal: new AbortController().signal,
    clock: SYSTEM_CLOCK,
  });
}

/** What the task `export` does, for all entities; by id. */
export async function exportAll(
  files: TestWorkspace,
  options: Partial<ExportOptions> = {},
): Promise<Map<string, ExportOutcome>> {
  const outcomes = new Map<string, ExportOutcome>();
  await exportWorld({
    workspaceRoot: files.root,
    world: await worldOf(files),
    settings: DEFAULT_SETTINGS,
    options: { ...DEFAULT_EXPORT_OPTIONS, widths: [200, 400, 5000], ...options },
    onEntity: (loaded, outcome) => {
      outcomes.set(loaded.id, outcome);
    },
  });
  return outcomes;
}

export function fileOf(
  outcomes: ReadonlyMap<string, ExportOutcome>,
  id: string,
): Extract<ExportOutcome, { kind: 'exported' }> {
  const outcome = outcomes.get(id);
  if (outcome?.kind !== 'exported') throw new Error(`${id} was not exported: ${JSON.stringify(outcome)}`);
  return outcome;
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
