import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Emulator } from 'gemini-emulator';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  findEditedPictures,
  findScene,
  listTakes,
  missingTakes,
  openStore,
  paidAnswers,
  planWorld,
  REAL_PLACES,
  RemoteFolder,
  Selection,
  setSceneField,
  surveyStore,
  SYSTEM_CLOCK,
  takesToRoll,
  useTake,
  type TakesContext,
} from '../src/index.js';
import { runStateSchema } from '../src/run/journal/run-state.js';
import { FILES, outcomes, paidTwice, withWorld, type RunWorld } from './support/run-world.js';

const HARBOUR = (fields = 'takes: 4', prompt = 'A harbour at dawn.') => `entity_type: location
name: The Harbour
scenes:
  - id: dawn
    title: Dawn
    prompt: ${prompt}
    ${fields}
`;
const files = (text: string) => ({ [FILES.harbour]: text });
const IMAGES = 'content/locations/harbour/images';
const NAME = 'location/harbour/dawn';

/** What a workspace is for the commands about takes; `shared` is the folder of a shared store. */
async function contextOf(world: RunWorld, shared?: string): Promise<TakesContext> {
  const remote = shared === undefined ? undefined : sharedAt(shared);
  const listener = () => undefined;
  const options = { workspaceRoot: world.root, places: REAL_PLACES, clock: SYSTEM_CLOCK, listener };
  const settings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };
  return { ...options, world: await world.load(), settings, store: openStore({ ...options, remote }) };
}

function sharedAt(folder: string) {
  return { store: new RemoteFolder(folder, () => Date.now()), claims: true, isRequired: false };
}

function sceneOf(context: TakesContext) {
  const found = findScene(context.world, NAME);
  if (found.kind === 'unknown') throw new Error(found.message);
  return found;
}

async function use(world: RunWorld, take: number, shared?: string) {
  const context = await contextOf(world, shared);
  const { entity, scene } = sceneOf(context);
  return useTake(context, entity, scene, take);
}

async function takes(world: RunWorld, shared?: string) {
  const context = await contextOf(world, shared);
  const { entity, scene } = sceneOf(context);
  const listed = await listTakes(context, entity, scene);
  return listed.map(({ take, isNamed, place }) => `${take}${isNamed ? '*' : ''} ${place}`);
}

const made = async (world: RunWorld): Promise<string[]> =>
  (await world.files(IMAGES))
    .filter((path) => !path.endsWith('.json'))
    .map((path) => path.slice(IMAGES.length + 1));

const keysOf = async (world: RunWorld): Promise<string[]> => {
  const context = await contextOf(world);
  return (await paidAnswers(context, context.world.entities)).map(({ key }) => key);
};

