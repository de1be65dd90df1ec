import { createHash } from 'node:crypto';
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type RunReport } from '../src/index.js';
import { recipeSchema } from '../src/recipe/recipe.js';
import { COMPILER_VERSION } from '../src/prompt/compiler-version.js';
import { asOlderVersion } from './support/older-version.js';
import { FILES, KEYS, outcomes, withWorld, type RunWorld } from './support/run-world.js';

async function edit(world: RunWorld, path: string, from: string, to: string): Promise<void> {
  const text = await readFile(world.path(path), 'utf8');
  if (!text.includes(from)) throw new Error(`${path} does not contain "${from}".`);
  await world.write(path, text.replace(from, to));
}

function made(report: RunReport): string[] {
  return Object.entries(outcomes(report))
    .filter(([, kind]) => kind === 'generated')
    .map(([name]) => name)
    .sort();
}

describe('a finished picture is judged by what people asked for', () => {
  it('makes nothing again after an update that words every request differently', async () => {
    await withWorld({}, async (world, emulator) => {
      await world.generate();
      await asOlderVersion(world);
      const before = await world.pictures();
      const { report } = await world.generate();
      expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(['done']));
      expect(await world.pictures()).toEqual(before);
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
    });
  });

  it('makes nothing again when the prompt compiler goes from version 3 to 4, and holds what it held before', async () => {
    await withWorld({}, async (world, emulator) => {
      expect(COMPILER_VERSION).toBe(4);
      await world.generate();
      await asOlderVersion(world, 3);
      const before = await world.pictures();
      const { report } = await world.generate();
      expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(['done']));
      await rename(world.path('content/locations/harbour'), world.path('harbour-for-regeneration'));
      expect(made((await world.generate()).report)).toEqual([]);
      await rename(world.path('harbour-for-regeneration'), world.path('content/locations/harbour'));
      expect(new Set(Object.values(outcomes((await world.generate()).report)))).toEqual(new Set(['done']));
      expect(await world.pictures()).toEqual(before);
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
    });
  });

  it('makes exactly what an author changes after such an update', async () => {
    await withWorld({}, async (world, emulator) => {
      await world.generate();
      await asOlderVersion(world);
      await edit(world, FILES.chapter, 'A wreck on the rocks.', 'A wreck on the sand.');
      await edit(world, FILES.mira, 'title: Second', 'title: The second');
      expect(made((await world.generate()).report)).toEqual(['storm/wreck']);
      expect(emulator.ledger.billed()).toHaveLength(KEYS + 1);
      // What the author changed in a shown picture reaches those that show it.
      await edit(world, FILES.harbour, 'A harbour at dawn.', 'A harbour at dusk.');
      expect(made((await world.generate()).report)).toEqual(['harbour/dawn', 'storm/leaving']);
    });
  });

  it('finds the picture of a scene that was renamed after such an update, in a clone without a store', async () => {
    await withWorld({}, async (world, emulator) => {
      await world.generate();
      await asOlderVersion(world);
      const before = (await world.pictures()).get('storm/wreck');
      await edit(world, FILES.chapter, 'id: wreck', 'id: on-the-rocks');
      expect(outcomes((await world.generate()).report)['storm/on-the-rocks']).toBe('reused');
      expect((await world.pictures()).get('storm/on-the-rocks')).toBe(before);
      expect(outcomes((await world.generate()).report)['storm/on-the-rocks']).toBe('done');
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
    });
  });

  it('makes pictures of older wording again if an author asks for it, and only once', async () => {
    await withWorld({}, async (world) => {
      await world.generate();
      await asOlderVersion(world);
      await edit(world, FILES.harbour, 'title: Dawn', 'title: Dawn\n    wording: 2');
      expect(made((await world.generate()).report)).toContain('harbour/dawn');
      expect(made((await world.generate()).report)).toEqual([]);
    });
  });

  it('judges a recipe that does not say what was asked for by its key alone', async () => {
    await withWorld({}, async (world) => {
      await world.generate();
      await asOlderVersion(world);
      for (const path of await world.files('content')) {
        if (!path.endsWith('wreck.recipe.json')) continue;
        const recipe = recipeSchema.parse(JSON.parse(await readFile(world.path(path), 'utf8')));
        await writeFile(world.path(path), JSON.stringify({ ...recipe, asked: undefined }));
      }
      expect(made((await world.generate()).report)).toEqual(['storm/wreck']);
    });
  });

  it('holds a picture whose place was deleted, and buys nothing when the place is back', async () => {
    await withWorld({}, async (world, emulator) => {
      await world.generate();
      const away = world.path('harbour-for-regeneration');
      await rename(world.path('content/locations/harbour'), away);
      // Also with a change of the scene's own words: it is not made again without the place.
      await edit(world, FILES.chapter, 'The boat leaves the harbour.', 'The boat slips out of the harbour.');
      expect(made((await world.generate()).report)).toEqual([]);
      await edit(world, FILES.chapter, 'The boat slips out of the harbour.', 'The boat leaves the harbour.');
      await rename(away, world.path('content/locations/harbour'));
      const { report } = await world.generate();
      expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(['done']));
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
    });
  });

  it('buys no chapter twice while many places are away for a day, and none when they are back', async () => {
    const places = Array.from({ length: 6 }, (_, n) => `place-${String(n)}`);
    const files: Record<string, string> = {};
    for (const place of places) {
      files[`content/locations/${place}/imagery.yaml`] =
        `entity_type: location\nname: ${place}\nscenes:\n  - { id: seen, title: Seen, prompt: Seen from afar and ${place}. }\n`;
      files[`content/chapters/of-${place}/imagery.yaml`] =
        `entity_type: chapter\nname: Of ${place}\nscenes:\n` +
        places
          .map(
            (other, n) =>
              `  - id: s${String(n)}\n    title: S\n    prompt: Scene ${String(n)} of ${place}.\n    references: [{ location: ${other}, scene: seen }]\n`,
          )
          .join('');
    }
    await withWorld(
      {},
      async (world, emulator) => {
        await world.generate();
        const billed = emulator.ledger.billed().length;
        expect(billed).toBe(KEYS + places.length + places.length ** 2);
        for (const place of places) await rename(world.path('content/locations', place), world.path(place));
        // A day passes with runs, after an update, without a store.
        await asOlderVersion(world);
        const { report } = await world.generate();
        expect(made(report)).toEqual([]);
        expect(report.totals).toMatchObject({ pending: 0, waits: 0, failed: 0 });
        for (const place of places) await rename(world.path(place), world.path('content/locations', place));
        expect(new Set(Object.values(outcomes((await world.generate()).report)))).toEqual(new Set(['done']));
        expect(emulator.ledger.billed()).toHaveLength(billed);
      },
      files,
    );
  });

  it('keeps the picture of a scene that moves to another file, and those of an entity that is renamed', async () => {
    await withWorld({}, async (world, emulator) => {
      await world.generate();
      const before = await world.pictures();
      const wreck = `  - id: wreck\n    title: Wreck\n    prompt: A wreck on the rocks.\n`;
      await edit(world, FILES.chapter, wreck, '');
      await world.write(
        'content/chapters/calm/imagery.yaml',
        `entity_type: chapter\nname: The Calm\nscenes:\n${wreck}`,
      );
      await rename(world.path('content/locations/harbour'), world.path('content/locations/old-harbour'));
      await edit(world, FILES.chapter, 'location: harbour', 'location: old-harbour');
      await rm(world.path('.chargen'), { recursive: true });
      const { report } = await world.generate();
      expect(outcomes(report)).toMatchObject({
        'calm/wreck': 'reused',
        'old-harbour/dawn': 'done',
        'storm/leaving': 'done',
      });
      const recipe = recipeSchema.parse(
        JSON.parse(await readFile(world.path('content/chapters/calm/images/wreck.recipe.json'), 'utf8')),
      );
      expect(recipe.picture.sha256).toBe(before.get('storm/wreck'));
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
    });
  });

  it('makes a held picture again if its author takes the reference out', async () => {
    await withWorld({}, async (world) => {
      await world.generate();
      await rm(world.path('content/locations/harbour'), { recursive: true });
      await edit(world, FILES.chapter, '      - location: harbour\n        scene: dawn\n', '');
      expect(made((await world.generate()).report)).toEqual(['storm/leaving']);
    });
  });

  it('lays from the store what an older version asked for in other words, in a fresh clone', async () => {
    await withWorld({}, async (world, emulator) => {
      await world.generate();
      const before = await world.pictures();
      // The store as an older version would have left it: the same answers under the keys of its own words.
      for (const path of await world.files('.chargen/store/results')) {
        const entry = JSON.parse(await readFile(world.path(path), 'utf8')) as {
          kind: string;
          key: string;
          of?: string;
        };
        const older = (key: string): string => createHash('sha256').update(`older ${key}`).digest('hex');
        if (entry.kind === 'asked') {
          await writeFile(
            world.path(path),
            JSON.stringify({ ...entry, of: older(entry.of ?? ''), compiler: 1 }),
          );
          continue;
        }
        const key = older(entry.key);
        await world.write(
          `.chargen/store/results/${key.slice(0, 2)}/${key}.json`,
          JSON.stringify({ ...entry, key }),
        );
        await rm(world.path(path));
      }
      const clone = await world.clone();
      await cp(world.path('.chargen/store'), clone.path('.chargen/store'), { recursive: true });
      const { report } = await clone.generate();
      expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(['reused']));
      expect(await clone.pictures()).toEqual(before);
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
      expect(new Set(Object.values(outcomes((await clone.generate()).report)))).toEqual(new Set(['done']));
      await clone.remove();
    });
  });

  it('asks again for a refused picture once its author raises the attempt, and not before', async () => {
    await withWorld({}, async (world, emulator) => {
      const wreck = { match: { key: 'chapter/storm/wreck@*' } };
      emulator.faults.arm({ fault: { kind: 'refuse', finishReason: 'IMAGE_SAFETY' }, ...wreck, times: 2 });
      const wreckOf = async (): Promise<string | undefined> =>
        outcomes((await world.generate()).report)['storm/wreck'];
      const billed = (): number =>
        emulator.ledger.billed().filter((one) => one.key?.startsWith('chapter/storm/wreck@') === true).length;
      expect([await wreckOf(), await wreckOf(), billed()]).toEqual(['refused', 'refused', 1]);
      await edit(world, FILES.chapter, 'title: Wreck', 'title: Wreck\n    attempt: 2');
      expect([await wreckOf(), await wreckOf(), billed()]).toEqual(['refused', 'refused', 2]);
      await edit(world, FILES.chapter, 'attempt: 2', 'attempt: 3');
      expect([await wreckOf(), await wreckOf(), billed()]).toEqual(['generated', 'done', 3]);
    });
  });
});
