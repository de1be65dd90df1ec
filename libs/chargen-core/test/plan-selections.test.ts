import { startEmulator, type Emulator } from 'gemini-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  planWorld,
  REAL_PLACES,
  selectScenes,
  type Selection,
  type World,
} from '../src/index.js';
import type { Choice } from '../src/commands/choose.js';
import { keyOfItem } from '../src/recipe/canonical-request.js';
import type { GeneratePlan } from '../src/report/outcome.js';
import { IS_LONG } from '../../../test/support/long.js';
import { RunWorld, withWorld } from './support/run-world.js';

/**
 * Beside the world of every test: four waves (a pier, a sailor on it, another beside that one, a last look at both),
 * scenes that nothing shows, and tags of entities and of scenes.
 */
const WORLD = {
  'content/locations/pier/imagery.yaml': `entity_type: location
name: The Pier
tags: [sea]
scenes:
  - { id: noon, title: Noon, prompt: A pier at noon. }
  - { id: night, title: Night, prompt: A pier at night. }
`,
  'content/characters/oda/imagery.yaml': `entity_type: character
name: Oda
scenes:
  - id: standing
    title: Standing
    prompt: Oda stands on the pier.
    references: [{ location: pier, scene: noon }]
  - { id: asleep, title: Asleep, prompt: Oda asleep., tags: [quiet] }
`,
  'content/characters/tam/imagery.yaml': `entity_type: character
name: Tam
tags: [crew]
scenes:
  - id: at-helm
    title: At the helm
    prompt: Tam at the helm, beside Oda.
    references: [{ character: oda, scene: standing }]
  - { id: below, title: Below, prompt: Tam below deck. }
`,
  'content/chapters/voyage/imagery.yaml': `entity_type: chapter
name: The Voyage
scenes:
  - id: sailing
    title: Sailing
    prompt: Oda sails.
    references: [{ character: oda, scene: standing }]
  - id: landing
    title: Landing
    prompt: A boat lands at night.
    tags: [quiet]
    references: [{ location: pier, scene: night }]
  - { id: empty, title: Empty, prompt: An empty sea. }
`,
  'content/chapters/ending/imagery.yaml': `entity_type: chapter
name: The Ending
tags: [sea]
scenes:
  - id: reunion
    title: Reunion
    prompt: They meet again.
    references: [{ character: oda, scene: standing }, { character: mira, scene: first }]
  - id: dream
    title: Dream
    prompt: A dream of the sea.
    tags: [quiet]
    references: [{ character: oda, scene: asleep }]
  - id: last-look
    title: Last look
    prompt: A last look back.
    references: [{ character: tam, scene: at-helm }]
`,
} as const;

const choice = (of: Partial<Choice>): Choice => ({ scope: 'all', filter: [], ...of });
const scenes = (...names: string[]): Choice => choice({ scenes: names });

