import { posix } from 'node:path';
import type { AuthoredPicture, Entity, LoadedEntity, ReferenceRole, World } from '../content/index.js';
import { analysisPath, PICTURE_EXTENSIONS, scenePaths, type Places } from '../plan/places.js';
import type { AnalyzedPictures } from '../plan/settings.js';
import { othersShown } from '../prompt/others.js';

/** A picture that may be analyzed, and where its analysis goes. Known from declarations: no file is read. */
export interface AnalysisTarget {
  readonly kind: 'reference' | 'scene' | 'inventory';
  readonly entity: Entity;
  /** The id of the reference, scene or inventory entry. */
  readonly id: string;
  /** `character/cidrella-vexweld/portrait` */
  readonly name: string;
  readonly title: string;
  readonly role: ReferenceRole;
  /** Relative to the workspace; the first that exists is meant. */
  readonly paths: readonly [string, ...string[]];
  /** Where the analysis is, relative to the workspace. */
  readonly sidecar: string;
  readonly take: number;
  /** Who is shown: its entity, and others that a scene shows. */
  readonly shows: readonly Entity[];
  /** Who is shown, with the canonical appearance that the picture is judged by. */
  readonly subjects: readonly { readonly name: string; readonly appearance: string }[];
}

/**
 * The pictures of an entity that are to be analyzed: its references, which feed prompts, and, if the workspace
 * asks for all, its generated pictures and those that an inventory lists, for titles, alt texts and tags.
 */
export function analysisTargets(
  world: World,
  loaded: LoadedEntity,
  which: AnalyzedPictures,
  places: Places,
): AnalysisTarget[] {
  const { entity } = loaded;
  if (entity === undefined) return [];
  const targets = entity.pictures.map((picture) => reference(entity, picture, places));
  if (which === 'all') {
    targets.push(...entity.scenes.map((scene) => ofScene(world, entity, scene, places)));
    for (const { id, path, title } of loaded.inventory ?? []) {
      const subjects = subjectsOf([entity]);
      const name = `${loaded.id}/${id}`;
      const sidecar = analysisPath(entity.root, path, places);
      targets.push({
        kind: 'inventory',
        entity,
        id,
        name,
        title: title ?? id,
        role: 'other',
        paths: [path],
        sidecar,
        take: 1,
        shows: [entity],
        subjects,
      });
    }
  }
  return distinct(targets);
}

/** Several entries may name one picture, and pictures that differ in their extension only share a sidecar. */
function distinct(targets: readonly AnalysisTarget[]): AnalysisTarget[] {
  const taken = new Set<string>();
  return targets.filter((target) => {
    const { sidecar, paths } = target;
    if (taken.has(sidecar) || paths.some((path) => taken.has(path))) return false;
    for (const one of [sidecar, ...paths]) taken.add(one);
    return true;
  });
}

function reference(entity: Entity, picture: AuthoredPicture, places: Places): AnalysisTarget {
  const [first] = picture.paths;
  return {
    kind: 'reference',
    entity,
    id: picture.id,
    name: `${entity.type}/${entity.slug}/${picture.id}`,
    title: picture.description ?? posix.basename(first),
    role: picture.role,
    paths: picture.paths,
    sidecar: analysisPath(entity.root, first, places),
    take: picture.take ?? 1,
    shows: [entity],
    subjects: picture.role === 'style' || picture.role === 'other' ? [] : subjectsOf([entity]),
  };
}

/** The target of one scene's picture. */
export function ofScene(
  world: World,
  entity: Entity,
  scene: Entity['scenes'][number],
  places: Places,
): AnalysisTarget {
  const paths = scenePaths(entity, scene, places);
  const [first, ...rest] = PICTURE_EXTENSIONS;
  const shows = [entity, ...othersShown(world, entity, scene)];
  return {
    kind: 'scene',
    entity,
    id: scene.id,
    name: `${entity.type}/${entity.slug}/${scene.id}`,
    title: scene.title,
    role: 'other',
    paths: [paths.picture(first), ...rest.map((extension) => paths.picture(extension))],
    sidecar: analysisPath(entity.root, paths.picture(first), places),
    take: 1,
    shows,
    subjects: subjectsOf(shows),
  };
}

function subjectsOf(entities: readonly Entity[]): AnalysisTarget['subjects'] {
  return entities.flatMap(({ name, appearance }) => (appearance === undefined ? [] : [{ name, appearance }]));
}
