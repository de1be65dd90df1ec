import { typeOfFolder, type Entity, type LoadedEntity, type Scene, type World } from '../content/index.js';
import type { Scope } from '../content/entity-types.js';
import { sceneName, Selection, takeOf, withoutTake } from '../plan/index.js';
import { nearest } from '../util/nearest.js';

/** Which entities are meant, in a person's words. */
export interface Choice {
  readonly scope: Scope;
  /** Slugs, patterns with `*`, parts of slugs; none for all of the scope. */
  readonly filter: readonly string[];
  /** Words of which the entity or the scene has at least one as a tag; none for all. */
  readonly tags?: readonly string[];
  /** Single scenes, named as by `findScene`; none for all. */
  readonly scenes?: readonly string[];
  /** Names of Nx projects: slugs, or `<type>-<slug>`; none for all. */
  readonly projects?: readonly string[];
}

export type SelectionOutcome =
  /** `selection` is undefined if every scene of the world is meant. */
  | {
      readonly kind: 'selected';
      readonly entities: readonly LoadedEntity[];
      readonly selection: Selection | undefined;
    }
  /** A word that matches nothing, as a message for people. */
  | { readonly kind: 'unknown'; readonly message: string };

export type ChoiceOutcome =
  | { readonly kind: 'chosen'; readonly entities: readonly LoadedEntity[] }
  /** A word that means no entity: a typing mistake must not look like "nothing to do". */
  | { readonly kind: 'unknown'; readonly word: string; readonly guess: string | undefined };

export type SceneOutcomeByName =
  | { readonly kind: 'found'; readonly loaded: LoadedEntity; readonly entity: Entity; readonly scene: Scene }
  | { readonly kind: 'unknown'; readonly message: string };

/** `finn`, `character/finn` */
export function slugOfEntity(loaded: LoadedEntity): string {
  return loaded.id.slice(loaded.id.indexOf('/') + 1);
}

/**
 * The entities of a choice, sorted as in the world. A slug that exists means just that one, even if it is
 * a part of other slugs.
 */
export function chooseEntities(world: World, choice: Choice): ChoiceOutcome {
  const { scope, filter } = choice;
  const inScope =
    scope === 'all'
      ? world.entities
      : world.entities.filter((loaded) => loaded.id.startsWith(`${String(typeOfFolder(scope))}/`));
  const words = filter.flatMap((one) => one.split(',')).map((word) => word.trim());
  const wanted = words.filter((word) => word !== '');
  if (wanted.length === 0) return { kind: 'chosen', entities: inScope };
  const chosen = new Set<LoadedEntity>();
  for (const word of wanted) {
    const found = entitiesCalled(inScope, word);
    if (found.length === 0) return { kind: 'unknown', word, guess: guess(word, inScope.map(slugOfEntity)) };
    for (const one of found) chosen.add(one);
  }
  return { kind: 'chosen', entities: inScope.filter((loaded) => chosen.has(loaded)) };
}

/**
 * The scenes that a person means: those that meet every condition of the choice. `givenNames` are an entity's further
 * names as a project; they are asked for only if a name is none that the plugin gives.
 */
export function selectScenes(
  world: World,
  choice: Choice,
  givenNames: (loaded: LoadedEntity) => readonly string[] = () => [],
): SelectionOutcome {
  const { scope, tags = [], scenes = [], projects = [] } = choice;
  const chosen = chooseEntities(world, choice);
  if (chosen.kind === 'unknown') return { kind: 'unknown', message: unknownEntity(scope, chosen) };
  let { entities } = chosen;
  if (projects.length > 0) {
    const roots = new Set<string>();
    for (const name of projects) {
      const ours = world.entities.filter((loaded) => isProject(loaded, name));
      const found =
        ours.length > 0 ? ours : world.entities.filter((loaded) => givenNames(loaded).includes(name));
      if (found.length === 0) {
        const close = didYouMean(guess(name, world.entities.map(slugOfEntity)));
        return { kind: 'unknown', message: `No project of the world is called "${name}".${close}` };
      }
      for (const { folder } of found) roots.add(folder.root);
    }
    entities = entities.filter(({ folder }) => roots.has(folder.root));
  }
  const single = new Set<string>();
  for (const name of scenes) {
    const found = findScene(world, name);
    if (found.kind === 'unknown') return found;
    single.add(sceneName(found.entity, found.scene));
  }
  if (scenes.length === 0 && tags.length === 0) {
    const isAll = entities.length === world.entities.length;
    return {
      kind: 'selected',
      entities,
      selection: isAll ? undefined : new Selection(entities.map(({ id }) => id)),
    };
  }
  const names = entities.flatMap(({ entity }) =>
    (entity?.scenes ?? []).flatMap((scene) => {
      if (entity === undefined) return [];
      const name = sceneName(entity, scene);
      const isTagged = tags.length === 0 || tags.some((tag) => [...entity.tags, ...scene.tags].includes(tag));
      return isTagged && (scenes.length === 0 || single.has(name)) ? [name] : [];
    }),
  );
  if (names.length === 0) return { kind: 'unknown', message: nothingSelected(world, tags) };
  const ids = new Set(names.map((name) => name.split('/').slice(0, 2).join('/')));
  const touched = entities.filter(({ id }) => ids.has(id));
  return { kind: 'selected', entities: touched, selection: new Selection(names) };
}

