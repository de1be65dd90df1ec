import type { EntityCard, GalleryIndex, SceneCard } from '../model.js';
import type { Mark, View } from './view.js';

/** A scene with what filters look at, made once. */
export interface Searchable {
  readonly scene: SceneCard;
  readonly entity: EntityCard;
  readonly marks: ReadonlySet<Mark>;
  readonly tags: ReadonlySet<string>;
  /** In small letters. */
  readonly text: string;
}

/** `part-2` before `part-10`. */
const NATURAL = new Intl.Collator('en', { numeric: true });

/** By type as they come; chapters by their numbers, and those without one behind them by their names. */
export function inStoryOrder(entities: readonly EntityCard[]): readonly EntityCard[] {
  const types = [...new Set(entities.map(({ type }) => type))];
  const number = ({ chapter }: EntityCard): number => chapter ?? Number.MAX_VALUE;
  return [...entities].sort(
    (a, b) =>
      types.indexOf(a.type) - types.indexOf(b.type) || number(a) - number(b) || NATURAL.compare(a.id, b.id),
  );
}

/** By entity: its pictures first, then its scenes without one, each in their author's order. */
export function searchables(index: GalleryIndex, entities: readonly EntityCard[]): Searchable[] {
  const byEntity = new Map<EntityCard, Searchable[]>(entities.map((entity) => [entity, []]));
  for (const scene of index.scenes) {
    const entity = index.entities[scene.entity];
    if (entity !== undefined) byEntity.get(entity)?.push(searchable(scene, entity));
  }
  const hasPicture = ({ scene }: Searchable): boolean => scene.picture !== undefined;
  return [...byEntity.values()].flatMap((own) => [
    ...own.filter(hasPicture),
    ...own.filter((one) => !hasPicture(one)),
  ]);
}

export function searchable(scene: SceneCard, entity: EntityCard): Searchable {
  const tags = new Set([...scene.tags, ...entity.tags]);
  return {
    scene,
    entity,
    marks: new Set<Mark>([scene.state, ...scene.flags]),
    tags,
    text: [scene.id, scene.title, entity.name, scene.prompt, scene.reason, ...tags].join('\n').toLowerCase(),
  };
}

/** The kinds of filter; each can be left out to count what its choices would give. */
export type FilterKind = 'types' | 'marks' | 'entity' | 'run' | 'tags' | 'text';

/**
 * A test for scenes. Choices of one kind are alternatives, kinds add up; of tags, all must be there; of the text,
 * every word.
 */
export function sceneFilter(view: View, without?: FilterKind): (one: Searchable) => boolean {
  const tests: ((one: Searchable) => boolean)[] = [];
  const { types, marks, entity, run, tags } = view;
  if (without !== 'types' && types.length > 0) tests.push((one) => types.includes(one.entity.type));
  if (without !== 'marks' && marks.length > 0) tests.push((one) => marks.some((mark) => one.marks.has(mark)));
  if (without !== 'entity' && entity !== '') tests.push((one) => one.entity.id === entity);
  if (without !== 'run' && run !== '') tests.push((one) => one.scene.runs.includes(run));
  if (without !== 'tags' && tags.length > 0) tests.push((one) => tags.every((tag) => one.tags.has(tag)));
  const words = view.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (without !== 'text' && words.length > 0)
    tests.push((one) => words.every((word) => one.text.includes(word)));
  return (one) => tests.every((test) => test(one));
}

/** Whether an entity whose file cannot be read is meant: its scenes are not known, so it counts as an error itself. */
export function meansBroken(view: View, { errors, type, id }: EntityCard, without?: FilterKind): boolean {
  const { types, marks, entity, run, tags, text } = view;
  return (
    errors.length > 0 &&
    (types.length === 0 || types.includes(type)) &&
    (without === 'marks' || marks.length === 0 || marks.includes('blocked')) &&
    (entity === '' || entity === id) &&
    run === '' &&
    tags.length === 0 &&
    text.trim() === ''
  );
}

/** How many scenes each choice of a kind would show, the other kinds as they are. */
export function countBy(
  all: readonly Searchable[],
  view: View,
  kind: FilterKind,
  choices: (one: Searchable) => Iterable<string>,
): Map<string, number> {
  const counts = new Map<string, number>();
  const passes = sceneFilter(view, kind);
  for (const one of all) {
    if (!passes(one)) continue;
    for (const choice of choices(one)) counts.set(choice, (counts.get(choice) ?? 0) + 1);
  }
  return counts;
}
