import { resolveReferences, type Entity, type Scene, type World } from '../content/index.js';
import type { Json } from '../util/canonical-json.js';
import { COMPILER_VERSION } from './compile.js';
import { moodStyle } from './mood-style.js';
import { othersShown } from './others.js';
import { learnedTraits } from './traits.js';

/**
 * Everything that a scene's prompt takes from outside its own entity: the style guide, the looks of others that it
 * shows, and what its references turned out to be. Two worlds that agree in this, in the entity and in the scene
 * compile to the same prompts, so that a digest of it tells when a scene must be looked at again. Pictures are
 * named, not read.
 */
export function promptInputs(world: World, entity: Entity, scene: Scene): Json {
  const { style } = world;
  const mood = scene.mood === undefined ? undefined : moodStyle(style, scene.mood);
  return {
    compiler: COMPILER_VERSION,
    style: {
      file: style.file ?? null,
      style: style.style ?? null,
      byType: style.byType[entity.type] ?? null,
      mood: mood === undefined ? null : { text: mood.text, words: [...mood.words] },
      negative: [...style.negative],
      terms: { ...style.terms },
    },
    others: othersShown(world, entity, scene).map((other) => ({
      id: `${other.type}/${other.slug}`,
      name: other.name,
      file: other.file,
      appearance: other.appearance ?? null,
      traits: learnedTraits(other).map((trait) => trait.text),
    })),
    references: resolveReferences(world, entity, scene).map((reference): Json => {
      const base = { name: reference.name, role: reference.role, required: reference.required };
      switch (reference.kind) {
        case 'file':
          return { ...base, paths: [...reference.paths], owner: reference.owner?.name ?? null };
        case 'scene':
          return {
            ...base,
            scene: `${reference.entity.type}/${reference.entity.slug}/${reference.scene.id}`,
            owner: reference.entity.name,
            title: reference.scene.title,
            zoneName: reference.scene.place?.zoneName ?? null,
          };
        case 'dangling':
          return { ...base, dangling: true };
      }
    }),
  };
}
