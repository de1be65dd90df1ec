import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import {
  ContentReader,
  DEFAULT_SETTINGS,
  findImageryFiles,
  generatePictures,
  openDoorFromEnvironment,
  REAL_PLACES,
  RunDirectories,
  runControl,
  Selection,
  SYSTEM_CLOCK,
} from 'chargen-core';
import { Service } from '../../../../test/support/service.js';
import { drawnPicture } from '../../../../test/support/small-world.js';
import { TestWorkspace, type WorkspaceOptions } from '../../../../test/support/workspace.js';
import type { GalleryWorkspace } from '../../src/data/collect.js';

export const HOSTILE = `</script><img src=x onerror="document.title='owned'"><svg onload=alert(1)>'"\`\${1}`;

const IONE = `entity_type: character
name: Ione Marsh
description: The ferrywoman of the low quay.
tags: [ferry]
appearance: A ferrywoman with grey braids and a red scarf.
references:
  - id: portrait
    path: images/portrait.png
    role: portrait
scenes:
  - id: at-the-oar
    title: At the oar
    tags: [fog]
    prompt: Ione pulls one long oar through fog.
    aspect_ratio: "3:4"
    references:
      - path: images/portrait.png
  # The lamp is the one from the first chapter.
  - id: lamp
    title: The lamp
    tags: [fog, night]
    prompt: >
      Ione lifts a lamp to look at a stranger, who stands on the quay with his back to the water and
      does not turn around.
    aspect_ratio: "16:9"
    references:
      - path: images/portrait.png
  - id: toll
    title: The toll
    prompt: Ione takes a coin from a drowned hand. [[refuse:IMAGE_SAFETY]]
  - id: storm
    title: The storm
    prompt: Ione rows into a storm. [[error:13]]
  - id: asleep
    title: Asleep
    prompt: Ione sleeps in the ferry.
    locked: true
`;

const QUAY = `entity_type: location
name: The Low Quay
scenes:
  - id: establishing
    title: The quay at dawn
    prompt: A low stone quay in fog, one ferry tied up.
    aspect_ratio: "16:9"
  - id: repainted
    title: The quay repainted
    prompt: The same quay by lamplight.
`;

const CHAPTER = `entity_type: chapter
name: The First Crossing
scenes:
  - id: departure
    title: Departure
    prompt: The ferry leaves the quay.
    references:
      - character: ione
  - id: hostile
    title: ${JSON.stringify(HOSTILE)}
    prompt: ${JSON.stringify(`A prompt ${HOSTILE}`)}
    tags: [${JSON.stringify(HOSTILE)}]
`;

/** Scenes that are added after the runs, so that they are still to be made. */
const LATER = `  - id: arrival
    title: Arrival
    prompt: The ferry arrives.
  - id: after-arrival
    title: After the arrival
    prompt: The quay is empty again.
    references:
      - scene: arrival
  - id: old-model
    title: An old model
    prompt: Painted by a model that is gone.
    model: gemini-2.5-flash-image-preview
`;

const SETTINGS = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };

export const FILES = {
  ione: 'content/characters/ione/imagery.yaml',
  quay: 'content/locations/low-quay/imagery.yaml',
  chapter: 'content/chapters/first-crossing/imagery.yaml',
  broken: 'content/characters/half-written/imagery.yaml',
} as const;

/** What the task of Nx does, in this process: the runs are the ground that tests stand on, not what they test. */
async function generate(files: TestWorkspace, scenes?: readonly string[]): Promise<void> {
  const environment = files.environment();
  const imagery = await findImageryFiles(files.root, 'content');
  const world = new ContentReader(files.root).load(imagery, 'content/style.yaml');
  await generatePictures({
    workspaceRoot: files.root,
    world,
    roots: world.entities.map((one) => one.folder.root),
    settings: SETTINGS,
    selection: scenes === undefined ? undefined : new Selection(scenes),
    places: REAL_PLACES,
    control: runControl(environment, SETTINGS),
    openDoor: () => openDoorFromEnvironment(environment, 'generate'),
    listener: () => undefined,
    onEntity: () => undefined,
    onPlan: () => undefined,
    signal: new AbortController().signal,
    clock: SYSTEM_CLOCK,
  });
}

/** What `analyze` would leave beside the portrait: where and by what it was made is that of a picture of the run. */
async function analyzePortrait(files: TestWorkspace): Promise<void> {
  const images = 'content/characters/ione/images';
  const made: unknown = JSON.parse(await files.read(`${images}/lamp.recipe.json`));
  if (typeof made !== 'object' || made === null) throw new Error('The recipe is no object.');
  const sha256 = createHash('sha256')
    .update(await files.bytes(`${images}/portrait.png`))
    .digest('hex');
  const analysis = {
    ...made,
    kind: 'analyzed',
    picture: { path: 'images/portrait.png', sha256, mimeType: 'image/png' },
    analysis: {
      alt_text: 'A ferrywoman looks up.',
      canon: {
        matches: false,
        confidence: 0.9,
        verified_features: ['grey braids'],
        contradictions: ['the scarf is blue'],
      },
    },
  };
  await files.write(`${images}/portrait.analysis.json`, JSON.stringify(analysis));
}

