import type { Entity, EntityType, Scene, World, WorldStyle } from '../content/index.js';
// Not by the index: the graph of every Nx process needs this file, and not the YAML editor behind the index.
import { resolveReferences, type ResolvedReference } from '../content/references.js';
import { asJson, type Json } from '../util/canonical-json.js';
import { COMPILER_VERSION } from './compiler-version.js';
import { moodStyle } from './mood-style.js';
import { othersShown } from './others.js';
import { describedAs } from './select-references.js';
import { learnedTraits } from './traits.js';

/**
 * Everything that a scene's prompt takes from outside its own entity: the style guide, the looks of others that it
 * shows, and what its references turned out to be. Two worlds that agree in this, in the entity and in the scene
 * compile to the same prompts, so that a digest of it shows when a scene must be looked at again. Pictures are
 * named, not read.
 */
export function promptInputs(world: World, entity: Entity, scene: Scene): Json {
  return {
    compiler: COMPILER_VERSION,
    style: styleInputs(world.style, entity.type, scene.mood),
    others: othersShown(world, entity, scene).map(lookOf),
    references: resolveReferences(world, entity, scene).map((one) => [referenceInputs(one), remarksOf(one)]),
  };
}

/** What the style guide gives to the scenes of one type and mood. */
export function styleInputs(style: WorldStyle, type: EntityType, word: string | undefined): Json {
  const mood = word === undefined ? undefined : moodStyle(style, word);
  return {
    file: style.file ?? null,
    style: style.style ?? null,
    byType: style.byType[type] ?? null,
    mood: mood === undefined ? null : { text: mood.text, words: [...mood.words] },
    negative: [...style.negative],
    terms: { ...style.terms },
  };
}

/** What the prompts of others say of an entity that they show. */
export function lookOf(other: Entity): Json {
  return {
    id: `${other.type}/${other.slug}`,
    name: other.name,
    file: other.file,
    appearance: other.appearance ?? null,
    description: other.description ?? null,
    tags: [...other.tags],
    looks: other.looks === undefined ? null : asJson(other.looks),
    traits: learnedTraits(other).map((trait) => trait.text),
  };
}

/** What only the words about a reference depend on. */
function remarksOf(reference: ResolvedReference): Json {
  const { isRoleAssumed = false, reason = null } = reference.written;
  return { isRoleAssumed, reason, described: describedAs(reference) ?? null };
}

/** What a reference turned out to be. Digests of Nx tasks hold it: a new field here runs every task again. */
export function referenceInputs(reference: ResolvedReference): Json {
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
}
