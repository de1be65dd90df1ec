import { expect, it } from 'vitest';
import { canBeReadFrom, peekAt, withBody, type LoadedBody } from '../src/content/loaded-body.js';
import { entityFolder, type LoadedEntity } from '../src/content/index.js';

/** More than stays in memory of all entities together. */
const LARGE = 30_000_000;

function entityOf(slug: string): LoadedBody {
  return {
    entity: {
      type: 'character',
      slug,
      dialect: 'canonical',
      root: `content/characters/${slug}`,
      file: `content/characters/${slug}/imagery.yaml`,
      name: slug,
      tags: [],
      traits: [],
      pictures: [],
      scenes: [],
    },
    diagnostics: [],
  };
}

/** An entity whose body is on disk, and how often it was read from there. */
function onDisk(slug: string): { loaded: LoadedEntity; reads: () => number } {
  let reads = 0;
  const read = (): LoadedBody => {
    reads += 1;
    return entityOf(slug);
  };
  const folder = entityFolder(`content/characters/${slug}/imagery.yaml`);
  const head = { folder, id: `character/${slug}`, sourceDigest: slug } as const;
  const loaded = withBody(head, ['entity', 'diagnostics'], { size: LARGE, read });
  return { loaded, reads: () => reads };
}

it('lets go what can be read again, and is the same entity as long as somebody has it', () => {
  const [mira, thane] = [onDisk('mira'), onDisk('thane')];
  const { entity } = mira.loaded;
  expect(entity?.name).toBe('mira');
  expect(mira.loaded.diagnostics).toEqual([]);
  expect(mira.reads()).toBe(1);
  expect(thane.loaded.entity?.name).toBe('thane');
  expect(mira.loaded.entity).toBe(entity);
  expect([mira.reads(), thane.reads()]).toEqual([2, 1]);
  expect({ ...mira.loaded }).toMatchObject({ id: 'character/mira', entity: { name: 'mira' } });
});

it('keeps nothing for who looks through a world', () => {
  const ida = onDisk('ida');
  expect(peekAt(ida.loaded).entity).not.toBe(peekAt(ida.loaded).entity);
  expect(ida.reads()).toBe(2);
  expect(peekAt({ ...ida.loaded }).entity?.name).toBe('ida');
});

it('holds what was read as YAML until it is on disk', () => {
  const folder = entityFolder('content/characters/ida/imagery.yaml');
  const body = entityOf('ida');
  const loaded = withBody({ folder, id: 'character/ida', sourceDigest: '' }, ['entity', 'diagnostics'], body);
  expect(onDisk('thane').loaded.entity?.name).toBe('thane');
  expect(loaded.entity).toBe(body.entity);
  let reads = 0;
  const read = (): LoadedBody => {
    reads += 1;
    return entityOf('ida');
  };
  canBeReadFrom(loaded, { size: LARGE, read });
  expect(loaded.entity).toBe(body.entity);
  expect(reads).toBe(0);
  expect(onDisk('thane').loaded.entity?.name).toBe('thane');
  expect(loaded.entity).toBe(body.entity);
  expect(reads).toBe(1);
});
