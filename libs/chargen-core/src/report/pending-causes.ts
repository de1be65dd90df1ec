import { ENTITY_TYPES, type WorldStyle } from '../content/index.js';
import { addCosts, NO_COST, type AskedChange, type CostEstimate, type CountedScene } from '../plan/index.js';
import { dollars, plural } from './money.js';

/** Why a scene is to be made: the widest of its reasons, so that each scene counts once. */
export type PendingCause =
  | { readonly kind: 'new' }
  /** The picture was made and its file is gone. */
  | { readonly kind: 'missing' }
  /** The world's style guide changed. */
  | { readonly kind: 'style' }
  /** An option in nx.json changed. */
  | { readonly kind: 'option'; readonly option: string }
  /** The author asks for newer wording. */
  | { readonly kind: 'wording' }
  /** The looks or the picture of an entity that it shows: `character/mira`. */
  | { readonly kind: 'shown'; readonly entity: string }
  /** A field that holds for all scenes of its entity. */
  | { readonly kind: 'entity'; readonly entity: string }
  /** The scene itself, or what its file says around it. */
  | { readonly kind: 'scene' }
  /** An older version made the picture and did not record what was asked for. */
  | { readonly kind: 'unrecorded' };

/** How much one cause makes pending. */
export interface CauseGroup {
  readonly cause: PendingCause;
  readonly scenes: number;
  /** Requests with equal keys count once, in the group of the first. */
  readonly cost: CostEstimate;
}

export interface PendingScene {
  readonly planned: CountedScene;
  /** What it adds to the cost of the plan. */
  readonly cost: CostEstimate;
}

/** Every reason of one scene, the widest first; empty if it is not to be made. */
function causesOfScene({ state, entity }: CountedScene): readonly PendingCause[] {
  if (state.kind !== 'pending' && state.kind !== 'waits') return [];
  if (state.before === 'never-made') return [{ kind: 'new' }];
  const known = state.changes.map((change) => causeOfChange(change, `${entity.type}/${entity.slug}`));
  const shown = state.kind === 'waits' ? state.on.map((name) => shownCause(name)) : [];
  const causes = [...known, ...shown].sort((a, b) => rank(a) - rank(b));
  if (causes.length > 0) return causes;
  return [state.before === 'missing' ? { kind: 'missing' } : { kind: 'unrecorded' }];
}

function causeOfChange(change: AskedChange, entity: string): PendingCause {
  switch (change.kind) {
    case 'wording':
      return { kind: 'wording' };
    case 'picture':
      return shownCause(change.name);
    case 'field': {
      const dot = change.field.indexOf('.');
      const rest = change.field.slice(dot + 1);
      switch (change.field.slice(0, dot)) {
        case 'style':
          return { kind: 'style' };
        case 'option':
          return { kind: 'option', option: rest };
        case 'shows':
          return { kind: 'shown', entity: rest };
        case 'entity':
          return { kind: 'entity', entity };
        default:
          return { kind: 'scene' };
      }
    }
  }
}

/** `character/mira portrait` and `character/mira/first` are both of `character/mira`; a path is of itself. */
function shownCause(name: string): PendingCause {
  const [words = name] = name.split(' ');
  const parts = words.split('/');
  const isEntity = ENTITY_TYPES.some((type) => type === parts[0]);
  return { kind: 'shown', entity: isEntity ? parts.slice(0, 2).join('/') : name };
}

const WIDEST_FIRST: readonly PendingCause['kind'][] = [
  'style',
  'option',
  'wording',
  'shown',
  'entity',
  'scene',
  'missing',
  'unrecorded',
  'new',
];

function rank({ kind }: PendingCause): number {
  return WIDEST_FIRST.indexOf(kind);
}

/** The causes of everything that is to be made, those of most scenes first. Scenes and costs add up to the plan's. */
export class PendingCauses {
  /** Scenes with equal causes together: a new world has one cause, and may have 300,000 scenes. */
  readonly #alike = new Map<
    string,
    { readonly causes: readonly PendingCause[]; cost: CostEstimate; count: number }
  >();