/** As the plugin names projects: by slug, or by type and slug if two entities share it. */
function isProject({ id, folder }: LoadedEntity, name: string): boolean {
  return folder.folder === name || id.replace('/', '-') === name;
}

function nothingSelected(world: World, tags: readonly string[]): string {
  const known = world.entities.flatMap(({ entity }) => [
    ...(entity?.tags ?? []),
    ...(entity?.scenes ?? []).flatMap((scene) => scene.tags),
  ]);
  const [tag = ''] = tags;
  return tags.length === 0
    ? 'No scene meets all of the options together.'
    : `No scene that was asked for has the tag "${tags.join('" or "')}".${didYouMean(guess(tag, known))}`;
}

/** For people: the word that means no entity. */
export function unknownEntity(
  scope: Scope,
  { word, guess: close }: { word: string; guess: string | undefined },
): string {
  const where = scope === 'all' ? 'No entity' : `None of the ${scope}`;
  return `${where} is called "${word}".${didYouMean(close)} The names are those of the folders.`;
}

function entitiesCalled(entities: readonly LoadedEntity[], word: string): readonly LoadedEntity[] {
  const exact = entities.filter((loaded) => loaded.id === word || slugOfEntity(loaded) === word);
  if (exact.length > 0) return exact;
  if (word.includes('*')) {
    const parts = word.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    const pattern = new RegExp(`^${parts.join('[^/]*')}$`, 'i');
    return entities.filter((loaded) => pattern.test(slugOfEntity(loaded)) || pattern.test(loaded.id));
  }
  const part = word.toLowerCase();
  return entities.filter((loaded) => slugOfEntity(loaded).toLowerCase().includes(part));
}

/**
 * A scene by its name, as plans and reports write it: `character/finn/rooftop`, or `finn/rooftop` if only one
 * entity has that slug.
 */
export function findScene(world: World, name: string): SceneOutcomeByName {
  const words = name.split('/').filter((word) => word !== '');
  const sceneId = words.at(-1);
  const owner = words.slice(0, -1).join('/');
  if (sceneId === undefined || owner === '') {
    return { kind: 'unknown', message: noScene(world, name) };
  }
  const owners = world.entities.filter((loaded) => loaded.id === owner || slugOfEntity(loaded) === owner);
  const [loaded, ...others] = owners;
  if (loaded === undefined) {
    const close = guess(owner, world.entities.map(slugOfEntity));
    return { kind: 'unknown', message: `No entity is called "${owner}".${didYouMean(close)}` };
  }
  if (others.length > 0) {
    const names = owners.map((one) => `${one.id}/${sceneId}`).join(' or ');
    return { kind: 'unknown', message: `Several entities are called "${owner}". Write ${names}.` };
  }
  const { entity } = loaded;
  if (entity === undefined) {
    return {
      kind: 'unknown',
      message: `${loaded.folder.file} has an error, so that its scenes are not known. See: npx chargen check --filter ${owner}`,
    };
  }
  const scene = entity.scenes.find((one) => one.id === sceneId);
  if (scene === undefined) {
    const ids = entity.scenes.map((one) => one.id);
    const close = didYouMean(guess(sceneId, ids));
    const all = ids.length <= 12 ? ` It has: ${ids.join(', ')}.` : '';
    return { kind: 'unknown', message: `${loaded.id} has no scene "${sceneId}".${close}${all}` };
  }
  return { kind: 'found', loaded, entity, scene };
}

/** The same, or a take of a scene: `finn/rooftop@2` is the scene itself if it names take 2. */
export function findTake(world: World, name: string): SceneOutcomeByName {
  const found = findScene(world, withoutTake(name));
  const take = /@(\d+)$/.exec(name)?.[1];
  if (found.kind === 'unknown' || take === undefined) return found;
  return { ...found, scene: takeOf(found.scene, Number(take)) };
}

/** If the name is that of an entity, the message lists its scenes; else it shows the form of a name. */
function noScene(world: World, name: string): string {
  const named = world.entities.find((loaded) => slugOfEntity(loaded) === name);
  const names = (named?.entity?.scenes ?? []).map((scene) => `${name}/${scene.id}`);
  if (names.length === 0) return `"${name}" is no scene: write <entity>/<scene>, such as finn/rooftop.`;
  const more = names.length > 12 ? ', …' : '';
  return `"${name}" is no scene, but the name of an entity. Its scenes are: ${names.slice(0, 12).join(', ')}${more}.`;
}

/** By typing distance, else one that begins alike. */
function guess(wanted: string, known: readonly string[]): string | undefined {
  const close = nearest(wanted, known);
  if (close !== undefined) return close;
  const start = wanted.slice(0, 4).toLowerCase();
  return start.length < 3 ? undefined : known.find((one) => one.toLowerCase().startsWith(start));
}

function didYouMean(close: string | undefined): string {
  return close === undefined ? '' : ` Did you mean "${close}"?`;
}
