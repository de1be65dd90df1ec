import {
  diagnosticLine,
  dollars,
  plural,
  type EntityPlan,
  type JobTimes,
  type ListedScene,
  type LocatedDiagnostic,
  type WorldPlan,
  type WorldStyle,
} from 'chargen-core';
import { ENTITY_TYPES, TYPE_FOLDERS, type Scope } from 'chargen-core/names';
import type { Io } from '../cli/io.js';
import { planEntityText, planSummaryText } from './plan-text.js';
import type { SYMBOLS } from './symbols.js';

/** Up to so many scenes are shown one by one. */
const MOST_SCENES = 100;
/** What is shown of each type of entity if there are more. */
const ENTITIES_OF_TYPE = 8;
/** Up to so many diagnostics are shown, and of more than these the first few. */
const MOST_DIAGNOSTICS = 50;
const FIRST_DIAGNOSTICS = 10;

export interface PlanListingOptions {
  readonly io: Io;
  readonly style: WorldStyle;
  /** Also scenes that need nothing. */
  readonly all: boolean;
  /** Nothing is folded. */
  readonly full: boolean;
  /** The command that shows the same plan unfolded, or the part of it with entities of one type. */
  readonly unfold: (scope?: Scope) => string;
}

type Count = ReadonlyMap<string, number>;

/** One entity, or all of a type, added up. */
interface Sums {
  readonly count: Count;
  readonly usd: number;
  readonly unknownPrices: number;
}

interface EntitySums extends Sums {
  readonly type: string;
  readonly slug: string;
  readonly isBroken: boolean;
}

/** What a person is to look at first comes first; what needs nothing is shown only if there is nothing else. */
const WORDS = {
  blocked: 'blocked',
  edited: 'edited',
  refused: 'refused',
  unusable: 'unusable',
  pending: 'to make',
  waits: 'to make',
  'in-flight': 'in flight',
  reused: 'in the store',
  locked: 'locked',
  done: 'done',
} as const satisfies Record<keyof typeof SYMBOLS, string>;
const NEEDS_NOTHING: ReadonlySet<string> = new Set([WORDS.locked, WORDS.done]);

/**
 * A plan for people. Of a large world it shows the totals, then what they come to by type and entity: 5,000 entities,
 * scene by scene, are megabytes of text.
 */
export class PlanListing {
  readonly #options: PlanListingOptions;
  readonly #entities: EntitySums[] = [];
  /** What is shown one by one, as long as it is not too much. */
  #texts: string[] | undefined = [];
  #shown = 0;

  constructor(options: PlanListingOptions) {
    this.#options = options;
  }

