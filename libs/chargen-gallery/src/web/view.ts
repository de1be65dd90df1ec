import {
  ENTITY_TYPES,
  SCENE_FLAGS,
  SCENE_STATES,
  type EntityType,
  type SceneFlag,
  type SceneState,
} from '../model.js';

export type Mark = SceneState | SceneFlag;
export const MARKS: readonly Mark[] = [...SCENE_STATES, ...SCENE_FLAGS];

/** What is looked at: all of it stands in the address, so that it can be shared and gone back to. */
export interface View {
  readonly types: readonly EntityType[];
  readonly marks: readonly Mark[];
  readonly entity: string;
  readonly run: string;
  readonly tags: readonly string[];
  readonly text: string;
  /** The scene that is open; empty for none. */
  readonly scene: string;
  /** The key of an earlier version that is compared with the present one; empty for none. */
  readonly compare: string;
}

/** Reads the part of an address behind `#`. What it does not know is left out. */
export function parseView(hash: string): View {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const list = (name: string): string[] => words.getAll(name).filter((word) => word !== '');
  const one = (name: string): string => words.get(name) ?? '';
  return {
    types: ENTITY_TYPES.filter((type) => list('type').includes(type)),
    marks: MARKS.filter((mark) => list('state').includes(mark)),
    entity: one('entity'),
    run: one('run'),
    tags: list('tag'),
    text: one('q'),
    scene: one('scene'),
    compare: one('compare'),
  };
}

export const NO_VIEW = parseView('');

/** The part of an address behind `#`, without it; empty for the view of everything. */
export function formatView({ types, marks, entity, run, tags, text, scene, compare }: View): string {
  const own = { type: types, state: marks, entity, run, tag: tags, q: text, scene };
  const parts: Readonly<Record<string, string | readonly string[]>> =
    scene === '' ? own : { ...own, compare };
  const words = new URLSearchParams();
  for (const [name, part] of Object.entries(parts))
    for (const word of [part].flat()) if (word !== '') words.append(name, word);
  // Slashes may stand in a fragment, and addresses are read by people.
  return words.toString().replaceAll('%2F', '/');
}

/** The filters of a view as one text, to compare two. */
export function filtersOf(view: View): string {
  return formatView({ ...view, scene: '', compare: '' });
}

/** How many choices narrow the view; the text counts as one. */
export function countFilters({ types, marks, entity, run, tags, text }: View): number {
  return [...types, ...marks, ...tags, entity, run, text.trim()].filter((one) => one !== '').length;
}

export function isFiltered(view: View): boolean {
  return countFilters(view) > 0;
}
