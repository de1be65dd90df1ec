import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  approvalsOf,
  checkWorld,
  DEFAULT_SETTINGS,
  FileDigests,
  findScene,
  openStore,
  paidAnswers,
  REAL_PLACES,
  reviewScene,
  setSceneField,
  SYSTEM_CLOCK,
  takesToRoll,
  useTake,
  type TakesContext,
} from '../src/index.js';
import { cases } from '../../../test/support/long.js';
import { FILES, paidTwice, withWorld, type RunWorld } from './support/run-world.js';

const HARBOUR = `entity_type: location
name: The Harbour
scenes:
  - id: dawn
    title: Dawn
    prompt: A harbour at dawn.
    takes: 2
`;
const NAME = 'location/harbour/dawn';
const IMAGES = 'content/locations/harbour/images';

type Act =
  | { readonly kind: 'use'; readonly take: number }
  | { readonly kind: 'approve' | 'reject' | 'undo' | 'run' }
  | { readonly kind: 'roll'; readonly count: number | undefined };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('use' as const), take: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('approve', 'reject', 'undo', 'run') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('roll' as const),
      count: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    }),
  },
);

/** One person at one scene, who knows what was before. */
class Desk {
  readonly #undo: number[] = [];

  constructor(readonly world: RunWorld) {}

  async does(one: Act): Promise<void> {
    const context = await this.#context();
    const found = findScene(context.world, NAME);
    if (found.kind === 'unknown') throw new Error(found.message);
    const { entity, scene } = found;
    switch (one.kind) {
      case 'use': {
        const outcome = await useTake(context, entity, scene, one.take);
        if (outcome.kind === 'used') this.#undo.push(outcome.before);
        return;
      }
      case 'undo': {
        const before = this.#undo.pop();
        if (before !== undefined) await useTake(context, entity, scene, before);
        return;
      }
      case 'approve':
      case 'reject': {
        const digests = await FileDigests.open(this.world.root);
        const state = one.kind === 'approve' ? 'approved' : 'rejected';
        const reviewed = { workspaceRoot: this.world.root, digests };
        const outcome = await reviewScene(reviewed, entity, scene, { state }, Date.now());
        const after = (await approvalsOf(reviewed, entity)).scenes.get('dawn');
        expect(after?.state).toBe(outcome.kind === 'refused' ? 'unreviewed' : state);
        return;
      }
      case 'roll': {
        const roll = await takesToRoll(context, entity, scene, one.count);
        if (roll.kind === 'too-many') return;
        const { take, takes } = roll;
        if (takes !== undefined) await this.#write('takes', takes);
        if (take !== scene.take) await this.#write('take', take);
        return;
      }
      case 'run':
        await this.world.generate({ only: ['harbour'] });
    }
  }

  /** What `check` calls an error, and what is not the picture of its recipe. */
  async wrong(): Promise<string[]> {
    const context = await this.#context();
    const found = await checkWorld({ ...context, chosen: ({ id }) => id === 'location/harbour' });
    const wrong = found.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    for (const folder of [IMAGES, `${IMAGES}/takes`]) {
      const names = await readdir(this.world.path(folder)).catch(() => []);
      for (const name of names.filter((one) => one.endsWith('.recipe.json'))) {
        const text = await readFile(this.world.path(folder, name), 'utf8');
        const { picture } = JSON.parse(text) as { picture: { file: string; sha256: string } };
        const bytes = await readFile(this.world.path(folder, picture.file));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        if (sha256 !== picture.sha256) wrong.push(join(folder, name));
      }
    }
    return wrong;
  }

  async keys(): Promise<Set<string>> {
    const context = await this.#context();
    return new Set((await paidAnswers(context, context.world.entities)).map(({ key }) => key));
  }

  async #write(field: 'take' | 'takes', value: number): Promise<void> {
    const found = findScene((await this.#context()).world, NAME);
    if (found.kind === 'unknown') throw new Error(found.message);
    const outcome = await setSceneField(this.world.root, found.entity, found.scene, { field, value });
    expect(outcome.kind).not.toBe('refused');
  }

  async #context(): Promise<TakesContext> {
    const listener = () => undefined;
    const options = { workspaceRoot: this.world.root, places: REAL_PLACES, clock: SYSTEM_CLOCK, listener };
    const settings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };
    const store = openStore({ ...options, remote: undefined });
    return { ...options, world: await this.world.load(), settings, store };
  }
}

it(
  'any sequence of choice, review, roll, undo and run leaves good files, and a bill of the distinct keys',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 10 }), (acts) =>
        withWorld(
          {},
          async (world, emulator) => {
            const desk = new Desk(world);
            await world.generate({ only: ['harbour'] });
            for (const one of acts) {
              await desk.does(one);
              expect(await desk.wrong()).toEqual([]);
            }
            expect(paidTwice(emulator)).toEqual([]);
            expect(emulator.ledger.billed()).toHaveLength((await desk.keys()).size);
            // What is settled stays so: a last run makes what was rolled, and one after it nothing.
            await world.generate({ only: ['harbour'] });
            const billed = emulator.ledger.billed().length;
            const { report } = await world.generate({ only: ['harbour'] });
            expect(report.totals).toMatchObject({ done: 1, generated: 0, failed: 0, pending: 0 });
            expect(emulator.ledger.billed()).toHaveLength(billed);
            expect(await desk.wrong()).toEqual([]);
          },
          { [FILES.harbour]: HARBOUR },
        ),
      ),
      { numRuns: cases(3, 40) },
    );
  },
  cases(120_000, 1_800_000),
);