describe('takes', () => {
  it('are asked for in one run, planned and priced, and lie apart from the one that the scene names', () =>
    withWorld(
      {},
      async (world, emulator) => {
        const { totals } = await planWorld({
          ...(await contextOf(world)),
          chosen: ({ id }) => id === 'location/harbour',
        });
        expect(totals).toMatchObject({ scenes: 1, pending: 1, takes: 3, requests: 4 });
        expect(totals.causes).toMatchObject([{ cause: { kind: 'new' }, scenes: 1 }]);
        expect(totals.causes[0]?.cost.expected).toBeCloseTo(totals.cost.expected);
        let planned: unknown;
        const { report } = await world.generate({ only: ['harbour'], onPlan: (plan) => (planned = plan) });
        expect(planned).toMatchObject({ scenes: 1, pending: 4, takes: 3, done: 0 });
        expect(report.costUsd).toBeCloseTo(totals.cost.expected, 1);
        expect(outcomes(report)).toEqual({
          'harbour/dawn': 'generated',
          'harbour/dawn@2': 'generated',
          'harbour/dawn@3': 'generated',
          'harbour/dawn@4': 'generated',
        });
        expect(await made(world)).toEqual([
          'dawn.png',
          'takes/dawn@2.png',
          'takes/dawn@3.png',
          'takes/dawn@4.png',
        ]);
        expect(emulator.ledger.billed()).toHaveLength(4);
        expect(await takes(world)).toEqual(['1* folder', '2 folder', '3 folder', '4 folder']);
        // The record names the picture of the scene alone.
        const again = await world.generate({ only: ['harbour'] });
        expect(again.report.totals).toMatchObject({ done: 1, generated: 0, reused: 0 });
        expect(emulator.ledger.billed()).toHaveLength(4);
        // What lies in the folder need not lie in the store too.
        const context = await contextOf(world);
        expect((await surveyStore(context)).onlyCopies.count).toBe(0);
      },
      files(HARBOUR()),
    ));

  it('are chosen and left again without a payment, and a run finds nothing to do', () =>
    withWorld(
      {},
      async (world, emulator) => {
        await world.generate({ only: ['harbour'] });
        const bytes = (name: string) => readFile(world.path(IMAGES, name));
        const [first, third] = [await bytes('dawn.png'), await bytes('takes/dawn@3.png')];
        expect(await use(world, 3)).toMatchObject({ kind: 'used', before: 1, file: FILES.harbour });
        expect(await readFile(world.path(FILES.harbour), 'utf8')).toContain('    take: 3\n');
        expect(await made(world)).toEqual([
          'dawn.png',
          'takes/dawn@1.png',
          'takes/dawn@2.png',
          'takes/dawn@4.png',
        ]);
        expect(await bytes('dawn.png')).toEqual(third);
        expect(await bytes('takes/dawn@1.png')).toEqual(first);
        expect((await world.generate({ only: ['harbour'] })).report.totals).toMatchObject({
          done: 1,
          reused: 0,
        });
        await use(world, 1);
        expect(await made(world)).toEqual([
          'dawn.png',
          'takes/dawn@2.png',
          'takes/dawn@3.png',
          'takes/dawn@4.png',
        ]);
        expect(await bytes('dawn.png')).toEqual(first);
        expect((await world.generate({ only: ['harbour'] })).report.totals).toMatchObject({
          done: 1,
          reused: 0,
        });
        expect(emulator.ledger.billed()).toHaveLength(4);
        expect(new Set(await keysOf(world)).size).toBe(4);
      },
      files(HARBOUR()),
    ));

  it('are chosen in a clone that has the pictures and no store', () =>
    withWorld(
      {},
      async (world, emulator) => {
        await world.generate({ only: ['harbour'] });
        await rm(world.path('.chargen'), { recursive: true });
        // What a backup and the history of costs go by.
        expect(new Set(await keysOf(world)).size).toBe(4);
        expect(await use(world, 2)).toMatchObject({ kind: 'used', picture: `${IMAGES}/dawn.png` });
        await rm(world.path('.chargen'), { recursive: true });
        expect(await use(world, 1)).toMatchObject({ kind: 'used' });
        expect(await takes(world)).toEqual(['1* folder', '2 folder', '3 folder', '4 folder']);
        expect((await world.generate({ only: ['harbour'] })).report.totals).toMatchObject({ done: 1 });
        expect(emulator.ledger.billed()).toHaveLength(4);
      },
      files(HARBOUR()),
    ));

  it('come to a fresh clone by the shared store, for a run and for the choice of one', () =>
    withWorld(
      {},
      async (world, emulator) => {
        const shared = world.path('shared');
        await mkdir(shared);
        await world.generate({ only: ['harbour'], control: { remote: sharedAt(shared) } });
        const other = await world.clone();
        await rm(other.path(IMAGES, 'takes'), { recursive: true, force: true });
        const { report } = await other.generate({ only: ['harbour'], control: { remote: sharedAt(shared) } });
        expect(Object.values(outcomes(report))).toEqual(['reused', 'reused', 'reused', 'reused']);
        await other.remove();
        // One that has its picture by git, and its other takes by the shared store alone.
        const third = await world.clone(true);
        await rm(third.path(IMAGES, 'takes'), { recursive: true, force: true });
        expect(await use(third, 4, shared)).toMatchObject({ kind: 'used' });
        expect(await use(third, 1, shared)).toMatchObject({ kind: 'used' });
        expect((await third.generate({ only: ['harbour'] })).report.totals).toMatchObject({ done: 1 });
        await third.remove();
        expect(emulator.ledger.billed()).toHaveLength(4);
      },
      files(HARBOUR()),
    ));

  it('that are missing are not asked for by a scene that is done', () =>
    withWorld(
      {},
      async (world, emulator) => {
        await world.generate({ only: ['harbour'] });
        await world.write(FILES.harbour, HARBOUR());
        expect((await world.generate({ only: ['harbour'] })).report.totals).toMatchObject({
          done: 1,
          generated: 0,
        });
        expect(emulator.ledger.billed()).toHaveLength(1);
        expect(await takes(world)).toEqual(['1* folder', '2 nowhere', '3 nowhere', '4 nowhere']);
        expect(await use(world, 2)).toMatchObject({ kind: 'not-there', run: undefined });
        expect(await readFile(world.path(FILES.harbour), 'utf8')).toBe(HARBOUR());
      },
      files(HARBOUR('tags: [quay]')),
    ));

  it('above the number that is asked for are asked for alone', () =>
    withWorld(
      {},
      async (world, emulator) => {
        await world.generate({ only: ['harbour'] });
        await world.write(FILES.harbour, HARBOUR('takes: 4\n    take: 6'));
        const { report } = await world.generate({ only: ['harbour'] });
        expect(outcomes(report)).toMatchObject({ 'harbour/dawn': 'generated' });
        expect(emulator.ledger.billed()).toHaveLength(5);
        expect(await made(world)).toEqual([
          'dawn.png',
          ...[1, 2, 3, 4].map((take) => `takes/dawn@${take}.png`),
        ]);
      },
      files(HARBOUR()),
    ));

  it('are those of the style guide, of the file, of the scene, or of the run, the nearest one', () =>
    withWorld(
      {},
      async (world) => {
        const count = async (takes?: number) => {
          const context = await contextOf(world);
          const { totals } = await planWorld({
            ...context,
            takes,
            chosen: ({ id }) => id === 'location/harbour',
          });
          return totals.requests;
        };
        expect(await count()).toBe(5);
        expect(await count(1)).toBe(2);
        expect(await count(3)).toBe(6);
      },
      files(`entity_type: location
name: The Harbour
defaults: { takes: 2 }
scenes:
  - { id: dawn, title: Dawn, prompt: A harbour at dawn. }
  - { id: dusk, title: Dusk, prompt: A harbour at dusk., takes: 3 }
`),
    ));

  it('make nothing pending: neither in a scene nor in the defaults are they asked fields', () =>
    withWorld(
      {},
      async (world, emulator) => {
        await world.generate({ only: ['harbour'] });
        const text = HARBOUR('tags: [quay]').replace('scenes:', 'defaults: { takes: 3 }\nscenes:');
        await world.write(FILES.harbour, text);
        // As another version would judge it, which words its requests otherwise.
        for (const name of ['dawn.recipe.json']) {
          const path = world.path(IMAGES, name);
          const recipe = await readFile(path, 'utf8');
          const key = /"key": "([0-9a-f]{64})"/.exec(recipe)?.[1] ?? '';
          await writeFile(path, recipe.replaceAll(key, 'ab'.repeat(32)));
        }
        await rm(world.path('.chargen'), { recursive: true });
        const { report } = await world.generate({ only: ['harbour'] });
        expect(report.totals).toMatchObject({ done: 1, generated: 0 });
        expect(emulator.ledger.billed()).toHaveLength(1);
      },
      files(HARBOUR('tags: [quay]')),
    ));

  it('of which one is refused are laid without it, and it is not asked for again', () =>
    withWorld(
      {},
      async (world, emulator) => {
        const match = { key: 'location/harbour/dawn@2@*' };
        emulator.faults.arm({ fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY' }, match });
        const { report } = await world.generate({ only: ['harbour'] });
        expect(outcomes(report)).toEqual({
          'harbour/dawn': 'generated',
          'harbour/dawn@2': 'refused',
          'harbour/dawn@3': 'generated',
        });
        expect(report.entities[0]?.verdict).toBe('done');
        const again = await world.generate({ only: ['harbour'] });
        expect(outcomes(again.report)).toEqual({ 'harbour/dawn': 'done' });
        expect(paidTwice(emulator)).toEqual([]);
      },
      files(HARBOUR('takes: 3')),
    ));
});

/** Runs while the second take of the harbour fails each time. */
async function withoutTakeTwo(world: RunWorld, { faults }: Emulator) {
  faults.arm({
    fault: { kind: 'item-error', code: 13 },
    match: { key: `${NAME}@2@*` },
    times: 'always',
  });
  const { report } = await world.generate({ only: ['harbour'] });
  faults.clear();
  return { report, runId: report.runId ?? '' };
}

describe('a take', () => {
  it('that fails is missing, and is asked for by its name, and the other one is not', () =>
    withWorld(
      {},
      async (world, emulator) => {
        const { report } = await withoutTakeTwo(world, emulator);
        const advice = report.entities.flatMap(({ scenes }) =>
          scenes.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.advice] : [])),
        );
        expect(advice).toEqual([expect.stringContaining('npx chargen retry')]);
        // A done scene asks for no missing take by itself.
        const rerun = await world.generate({ only: ['harbour'] });
        expect(rerun.report.totals).toMatchObject({ done: 1, generated: 0, failed: 0 });
        const missing = await missingTakes(await contextOf(world));
        expect(missing).toMatchObject([{ name: `${NAME}@2`, class: 'transient' }]);
        const selection = new Selection(missing.map(({ name }) => name));
        const { totals } = await planWorld({ ...(await contextOf(world)), selection });
        expect(totals).toMatchObject({ scenes: 1, done: 1, pending: 0, takes: 1, requests: 1 });
        expect(totals.causes[0]?.cost.expected).toBeCloseTo(totals.cost.expected);
        const again = await world.generate({ only: ['harbour'], selection });
        expect(again.report.totals).toMatchObject({ generated: 1, failed: 0 });
        expect(await made(world)).toEqual(['dawn.png', 'takes/dawn@2.png']);
        expect(await missingTakes(await contextOf(world))).toEqual([]);
        expect(emulator.ledger.billed()).toHaveLength(2);
      },
      files(HARBOUR('takes: 2')),
    ));

  it('that a killed run had planned and not sent is missing, until its scene asks for something else', () =>
    withWorld(
      {},
      async (world, emulator) => {
        const { runId } = await withoutTakeTwo(world, emulator);
        const state = world.path('.chargen/batch', runId, 'state.json');
        const { jobs, ...rest } = runStateSchema.parse(JSON.parse(await readFile(state, 'utf8')));
        const [failed] = rest.failures;
        const unsent = jobs.map((job) => ({ ...job, keys: job.keys.filter((key) => key !== failed?.key) }));
        await writeFile(state, JSON.stringify({ ...rest, failures: [], jobs: unsent }));
        const find = async () => missingTakes(await contextOf(world));
        expect(await find()).toMatchObject([{ name: `${NAME}@2`, run: runId, class: 'never-sent' }]);
        await world.write(FILES.harbour, HARBOUR('takes: 2', 'A harbour at noon.'));
        expect(await find()).toEqual([]);
        await world.write(FILES.harbour, HARBOUR('takes: 2\n    take: 2'));
        expect(await find()).toEqual([]);
      },
      files(HARBOUR('takes: 2')),
    ));

  it('that an author edited is guarded, and the rest stays', () =>
    withWorld(
      {},
      async (world) => {
        await world.generate({ only: ['harbour'] });
        await writeFile(world.path(IMAGES, 'takes/dawn@2.png'), 'mine');
        const context = await contextOf(world);
        const edited = await findEditedPictures(context);
        expect(edited).toMatchObject([{ scene: `${NAME}@2`, path: `${IMAGES}/takes/dawn@2.png` }]);
        expect(await use(world, 2)).toMatchObject({ kind: 'refused' });
        const { report } = await world.generate({ only: ['harbour'] });
        expect(outcomes(report)).toEqual({ 'harbour/dawn': 'done', 'harbour/dawn@2': 'failed' });
        expect(report.entities[0]?.verdict).toBe('unfinished');
        expect(await readFile(world.path(IMAGES, 'takes/dawn@2.png'), 'utf8')).toBe('mine');
      },
      files(HARBOUR('takes: 2')),
    ));

  it('of a renamed scene or folder goes with it', () =>
    withWorld(
      {},
      async (world, emulator) => {
        await world.generate({ only: ['harbour'] });
        await world.write(FILES.harbour, HARBOUR().replace('id: dawn', 'id: sunrise'));
        await rm(world.path('.chargen'), { recursive: true });
        const { report } = await world.generate({ only: ['harbour'] });
        expect(Object.values(outcomes(report))).toEqual(['reused', 'reused', 'reused', 'reused']);
        await rename(world.path('content/locations/harbour'), world.path('content/locations/port'));
        await rm(world.path('.chargen'), { recursive: true });
        const moved = await world.generate({ only: ['port'] });
        expect(moved.report.totals).toMatchObject({ done: 1, generated: 0 });
        expect(emulator.ledger.billed()).toHaveLength(4);
      },
      files(HARBOUR()),
    ));

  it('that is at Google when the run stops is collected, not asked for again', () =>
    withWorld(
      { jobDuration: 3_600_000 },
      async (world, emulator) => {
        await world.generate({ only: ['harbour'], control: { waitMs: 0 } });
        expect(await takes(world)).toEqual(['1* google', '2 google']);
        expect(await use(world, 2)).toMatchObject({ kind: 'not-there', run: expect.any(String) as string });
        emulator.advanceClock(3_600_000);
        // The scene names the other one by now; both are paid for.
        await world.write(FILES.harbour, HARBOUR('takes: 2\n    take: 2'));
        const { report } = await world.generate({ only: ['harbour'] });
        expect(Object.keys(outcomes(report))).toEqual(['harbour/dawn', 'harbour/dawn@1']);
        expect(emulator.ledger.billed()).toHaveLength(2);
      },
      files(HARBOUR('takes: 2')),
    ));
});

