import type { Entity, Scene } from './entity.js';
import { slugOf } from './slug.js';

export type ZoneMatch =
  /** The scene that shows the zone. */
  | { readonly kind: 'zone'; readonly scene: Scene }
  /** The place as a whole, since no zone was asked for. */
  | { readonly kind: 'overview'; readonly scene: Scene }
  /** The place as a whole, since it has no such zone. */
  | { readonly kind: 'stand-in'; readonly scene: Scene }
  | { readonly kind: 'none' };

/**
 * The scene of a location that shows a zone: by the zone's slug, by the slug of its name, by its slug without the
 * location's own in front, by the scene's id; else the overview. Of a zone with several images the first is meant.
 * Never a beat: beats use zones, so that scenes cannot wait for each other in a circle.
 */
export function findZone(owner: Entity, zone: string | undefined): ZoneMatch {
  const scenes = owner.scenes.filter((scene) => scene.place?.kind !== 'beat');
  const overview =
    scenes.find((scene) => scene.place?.kind === 'overview') ??
    scenes.find((scene) => /^(?:overview|establishing)/.test(scene.id)) ??
    scenes[0];
  const wanted = slugOf(zone ?? '');
  if (zone === undefined || wanted === '')
    return overview === undefined ? { kind: 'none' } : { kind: 'overview', scene: overview };
  const tests: readonly ((scene: Scene) => boolean)[] = [
    (scene) => scene.place?.zone === zone,
    (scene) => scene.id === zone,
    (scene) => slugOf(scene.place?.zone ?? '') === wanted || slugOf(scene.place?.zoneName ?? '') === wanted,
    (scene) =>
      slugOf(scene.place?.zone ?? '') === `${owner.slug}-${wanted}` || scene.id === `${owner.slug}-${wanted}`,
    (scene) => scene.place === undefined && slugOf(scene.title) === wanted,
  ];
  for (const test of tests) {
    const scene = scenes.find(test);
    if (scene !== undefined) return { kind: 'zone', scene };
  }
  return overview === undefined ? { kind: 'none' } : { kind: 'stand-in', scene: overview };
}

/** The names by which zones of a location can be asked for. */
export function zoneNames(owner: Entity): readonly string[] {
  return owner.scenes.flatMap((scene) =>
    scene.place?.kind === 'beat' ? [] : [scene.place?.zone ?? scene.id],
  );
}