async function runsIn(files: TestWorkspace): Promise<string[]> {
  const names = await readdir(files.path('.chargen', 'batch'));
  return names.filter((name) => /^\d{4}-/.test(name)).sort();
}

/** A world after two real runs, with a scene in every state that the gallery knows. */
export class GalleryWorld {
  private constructor(
    readonly files: TestWorkspace,
    readonly service: Service,
    /** Oldest first. */
    readonly runs: readonly string[],
  ) {}

  static async create(): Promise<GalleryWorld> {
    const service = await Service.start();
    const files = await TestWorkspace.create({
      files: {
        'content/style.yaml': 'style: Ink and watercolour on rough paper.\n',
        [FILES.ione]: IONE,
        'content/characters/ione/images/portrait.png': await drawnPicture('#884422'),
        [FILES.quay]: QUAY,
        [FILES.chapter]: CHAPTER,
      },
    });
    service.serve(files);
    await generate(files);
    const first = await runsIn(files);
    await files.edit(FILES.ione, 'lifts a lamp to look', 'lowers a lantern, only to look');
    await generate(files);
    await files.edit(FILES.chapter, '  - id: hostile\n', `${LATER}  - id: hostile\n`);
    await files.write(
      'content/chapters/first-crossing/images/preview/arrival.png',
      await drawnPicture('#335577', 64, 64),
    );
    await files.write(
      'content/locations/low-quay/images/repainted.png',
      await drawnPicture('#aa2222', 80, 80),
    );
    await analyzePortrait(files);
    await files.write(FILES.broken, 'entity_type: character\nname: Half Written\nscenes:\n  - id: "open\n');
    // Two runs may have begun in the same second, which is all that their names say.
    const later = (await runsIn(files)).filter((name) => !first.includes(name));
    return new GalleryWorld(files, service, [...first, ...later]);
  }

  /** A world of these files, in which nothing was made yet. */
  static async of(
    files: NonNullable<WorkspaceOptions['files']>,
    gitignore: readonly string[] = [],
  ): Promise<GalleryWorld> {
    const service = await Service.start();
    const workspace = await TestWorkspace.create({ files, gitignore });
    service.serve(workspace);
    return new GalleryWorld(workspace, service, []);
  }

  /** What a teammate has of it: what was committed. */
  async clone(): Promise<GalleryWorld> {
    const files = await this.files.clone();
    this.service.serve(files);
    return new GalleryWorld(files, this.service, []);
  }

  /** A run in this process, of all scenes or of these. */
  generate(scenes?: readonly string[]): Promise<void> {
    return generate(this.files, scenes);
  }

  /** The sample world of the repository, with each of its 37 pictures made, and a second take of one. */
  static async sample(): Promise<GalleryWorld> {
    const service = await Service.start();
    const files = await TestWorkspace.create({ sample: true });
    service.serve(files);
    const quay = 'content/locations/lantern-quay/imagery.yaml';
    await files.edit(quay, '  - id: establishing\n', '  - id: establishing\n    takes: 2\n');
    await generate(files);
    return new GalleryWorld(files, service, []);
  }

  /** Writes a run whose one job has been at Google since `createdAt`. */
  async addJobAtGoogle(keys: readonly string[], createdAt: string): Promise<string> {
    const runId = '2026-11-28T14-02-00Z-abcdef';
    await new RunDirectories(this.files.path('.chargen', 'batch')).directory(runId).writeState({
      v: 1,
      runId,
      workspaceId: 'test-world',
      kind: 'generate',
      keyFingerprint: 'a',
      phase: 'running',
      createdAt,
      updatedAt: createdAt,
      jobs: [
        {
          n: 1,
          displayName: 'one',
          model: SETTINGS.generationModel,
          keys: [...keys],
          foreign: false,
          stage: 'submitted',
          uploads: [],
          batch: 'batches/1',
          remote: { state: 'RUNNING', rawState: '', polledAt: 0, unchangedSince: 0, createdAt },
          tokens: 1,
          costHigh: 1,
        },
      ],
      failures: [],
    });
    return runId;
  }

  get workspace(): GalleryWorkspace {
    return {
      root: this.files.root,
      contentRoot: 'content',
      styleFile: 'content/style.yaml',
      settings: SETTINGS,
      generateTarget: 'generate',
    };
  }

  async remove(): Promise<void> {
    await this.service.close();
    await this.files.remove();
  }
}
