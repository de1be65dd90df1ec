import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkWorld,
  paidAnswers,
  planWorld,
  REAL_PLACES,
  Selection,
  sharedStoreFrom,
  type SharedStoreSettings,
} from 'chargen-core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cases } from '../../../test/support/long.js';
import { drawnPicture } from '../../../test/support/small-world.js';
import { GalleryReader } from '../src/data/collect.js';
import type {
  Applied,
  Change,
  Proposal,
  Reviewed,
  RunPlan,
  RunStatus,
  SettledEdit,
  UsedTake,
} from '../src/protocol.js';
import { NxRun } from '../src/server/nx-run.js';
import { planOfRun } from '../src/server/run-plan.js';
import { serveGallery } from '../src/server/serve.js';
import { GalleryWorld } from './support/gallery-world.js';

const FILE = 'content/characters/ione/imagery.yaml';
const IMAGES = 'content/characters/ione/images';
/** The lamp shows the portrait, so that what is chosen for one decides about the other. */
const IONE = `entity_type: character
name: Ione Marsh
scenes:
  - id: portrait
    title: Portrait
    prompt: Ione looks up.
    takes: 2
  - id: lamp
    title: The lamp
    prompt: Ione lifts a lamp.
    references:
      - scene: portrait
  - id: oar
    title: At the oar
    prompt: Ione pulls one long oar.
`;
const IDS = ['portrait', 'lamp', 'oar'] as const;
type Id = (typeof IDS)[number];

const nameOf = (id: Id): string => `character/ione/${id}`;