/** What is selected, and which scenes come along although they are not. */
const SELECTIONS: readonly (readonly [string, Choice, string])[] = [
  ['the whole world', choice({}), ''],
  ['chapters', choice({ scope: 'chapters' }), 'asleep at-helm dawn first night noon standing'],
  ['characters', choice({ scope: 'characters' }), 'noon'],
  ['locations', choice({ scope: 'locations' }), ''],
  ['the slug voyage', choice({ filter: ['voyage'] }), 'night noon standing'],
  ['the slug storm', choice({ filter: ['storm'] }), 'dawn first'],
  ['the slug ending', choice({ filter: ['ending'] }), 'asleep at-helm first noon standing'],
  ['the slug tam', choice({ filter: ['tam'] }), 'noon standing'],
  ['the slug oda', choice({ filter: ['oda'] }), 'noon'],
  ['the slug mira', choice({ filter: ['mira'] }), ''],
  ['a part of a slug', choice({ filter: ['pie'] }), ''],
  ['a pattern', choice({ filter: ['*o*'] }), 'first night noon'],
  ['two slugs', choice({ filter: ['harbour', 'voyage'] }), 'night noon standing'],
  ['characters of a part of a slug', choice({ scope: 'characters', filter: ['ta'] }), 'noon standing'],
  ['a tag of scenes', choice({ tags: ['quiet'] }), 'night'],
  ['a tag of entities', choice({ tags: ['sea'] }), 'asleep at-helm first standing'],
  ['the tag of one entity', choice({ tags: ['crew'] }), 'noon standing'],
  ['two tags', choice({ tags: ['quiet', 'crew'] }), 'night noon standing'],
  ['a tag in chapters', choice({ scope: 'chapters', tags: ['quiet'] }), 'asleep night'],
  ['a scene two waves deep', scenes('voyage/sailing'), 'noon standing'],
  ['a scene three waves deep', scenes('ending/last-look'), 'at-helm noon standing'],
  ['a scene that shows two', scenes('ending/reunion'), 'first noon standing'],
  ['a scene of the first wave but one', scenes('storm/leaving'), 'dawn first'],
  ['a scene that shows nothing', scenes('voyage/empty'), ''],
  ['two scenes', scenes('voyage/landing', 'oda/standing'), 'night noon'],
  ['two scenes that ask for the same', scenes('mira/second', 'mira/third'), ''],
  ['one of two scenes that ask for the same', scenes('mira/third'), ''],
  ['a project of Nx', choice({ projects: ['oda'] }), 'noon'],
  ['two projects of Nx', choice({ projects: ['tam', 'storm'] }), 'dawn first noon standing'],
  ['a project and a tag', choice({ projects: ['voyage'], tags: ['quiet'] }), 'night'],
  ['a project and a scene', choice({ projects: ['ending'], scenes: ['ending/dream'] }), 'asleep'],
];

/** Those that differ most in how they are chosen and in what comes along; `npm run test:long` runs all of them. */
const QUICK = new Set([
  'the whole world',
  'a pattern',
  'characters of a part of a slug',
  'two tags',
  'a scene three waves deep',
  'one of two scenes that ask for the same',
  'a project and a scene',
]);
const RUN = SELECTIONS.filter(([name]) => IS_LONG || QUICK.has(name));

interface Planned {
  /** Scenes that are to be made, with their keys as far as they are known. */
  readonly open: ReadonlyMap<string, string | undefined>;
  readonly requests: number;
  readonly along: readonly string[];
}

async function planOf({ root }: RunWorld, world: World, selection: Selection | undefined): Promise<Planned> {
  const open = new Map<string, string | undefined>();
  const settings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };
  const { totals } = await planWorld(
    { workspaceRoot: root, world, settings, places: REAL_PLACES, selection },
    (entity) => {
      for (const { planned } of entity.scenes) {
        if (planned.state.kind === 'pending' || planned.state.kind === 'waits') {
          open.set(planned.name, planned.key);
        }
      }
    },
  );
  return { open, requests: totals.requests, along: totals.along };
}

/** The last part of scenes' names, sorted. */
function ids(names: Iterable<string>): string {
  return [...names]
    .map((name) => name.split('/')[2] ?? name)
    .sort()
    .join(' ');
}

