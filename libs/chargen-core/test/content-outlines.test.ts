import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, describe, expect, it } from 'vitest';
import {
  analysisDigest,
  AuthoredDigests,
  ContentReader,
  findImageryFiles,
  listedInWorld,
  lookableOf,
  resolveReferences,
  seenInWorld,
  WorldCache,
  type World,
} from '../src/graph.js';
import { DEFAULT_SETTINGS } from '../src/plan/settings.js';
import { dialectTexts, imageryFiles, writeWorld } from './support/dialect-world.js';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const SETTINGS = { ...DEFAULT_SETTINGS, analyzePictures: 'all' as const };

/** All that the project graph takes from a world. */
function seenByGraph(world: World): unknown {
  const digests = new AuthoredDigests(world, SETTINGS);
  const seen = seenInWorld(world, () => undefined);
  return {
    listed: listedInWorld(world, seen),
    entities: world.entities.map((loaded) => ({
      digest: digests.of(loaded),
      analysis: analysisDigest(world, loaded, SETTINGS),
      looked: lookableOf(loaded),
      seen: seen.get(loaded.folder.root),
      diagnostics: loaded.diagnostics,
      tags: loaded.entity?.tags,
      scenes: loaded.entity?.scenes.map(({ id, title, locked, aspectRatio, imageSize }) => ({
        ...{ id, title, locked, aspectRatio, imageSize },
      })),
      references: loaded.entity?.scenes.map((scene) =>
        resolveReferences(world, loaded.entity ?? expect.unreachable(), scene).map((one) => [
          one.kind,
          one.name,
          one.kind === 'file' ? one.paths : undefined,
        ]),
      ),
    })),
  };
}

async function sample(): Promise<[string, string[], string]> {
  return [REPOSITORY, await findImageryFiles(REPOSITORY, 'content'), 'content/style.yaml'];
}

function dialects(): Promise<[string, string[], string]> {
  const texts = dialectTexts();
  const root = writeWorld(texts);
  onTestFinished(() => rm(root, { recursive: true }));
  return Promise.resolve([root, imageryFiles(texts), 'style.yaml']);
}

describe('entities without the words of their scenes', () => {
  it.each([
    ['the sample world', sample],
    ['all dialects and a broken file', dialects],
  ])('give the project graph what whole ones do: %s', async (_what, place) => {
    const [root, files, style] = await place();
    const whole = new ContentReader(root).load(files, style);
    const outlines = new ContentReader(root, 'outlines').load(files, style);
    expect(seenByGraph(outlines)).toStrictEqual(seenByGraph(whole));
    expect(JSON.stringify(outlines.entities).length).toBeLessThan(JSON.stringify(whole.entities).length);
    expect(outlines.entities.some(({ entity }) => entity?.scenes.some(({ prompt }) => prompt))).toBe(false);
  });

  it('are the same for the next process, which reads no file as YAML', async () => {
    const [root, files, style] = await dialects();
    const file = join(root, 'data', 'outlines');
    const read = (): [World, number] => {
      const reader = new ContentReader(root, 'outlines');
      const cache = new WorldCache(file, 'build');
      cache.fill(reader);
      const world = reader.load(files, style);
      cache.keep(reader);
      return [world, reader.parsed];
    };
    const [first, parsed] = read();
    expect(parsed).toBe(files.length);
    expect((await stat(file)).size).toBeGreaterThan(0);
    const [second, again] = read();
    expect(again).toBe(0);
    expect(seenByGraph(second)).toStrictEqual(seenByGraph(first));
    expect(second.entities).toEqual(first.entities);
  });
});
