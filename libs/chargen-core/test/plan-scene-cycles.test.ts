import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ContentReader, type World } from '../src/index.js';
import { sceneCycle } from '../src/plan/scene-cycles.js';

const root = mkdtempSync(join(tmpdir(), 'chargen-cycles-'));
const FILE = 'characters/walker/imagery.yaml';
mkdirSync(join(root, 'characters/walker'), { recursive: true });
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** One character whose scene n uses the pictures of the scenes that `uses[n]` lists. */
function worldOf(uses: readonly (readonly number[])[]): World {
  const scenes = uses.map((shown, n) => {
    const references = shown.map((other) => `{ scene: s${String(other)} }`).join(', ');
    return `  - { id: s${String(n)}, title: T, prompt: P, references: [${references}] }`;
  });
  writeFileSync(join(root, FILE), `entity_type: character\nname: Walker\nscenes:\n${scenes.join('\n')}\n`);
  return new ContentReader(root).load([FILE], undefined);
}

function cyclesIn(world: World): (readonly string[] | undefined)[] {
  const entity = world.find('character', 'walker')?.entity;
  if (entity === undefined) throw new Error('The world was not read.');
  return entity.scenes.map((scene) => sceneCycle(world, entity, scene));
}

/** Whether a scene reaches itself, by trying every way. */
function reachesItself(uses: readonly (readonly number[])[], start: number): boolean {
  const seen = new Set<number>();
  const queue = [...(uses[start] ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next === start) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    queue.push(...(uses[next] ?? []));
  }
  return false;
}

describe('scenes that need their own picture first', () => {
  it('are told whatever was asked before, with a way that leads back', () => {
    const graphs = fc
      .integer({ min: 1, max: 7 })
      .chain((count) =>
        fc.array(fc.uniqueArray(fc.nat(count - 1), { maxLength: 3 }), { minLength: count, maxLength: count }),
      );
    fc.assert(
      fc.property(graphs, (uses) => {
        for (const [n, cycle] of cyclesIn(worldOf(uses)).entries()) {
          expect(cycle !== undefined).toBe(reachesItself(uses, n));
          if (cycle === undefined) continue;
          const numbers = cycle.map((name) => Number(name.slice('character/walker/s'.length)));
          expect([numbers[0], numbers.at(-1)]).toEqual([n, n]);
          for (const [step, from] of numbers.slice(0, -1).entries()) {
            expect(uses[from]).toContain(numbers[step + 1]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are looked for once in a chain: each scene is resolved once, not once for each that leads to it', () => {
    const count = 400;
    const world = worldOf(Array.from({ length: count }, (_, n) => (n + 1 < count ? [n + 1] : [])));
    const entity = world.find('character', 'walker')?.entity;
    if (entity === undefined) throw new Error('The world was not read.');
    let resolved = 0;
    const scenes = entity.scenes.map((scene) => ({
      ...scene,
      get references() {
        resolved += 1;
        return scene.references;
      },
    }));
    const counted = { ...entity, scenes };
    const loaded = world.entities.map((one) => ({ ...one, entity: counted }));
    const watched: World = { ...world, entities: loaded, find: () => loaded[0] };
    for (const scene of scenes) expect(sceneCycle(watched, counted, scene)).toBeUndefined();
    expect(resolved).toBeLessThan(count * 4);
  });
});
