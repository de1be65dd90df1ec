import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  planWorld,
  REAL_PLACES,
  selectScenes,
  type Selection,
  type World,
} from '../src/index.js';
import type { Choice } from '../src/commands/choose.js';
import { paidTwice, withWorld, type RunWorld } from './support/run-world.js';

/** Three waves: a pier, a sailor on it, a chapter with that sailor; and scenes that nothing shows. */
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
} as const;

const choice = (of: Partial<Choice>): Choice => ({ scope: 'all', filter: [], ...of });

/** What is selected, and how many scenes come along although they are not. */
const SELECTIONS: readonly (readonly [string, Choice, number])[] = [
  ['chapters', choice({ scope: 'chapters' }), 5],
  ['characters', choice({ scope: 'characters' }), 1],
  ['locations', choice({ scope: 'locations' }), 0],
  ['a slug', choice({ filter: ['voyage'] }), 3],
  ['a part of a slug', choice({ filter: ['pie'] }), 0],
  ['a pattern', choice({ filter: ['*d*'] }), 1],
  ['a tag of scenes', choice({ tags: ['quiet'] }), 1],
  ['a tag of an entity', choice({ tags: ['sea'] }), 0],
  ['a scene two waves deep', choice({ scenes: ['voyage/sailing'] }), 2],
  ['a scene that shows nothing', choice({ scenes: ['voyage/empty'] }), 0],
  ['two scenes', choice({ scenes: ['voyage/landing', 'oda/standing'] }), 2],
  ['a project of Nx', choice({ projects: ['oda'] }), 1],
  ['a project and a tag', choice({ projects: ['voyage'], tags: ['quiet'] }), 1],
];

async function planned(
  { root }: RunWorld,
  world: World,
  selection: Selection | undefined,
): Promise<{ names: string[]; requests: number; along: readonly string[] }> {
  const names: string[] = [];
  const settings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };
  const { totals } = await planWorld(
    { workspaceRoot: root, world, settings, places: REAL_PLACES, selection },
    ({ scenes }) => {
      for (const { planned: one } of scenes) {
        if (one.state.kind === 'pending' || one.state.kind === 'waits') names.push(one.name);
      }
    },
  );
  return { names: names.sort(), requests: totals.requests, along: totals.along };
}

describe('a run buys what its plan said', () => {
  it.each(SELECTIONS)('for %s', async (_name, wanted, along) => {
    await withWorld(
      {},
      async (world, emulator) => {
        const content = await world.load();
        const selected = selectScenes(content, wanted);
        if (selected.kind !== 'selected') throw new Error(selected.message);
        const { selection } = selected;
        const plan = await planned(world, content, selection);
        // Every task that Nx starts for it is given to the engine: those that it depends on, too.
        const { report } = await world.generate({ selection });
        const made = report.entities.flatMap(({ scenes }) =>
          scenes.flatMap(({ scene, outcome }) => (outcome.kind === 'generated' ? [scene] : [])),
        );
        expect(made.sort()).toEqual(plan.names);
        expect(emulator.ledger.billed()).toHaveLength(plan.requests);
        expect(report.totals).toMatchObject({ pending: 0, waits: 0, failed: 0 });
        // Only entities that are whole may be kept by a cache.
        for (const { id, verdict } of report.entities) {
          const all = content.entities.find((one) => one.id === id)?.entity?.scenes ?? [];
          const isWhole = all.every((scene) => made.includes(`${id}/${scene.id}`));
          expect([id, verdict]).toEqual([id, isWhole ? 'done' : 'unfinished']);
        }
        expect((await planned(world, content, selection)).names).toEqual([]);
        // A plain run then buys exactly the rest.
        const rest = await planned(world, content, undefined);
        await world.generate();
        expect(emulator.ledger.billed()).toHaveLength(plan.requests + rest.requests);
        expect(paidTwice(emulator)).toEqual([]);
        expect(plan.along).toHaveLength(along);
      },
      WORLD,
    );
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