describe('a run buys what its plan said', () => {
  let emulator: Emulator;
  let keys = 0;

  beforeAll(async () => {
    emulator = await startEmulator({ seed: 7 });
  });

  afterAll(() => emulator.close());

  it('is tried with many selections of which most show scenes outside of them', () => {
    expect(SELECTIONS.length).toBeGreaterThanOrEqual(30);
    expect(SELECTIONS.filter(([, , along]) => along !== '').length).toBeGreaterThanOrEqual(15);
    expect(SELECTIONS.filter(([, , along]) => along.includes('noon standing')).length).toBeGreaterThan(5);
  });

  it('plans each of them with what comes along, and nothing twice', async () => {
    const world = await RunWorld.create(emulator, WORLD);
    try {
      const content = await world.load();
      for (const [name, wanted, along] of SELECTIONS) {
        const selected = selectScenes(content, wanted);
        if (selected.kind !== 'selected') throw new Error(selected.message);
        const plan = await planOf(world, content, selected.selection);
        expect([name, ids(plan.along)]).toEqual([name, along]);
        const keys = new Set([...plan.open].map(([scene, known]) => known ?? scene));
        expect([name, plan.requests]).toEqual([name, keys.size]);
      }
    } finally {
      await world.remove();
    }
  });

  it.each(RUN)('for %s', async (_name, wanted, along) => {
    const world = await RunWorld.create(emulator, WORLD);
    // Each with a key of its own, so that none finds the jobs of another at the service.
    keys += 1;
    const key = `key-${String(keys)}`;
    const billedBy = async <T>(work: () => Promise<T>): Promise<{ came: T; billed: string[] }> => {
      const before = emulator.ledger.billed().length;
      const came = await work();
      const items = emulator.ledger.billed().slice(before);
      return { came, billed: items.map((one) => keyOfItem(one.key ?? '') ?? '').sort() };
    };
    try {
      const content = await world.load();
      const selected = selectScenes(content, wanted);
      if (selected.kind !== 'selected') throw new Error(selected.message);
      const { selection } = selected;
      const plan = await planOf(world, content, selection);
      expect(ids(plan.along)).toBe(along);
      let told: GeneratePlan | undefined;
      // Every task that Nx starts for it is given to the engine: those that it depends on, too.
      const { came, billed } = await billedBy(() =>
        world.generate({
          selection,
          key,
          onPlan: (one) => {
            told = one;
          },
        }),
      );
      const { report } = came;
      expect(ids(told?.along ?? [])).toBe(along);
      const laid = report.entities.flatMap((entity) => entity.scenes);
      const keyOf = new Map(laid.map((one) => [one.scene, one.key]));
      // A scene that waits has its key once the others are there.
      const planned = [...plan.open].map(([name, known]) => known ?? keyOf.get(name) ?? name);
      expect(billed).toEqual([...new Set(planned)].sort());
      expect(billed).toHaveLength(plan.requests);
      expect(report.totals).toMatchObject({ pending: 0, waits: 0, failed: 0 });
      // Only entities that are whole may be kept by a cache.
      const made = new Set(laid.map((one) => one.scene));
      for (const { id, verdict } of report.entities) {
        const all = content.entities.find((one) => one.id === id)?.entity?.scenes ?? [];
        const isWhole = all.every((scene) => made.has(`${id}/${scene.id}`));
        expect([id, verdict]).toEqual([id, isWhole ? 'done' : 'unfinished']);
      }
      expect((await planOf(world, content, selection)).open.size).toBe(0);
      // A plain run then buys exactly the rest.
      const rest = await planOf(world, content, undefined);
      const then = await billedBy(() => world.generate({ key }));
      const all = new Map(
        then.came.report.entities.flatMap((entity) => entity.scenes.map((one) => [one.scene, one.key])),
      );
      const left = [...rest.open].map(([name, known]) => known ?? all.get(name) ?? name);
      expect(then.billed).toEqual([...new Set(left)].sort());
      expect(then.billed.filter((one) => billed.includes(one))).toEqual([]);
    } finally {
      await world.remove();
    }
  });

  it('says which word of a selection means nothing', async () => {
    await withWorld(
      {},
      async (world) => {
        const content = await world.load();
        const says = (of: Partial<Choice>): string => {
          const outcome = selectScenes(content, choice(of));
          return outcome.kind === 'unknown' ? outcome.message : 'selected';
        };
        expect(says({ tags: ['quite'] })).toContain('Did you mean "quiet"?');
        expect(says({ projects: ['odo'] })).toContain('Did you mean "oda"?');
        expect(says({ scenes: ['voyage/sailor'] })).toContain('Did you mean "sailing"?');
        expect(says({ filter: ['nothing-like-it'] })).toContain('No entity is called "nothing-like-it".');
      },
      WORLD,
    );
  });
});
