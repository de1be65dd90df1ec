import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  planRefresh,
  planWorld,
  REAL_PLACES,
  Selection,
  setSceneField,
  setStyleWording,
  type RefreshPlan,
  type WorldPlan,
} from '../src/index.js';
import { COMPILER_VERSION } from '../src/prompt/compiler-version.js';
import { asOlderVersion } from './support/older-version.js';
import { FILES, outcomes, SCENES, withWorld, type RunWorld } from './support/run-world.js';

const STYLE = 'content/style.yaml';

async function optionsOf(world: RunWorld) {
  const settings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };
  return { workspaceRoot: world.root, world: await world.load(), settings, places: REAL_PLACES };
}

async function refreshOf(world: RunWorld, selection?: Selection): Promise<RefreshPlan> {
  return planRefresh(await optionsOf(world), selection);
}

async function planOf(world: RunWorld): Promise<WorldPlan> {
  return planWorld(await optionsOf(world));
}

const names = ({ scenes }: RefreshPlan): string[] => scenes.map(({ planned }) => planned.name);

it('lists nothing for pictures that this version would ask for in the same words', () =>
  withWorld({}, async (world) => {
    await world.generate();
    expect(await refreshOf(world)).toMatchObject({
      scenes: [],
      along: [],
      blocked: [],
      cost: { expected: 0 },
    });
  }));

it('lists what is selected with its cost, and what shows it; the plan after it costs exactly that', () =>
  withWorld({}, async (world) => {
    await world.generate();
    await asOlderVersion(world);
    expect(names(await refreshOf(world))).toHaveLength(SCENES);
    const plan = await refreshOf(world, new Selection(['location/harbour']));
    expect(names(plan)).toEqual(['location/harbour/dawn']);
    expect(plan.along).toEqual(['chapter/storm/leaving']);
    const before = await readFile(world.path(FILES.harbour), 'utf8');
    for (const { planned } of plan.scenes) {
      const change = { field: 'wording', value: plan.wording } as const;
      const outcome = await setSceneField(world.root, planned.entity, planned.scene, change);
      expect(outcome).toEqual({ kind: 'written', file: FILES.harbour });
    }
    expect(await readFile(world.path(FILES.harbour), 'utf8')).toBe(
      before.replace('at dawn.\n', `at dawn.\n    wording: ${String(COMPILER_VERSION)}\n`),
    );
    const { totals } = await planOf(world);
    expect(totals.cost).toEqual(plan.cost);
    expect(totals.requests).toBe(2);
    const made = Object.entries(outcomes((await world.generate()).report)).filter(
      ([, kind]) => kind === 'generated',
    );
    expect(made.map(([name]) => name).sort()).toEqual(['harbour/dawn', 'storm/leaving']);
    expect((await planOf(world)).totals.requests).toBe(0);
    expect(names(await refreshOf(world, new Selection(['location/harbour'])))).toEqual([]);
  }));

it('writes the wording once into the style guide, and makes one if there is none', () =>
  withWorld({}, async (world) => {
    await world.generate();
    await asOlderVersion(world);
    const plan = await refreshOf(world);
    const { world: read } = await optionsOf(world);
    expect(await setStyleWording(read, STYLE, plan.wording)).toEqual({ kind: 'written', file: STYLE });
    expect(await readFile(world.path(STYLE), 'utf8')).toBe(`wording: ${String(COMPILER_VERSION)}\n`);
    await writeFile(world.path(STYLE), '# Ours.\nmoods: { calm: soft } # of the sea\n');
    expect(await setStyleWording(read, STYLE, 3)).toEqual({ kind: 'written', file: STYLE });
    const text = '# Ours.\nmoods: { calm: soft } # of the sea\nwording: 3\n';
    expect(await readFile(world.path(STYLE), 'utf8')).toBe(text);
    await writeFile(world.path(STYLE), '- a list\n');
    expect(await setStyleWording(read, STYLE, 3)).toMatchObject({ kind: 'refused', file: STYLE });
    expect(await readFile(world.path(STYLE), 'utf8')).toBe('- a list\n');
  }));