  add({ planned, cost }: PendingScene): void {
    this.#add(planned, cost, 1);
  }

  /** What a further take of a scene costs, for the cause for which the scene is made; the scene is counted apart. */
  addTake({ planned, cost }: PendingScene): void {
    this.#add(planned, cost, 0);
  }

  #add(planned: CountedScene, cost: CostEstimate, count: 0 | 1): void {
    const causes = causesOfScene(planned);
    if (causes.length === 0) return;
    const name = causes.map(nameOf).join('\n');
    const alike = this.#alike.get(name) ?? { causes, cost: NO_COST, count: 0 };
    this.#alike.set(name, alike);
    alike.cost = addCosts([alike.cost, cost]);
    alike.count += count;
  }

  groups(): CauseGroup[] {
    const frequency = new Map<string, number>();
    for (const { causes, count } of this.#alike.values()) {
      for (const name of new Set(causes.map(nameOf))) frequency.set(name, (frequency.get(name) ?? 0) + count);
    }
    const groups = new Map<string, CauseGroup>();
    for (const { causes, cost, count: more } of this.#alike.values()) {
      // Of several that are as wide, such as two portraits, the one that explains the most.
      const widest = causes.filter((one) => rank(one) === rank(causes[0] ?? one));
      const count = (one: PendingCause): number => frequency.get(nameOf(one)) ?? 0;
      const [cause] = [...widest].sort((a, b) => count(b) - count(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
      if (cause === undefined) continue;
      const before = groups.get(nameOf(cause));
      const scenes = (before?.scenes ?? 0) + more;
      groups.set(nameOf(cause), { cause, scenes, cost: addCosts([...(before ? [before.cost] : []), cost]) });
    }
    return [...groups.values()].sort(
      (a, b) => b.scenes - a.scenes || (nameOf(a.cause) < nameOf(b.cause) ? -1 : 1),
    );
  }
}

function nameOf(cause: PendingCause): string {
  const of = 'entity' in cause ? cause.entity : 'option' in cause ? cause.option : '';
  return `${cause.kind} ${of}`;
}

/** More groups than these are summed up in one line. */
const SHOWN_GROUPS = 8;

/** `style.yaml changed: 690 scenes, $48.30`, one line a cause. */
export function describeCauses(groups: readonly CauseGroup[], style: Pick<WorldStyle, 'file'>): string[] {
  const shown = groups.length <= SHOWN_GROUPS ? groups : groups.slice(0, SHOWN_GROUPS - 1);
  const rest = groups.slice(shown.length);
  const lines = shown.map((group) => line(describeCause(group.cause, style), group.scenes, group.cost));
  if (rest.length === 0) return lines;
  const scenes = rest.reduce((sum, group) => sum + group.scenes, 0);
  return [...lines, line(`${rest.length} other causes`, scenes, addCosts(rest.map(({ cost }) => cost)))];
}

function line(what: string, scenes: number, cost: CostEstimate): string {
  const unknown = cost.unknown === 0 ? [] : [`${cost.unknown} of unknown price`];
  const known = cost.expected === 0 && unknown.length > 0 ? [] : [dollars(cost.expected)];
  // A take that is asked for by itself is of a scene that has its picture.
  const counted = scenes === 0 ? [] : [plural(scenes, 'scene')];
  return `${what}: ${[...counted, ...known, ...unknown].join(', ')}`;
}

function describeCause(cause: PendingCause, { file }: Pick<WorldStyle, 'file'>): string {
  switch (cause.kind) {
    case 'new':
      return 'new';
    case 'missing':
      return 'the file of the picture is missing';
    case 'style':
      return `${file ?? 'the style guide'} changed`;
    case 'option':
      return `the option "${cause.option}" in nx.json changed`;
    case 'wording':
      return 'newer wording is asked for';
    case 'shown':
      return `looks or pictures of ${cause.entity} changed`;
    case 'entity':
      return `the description of ${cause.entity} changed`;
    case 'scene':
      return 'the scene itself changed';
    case 'unrecorded':
      return 'made by an older version that did not record what was asked for';
  }
}