  async add(plan: EntityPlan<ListedScene>): Promise<void> {
    const { io, all, full } = this.#options;
    this.#entities.push(sumsOf(plan));
    if (this.#texts === undefined) return;
    const { text, shown } = planEntityText(plan, io, all);
    if (text === '') return;
    if (full) return io.out(text);
    this.#shown += shown;
    if (this.#shown > MOST_SCENES) this.#texts = undefined;
    else this.#texts.push(text);
  }

  async end(plan: WorldPlan, times: readonly JobTimes[]): Promise<void> {
    const { io, style, unfold } = this.#options;
    const summary = planSummaryText(plan, style, times, io.columns);
    const diagnostics = this.#diagnosticsText(plan.diagnostics);
    if (this.#texts !== undefined) {
      return io.out(`${this.#texts.join('')}${diagnostics === '' ? '' : `${diagnostics}\n`}${summary}`);
    }
    const types = ENTITY_TYPES.map((type) => this.#typeText(type)).join('');
    await io.out(
      `${summary}\n${types}${diagnostics === '' ? '' : `${diagnostics}\n`}Every scene: ${unfold()}. Those of one entity: chargen plan --filter <slug>\n`,
    );
  }

  #typeText(type: (typeof ENTITY_TYPES)[number]): string {
    const { io, all, unfold } = this.#options;
    const ofType = this.#entities.filter((one) => one.type === type);
    if (ofType.length === 0) return '';
    const folder = TYPE_FOLDERS[type];
    const listed = ofType
      .filter((one) => all || one.isBroken || [...one.count.keys()].some((word) => !NEEDS_NOTHING.has(word)))
      .sort(mostUrgentFirst);
    const first = listed.slice(0, ENTITIES_OF_TYPE);
    const width = Math.max(...first.map(({ slug }) => slug.length));
    const more = listed.length - first.length;
    return [
      `${io.paint('bold', folder)}  ${plural(ofType.length, 'entity', 'entities')}; scenes: ${describe(addUp(ofType))}`,
      ...first.map(
        (one) => `  ${one.slug.padEnd(width)}  ${one.isBroken ? 'cannot be read' : describe(one)}`,
      ),
      ...(more > 0 ? [`  and ${plural(more, 'other')}: ${unfold(folder)}`] : []),
      '',
      '',
    ].join('\n');
  }

  #diagnosticsText(diagnostics: readonly LocatedDiagnostic[]): string {
    const isFolded = !this.#options.full && diagnostics.length > MOST_DIAGNOSTICS;
    const ranked = ['error', 'warning', 'note'].flatMap((severity) =>
      diagnostics.filter((one) => one.severity === severity),
    );
    const shown = isFolded ? ranked.slice(0, FIRST_DIAGNOSTICS) : diagnostics;
    const lines = shown.map((one) => `${diagnosticLine(one)}\n`).join('');
    if (!isFolded) return lines;
    const counts = ['error', 'warning', 'note'].flatMap((severity) => {
      const count = diagnostics.filter((one) => one.severity === severity).length;
      return count === 0 ? [] : [plural(count, severity)];
    });
    return `${lines}and ${diagnostics.length - shown.length} more of ${counts.join(', ')}: ${this.#options.unfold()}\n`;
  }
}

function sumsOf({ loaded, isBroken, scenes, takes }: EntityPlan<ListedScene>): EntitySums {
  const count = new Map<string, number>();
  for (const { item } of scenes) count.set(WORDS[item.state], (count.get(WORDS[item.state]) ?? 0) + 1);
  const [type = '', slug = ''] = loaded.id.split('/');
  const prices = [...scenes, ...takes].map(({ item }) => item.estimatedUsd);
  return {
    type,
    slug,
    isBroken,
    count,
    usd: prices.reduce<number>((sum, price) => sum + (price ?? 0), 0),
    unknownPrices: prices.filter((price) => price === null).length,
  };
}

function addUp(entities: readonly EntitySums[]): Sums {
  const count = new Map<string, number>();
  for (const one of entities) {
    for (const [word, number] of one.count) count.set(word, (count.get(word) ?? 0) + number);
    if (one.isBroken) count.set('cannot be read', (count.get('cannot be read') ?? 0) + 1);
  }
  const sum = (of: (one: EntitySums) => number): number =>
    entities.reduce((total, one) => total + of(one), 0);
  return { count, usd: sum(({ usd }) => usd), unknownPrices: sum(({ unknownPrices }) => unknownPrices) };
}

function describe({ count, usd, unknownPrices }: Sums): string {
  const order = ['cannot be read', ...new Set<string>(Object.values(WORDS))];
  const parts = order.flatMap((word) => (count.has(word) ? [`${count.get(word) ?? 0} ${word}`] : []));
  return [
    ...parts,
    ...(usd > 0 ? [`about ${dollars(usd)}`] : []),
    ...(unknownPrices > 0 ? [`${unknownPrices} of unknown price`] : []),
  ].join(', ');
}

function mostUrgentFirst(a: EntitySums, b: EntitySums): number {
  if (a.isBroken !== b.isBroken) return a.isBroken ? -1 : 1;
  for (const word of Object.values(WORDS)) {
    const more = (b.count.get(word) ?? 0) - (a.count.get(word) ?? 0);
    if (more !== 0) return more;
  }
  return a.slug < b.slug ? -1 : 1;
}