/** A page, as far as its server sees it: it knows how each of its steps is taken back. */
class Desk {
  readonly #undo: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly world: GalleryWorld,
    readonly url: URL,
  ) {}

  static async open(world: GalleryWorld, remote?: SharedStoreSettings): Promise<Desk> {
    const options = { workspace: world.workspace, env: world.files.environment(), remote, now: Date.now };
    const served = await serveGallery(options);
    onTestFinished(() => served.close());
    return new Desk(world, new URL(served.url));
  }

  async post<T>(name: string, body: unknown): Promise<T> {
    const { origin, pathname } = this.url;
    const token = pathname.split('/')[1] ?? '';
    const answer = await fetch(`${origin}/${token}/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as T;
  }

  picture(id: Id): string {
    return this.world.files.path(IMAGES, `${id}.png`);
  }

  async review(id: Id, state: 'approved' | 'rejected' | 'unreviewed'): Promise<void> {
    const seen = createHash('sha256')
      .update(await this.world.files.bytes(`${IMAGES}/${id}.png`))
      .digest('hex');
    const order = { scene: nameOf(id), seen, note: state === 'rejected' ? 'too dark' : '' };
    const outcome = await this.post<Reviewed>('review', { orders: [{ ...order, state }] });
    expect(outcome).toMatchObject({ kind: 'reviewed', refused: [] });
    const back = { ...order, note: '', state: 'unreviewed' };
    this.#undo.push(() => this.post('review', { orders: [back] }));
  }

  async change(change: Change): Promise<void> {
    const proposal = await this.post<Proposal>('propose', { change });
    if (proposal.kind !== 'proposed') return;
    const applied = await this.post<Applied>('apply', { change, digest: proposal.digest });
    expect(applied).toEqual({ kind: 'applied', file: FILE });
    if (change.kind !== 'lock') return;
    this.#undo.push(() => this.change({ ...change, locked: !change.locked }));
  }

  async use(id: Id, take: number): Promise<UsedTake> {
    const outcome = await this.post<UsedTake>('use', { scene: nameOf(id), take });
    if (outcome.kind === 'used') {
      const { before } = outcome;
      this.#undo.push(() => this.post('use', { scene: nameOf(id), take: before }));
    }
    return outcome;
  }

  async paintOver(id: Id, choice: 'keep' | 'discard'): Promise<void> {
    await this.world.files.write(`${IMAGES}/${id}.png`, await drawnPicture('#aa3311', 64, 64));
    await this.post<SettledEdit>('edited', { scene: nameOf(id), choice });
  }

  async undo(): Promise<void> {
    await this.#undo.pop()?.();
  }

  /** The run that the plan was for: it bills what the plan said. */
  async run(ids: readonly Id[]): Promise<void> {
    const scenes = ids.map(nameOf);
    const plan = await this.post<RunPlan>('plan', { scenes });
    if (plan.edited.length > 0) return;
    const before = this.world.service.billed().length;
    await this.world.generate(scenes);
    expect(this.world.service.billed()).toHaveLength(before + plan.requests);
  }

  /** What `check` calls an error, and recipes whose picture is another. */
  async wrong(): Promise<string[]> {
    const { root, settings } = this.world.workspace;
    const world = await new GalleryReader(this.world.workspace).world();
    const found = await checkWorld({ workspaceRoot: root, world, settings, places: REAL_PLACES });
    return found.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  }

  async keys(): Promise<string[]> {
    const world = await new GalleryReader(this.world.workspace).world();
    const context = { workspaceRoot: this.world.files.root, places: REAL_PLACES, world };
    return [...new Set((await paidAnswers(context, world.entities)).map(({ key }) => key))].sort();
  }
}

type Act = (desk: Desk) => Promise<unknown>;

const id = fc.constantFrom(...IDS);
const ifMade =
  (scene: Id, act: Act): Act =>
  async (desk) =>
    existsSync(desk.picture(scene)) && act(desk);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc
    .tuple(id, fc.constantFrom('approved', 'rejected', 'unreviewed'))
    .map(([scene, state]) => ifMade(scene, (desk) => desk.review(scene, state))),
  fc.tuple(id, fc.constantFrom('reroll', 'reject', 'lock', 'unlock')).map(
    ([one, kind]) =>
      (desk: Desk) =>
        desk.change(changeOf(nameOf(one), kind)),
  ),
  fc.tuple(id, fc.integer({ min: 1, max: 3 })).map(
    ([one, take]) =>
      (desk: Desk) =>
        desk.use(one, take),
  ),
  fc
    .tuple(id, fc.constantFrom('keep', 'discard'))
    .map(([one, choice]) => ifMade(one, (desk) => desk.paintOver(one, choice))),
  fc.constant((desk: Desk) => desk.undo()),
  fc.subarray([...IDS], { minLength: 1 }).map((ids) => (desk: Desk) => desk.run(ids)),
);

function changeOf(scene: string, kind: 'reroll' | 'reject' | 'lock' | 'unlock'): Change {
  switch (kind) {
    case 'reroll':
      return { kind, scene };
    case 'reject':
      return { kind, scene, note: 'too dark: "no lamp" # at all' };
    case 'lock':
    case 'unlock':
      return { kind: 'lock', scene, locked: kind === 'lock' };
  }
}

describe('the routes of the desk', () => {
  it(
    'leave files that check accepts after any sequence of steps and runs, and a bill of the distinct keys',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 9 }), async (acts) => {
          const world = await GalleryWorld.of({ [FILE]: IONE });
          try {
            const desk = await Desk.open(world);
            await desk.run(IDS);
            for (const one of acts) {
              await one(desk);
              expect(await desk.wrong()).toEqual([]);
            }
            const billed = world.service.billed().map((name) => name.slice(name.lastIndexOf(':') + 1));
            expect(billed.sort()).toEqual(await desk.keys());
          } finally {
            await world.remove();
          }
        }),
        { numRuns: cases(1, 30) },
      );
    },
    cases(180_000, 3_600_000),
  );

  it('fetch a take from the shared store if its bytes are not here, and pay nothing', async () => {
    const world = await GalleryWorld.of({ [FILE]: IONE }, ['**/images/takes/']);
    onTestFinished(() => world.remove());
    const shared = await mkdtemp(join(tmpdir(), 'chargen-shared-'));
    onTestFinished(() => rm(shared, { recursive: true, force: true }));
    Object.assign(world.files.env, { CHARGEN_STORE_REMOTE: shared });
    await world.generate();
    await world.files.commit('the pictures');
    const billed = world.service.billed().length;

    const clone = await world.clone();
    onTestFinished(() => clone.files.remove());
    const alone = await Desk.open(clone);
    expect(await alone.use('portrait', 2)).toMatchObject({ kind: 'refused' });
    const before = await clone.files.bytes(`${IMAGES}/portrait.png`);
    const desk = await Desk.open(clone, sharedStoreFrom({ CHARGEN_STORE_REMOTE: shared }));
    expect(await desk.use('portrait', 2)).toMatchObject({
      kind: 'used',
      before: 1,
      message: expect.stringContaining('Shown by character/ione/lamp') as string,
    });
    expect(await clone.files.bytes(`${IMAGES}/portrait.png`)).not.toEqual(before);
    expect(await readdir(clone.files.path(IMAGES, 'takes'))).toContain('portrait@1.png');
    await desk.undo();
    expect(await clone.files.bytes(`${IMAGES}/portrait.png`)).toEqual(before);
    expect(world.service.billed()).toHaveLength(billed);

    await rm(shared, { recursive: true });
    const lost = await desk.use('portrait', 7);
    expect(lost).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('was never made') as string,
    });
  });
});

describe('the plan of a run', () => {
  it('names every take, by what the environment asks for or else the files', async () => {
    const world = await GalleryWorld.of({ [FILE]: IONE });
    onTestFinished(() => world.remove());
    const content = await new GalleryReader(world.workspace).world();
    const named = async (takes: number | undefined): Promise<string[]> => {
      const plan = await planOfRun(world.workspace, content, [nameOf('portrait')], takes);
      expect(plan.requests).toBe(plan.pictures.length);
      return plan.pictures.map(({ scene }) => scene);
    };
    const portrait = nameOf('portrait');
    expect(await named(undefined)).toEqual([portrait, `${portrait}@2`]);
    expect(await named(3)).toEqual([portrait, `${portrait}@2`, `${portrait}@3`]);
    expect(await named(1)).toEqual([portrait]);
  });
});

describe('a run that was killed half-way', () => {
  it('is shown as what it is, and its pictures are fetched by the next one for nothing', async () => {
    const world = await GalleryWorld.of({ [FILE]: IONE });
    onTestFinished(() => world.remove());
    const keys = new Map<string, string | null>();
    const { root, settings } = world.workspace;
    const content = await new GalleryReader(world.workspace).world();
    await planWorld({ workspaceRoot: root, world: content, settings, places: REAL_PLACES }, ({ scenes }) => {
      for (const { planned, item } of scenes) keys.set(planned.name, item.key);
    });
    await world.addJobAtGoogle([keys.get(nameOf('oar')) ?? ''], new Date().toISOString());
    const desk = await Desk.open(world);
    expect(await desk.post<RunPlan>('plan', { scenes: [nameOf('oar')] })).toMatchObject({
      pictures: [{ scene: nameOf('oar'), estimatedUsd: 0, why: expect.stringContaining('Google') as string }],
      requests: 0,
    });
  });

  it('is said to be killed, and another one can be started', async () => {
    const root = await mkdtemp(join(tmpdir(), 'chargen-killed-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    const nx = join(root, 'node_modules', 'nx');
    await mkdir(nx, { recursive: true });
    await writeFile(join(root, 'package.json'), '{}');
    await writeFile(join(nx, 'package.json'), JSON.stringify({ name: 'nx', bin: { nx: 'nx.cjs' } }));
    await writeFile(join(nx, 'nx.cjs'), 'console.log(process.pid); setInterval(() => undefined, 1000);');
    const statuses: RunStatus[] = [];
    const lines: string[] = [];
    const run = new NxRun({
      workspaceRoot: root,
      target: 'generate',
      batchFolder: join(root, '.chargen', 'batch'),
      env: process.env,
      onStatus: (status) => statuses.push(status),
      onLine: (line) => lines.push(line),
      onPictures: () => undefined,
      onReport: () => Promise.resolve(),
    });
    const selection = new Selection([nameOf('oar')]);
    expect(run.start(['content/characters/ione'], selection)).toEqual({ kind: 'started' });
    await expect.poll(() => lines.length).toBe(1);
    expect(run.start([], selection)).toMatchObject({ kind: 'refused' });
    process.kill(Number(lines[0]), 'SIGKILL');
    await expect.poll(() => statuses.at(-1)?.kind).toBe('ended');
    expect(statuses.at(-1)).toMatchObject({
      code: null,
      summary: expect.stringContaining('ended by SIGKILL') as string,
    });
    expect(run.start(['content/characters/ione'], selection)).toEqual({ kind: 'started' });
    await run.close();
  });
});
