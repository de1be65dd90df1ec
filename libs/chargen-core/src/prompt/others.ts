import type { Entity, Scene, SceneReference, World } from '../content/index.js';

/**
 * The characters and places, other than the scene's own entity, that a scene says it shows. Their canonical
 * appearance is part of its prompt whether or not there is a picture of them.
 */
export function othersShown(world: World, entity: Entity, scene: Scene): readonly Entity[] {
  const shown = new Map<string, Entity>();
  for (const reference of scene.references) {
    const other = entityOf(world, reference);
    if (other === undefined || other.type === 'chapter') continue;
    if (other.type === entity.type && other.slug === entity.slug) continue;
    shown.set(`${other.type}/${other.slug}`, other);
  }
  return [...shown.values()];
}

function entityOf(world: World, reference: SceneReference): Entity | undefined {
  switch (reference.kind) {
    case 'entity':
    case 'entity-scene':
      return world.find(reference.type, reference.slug)?.entity;
    case 'zone':
      return world.find('location', reference.slug)?.entity;
    // A slug may stand in place of a picture's id.
    case 'picture-id':
      return (world.find('character', reference.id) ?? world.find('location', reference.id))?.entity;
    default:
      return undefined;
  }
}
