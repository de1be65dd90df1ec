import { describe, expect, it } from 'vitest';
import { resolveReferences, type ResolvedReference } from '../src/content/index.js';
import { selectReferences } from '../src/prompt/index.js';
import { dialectTexts, entityOf, loadWorld } from './support/dialect-world.js';

const world = loadWorld(dialectTexts());

function referencesOf(id: string, index: number): readonly ResolvedReference[] {
  const entity = entityOf(world, id);
  return resolveReferences(world, entity, entity.scenes[index]!);
}

describe('the references that go to the model', () => {
  it('are faces first, then places, each in the author’s order', () => {
    const { sent, leftOut } = selectReferences(referencesOf('location/drowned-quarry', 4).toReversed(), 14);
    expect(sent.map((one) => one.reference.name)).toEqual([
      'character/ossa-verrin ossa-verrin-portrait',
      'character/ilmo-tarn ilmo-tarn-portrait',
      'location/drowned-quarry scene crane-deck',
    ]);
    expect(leftOut).toEqual([]);
  });

  it('hold the same picture once', () => {
    const { sent, leftOut } = selectReferences(referencesOf('location/saltmere-rise', 1), 14);
    expect(sent).toHaveLength(1);
    expect(leftOut.map((one) => one.why)).toEqual(['doubled']);
  });

  it('are at most as many as the model takes; the last by the order stay behind', () => {
    const { sent, leftOut } = selectReferences(referencesOf('location/drowned-quarry', 4), 2);
    expect(sent.map((one) => one.reference.role)).toEqual(['portrait', 'portrait']);
    expect(leftOut.map((one) => [one.reference.role, one.why])).toEqual([['place', 'over-limit']]);
    expect(selectReferences(referencesOf('location/drowned-quarry', 4), 0).sent).toEqual([]);
  });

  it('leave out what dangles', () => {
    const { sent, leftOut } = selectReferences(referencesOf('location/ferry-house', 3), 14);
    expect(sent).toHaveLength(1);
    expect(leftOut.map((one) => one.why)).toEqual(['dangling']);
  });
});