describe('a roll', () => {
  const roll = async (world: RunWorld, count?: number) => {
    const context = await contextOf(world);
    const { entity, scene } = sceneOf(context);
    return takesToRoll(context, entity, scene, count);
  };

  it('is of one take above all that there are, or of so many as are named and were never made', () =>
    withWorld(
      {},
      async (world, emulator) => {
        // Never made: the first ones.
        expect(await roll(world, 3)).toEqual({ kind: 'roll', take: 1, takes: 3 });
        await world.generate({ only: ['harbour'] });
        expect(await roll(world)).toEqual({ kind: 'roll', take: 3, takes: undefined });
        expect(await roll(world, 3)).toEqual({ kind: 'roll', take: 3, takes: 5 });
        expect(await roll(world, 19)).toMatchObject({ kind: 'too-many' });
        const { world: loaded } = await contextOf(world);
        const found = findScene(loaded, NAME);
        if (found.kind === 'unknown') throw new Error(found.message);
        await setSceneField(world.root, found.entity, found.scene, { field: 'takes', value: 5 });
        await setSceneField(world.root, found.entity, found.scene, { field: 'take', value: 3 });
        await world.generate({ only: ['harbour'] });
        expect(emulator.ledger.billed()).toHaveLength(5);
        expect(await takes(world)).toEqual(['1 folder', '2 folder', '3* folder', '4 folder', '5 folder']);
      },
      files(HARBOUR('takes: 2')),
    ));
});
