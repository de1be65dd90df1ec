import { computed, signal } from '@preact/signals';
import { createRef } from 'preact';
import type { EntityCard, SceneCard } from '../model.js';
import { sizesFor } from './density.js';
import { meansBroken, type Searchable } from './filter.js';
import { bottomOf, layCards, type Place } from './layout.js';
import type { Spot } from './neighbour.js';
import { store } from './page.js';
import { isFiltered } from './view.js';

/** An entity that is shown, with its cards and the place of each in their list. */
export interface Section {
  readonly entity: EntityCard;
  /** How many scenes it has. */
  readonly all: number;
  readonly shown: readonly Searchable[];
  readonly places: readonly Place[];
}

/** The width of the lists of cards, 0 until it is known, and the size of the page's letters; in pixels. */
export const area = signal({ width: 0, em: 16 });

/** Where each card is depends on the filters, the width and the size of pictures, and is known before it is drawn. */
export const sections = computed((): readonly Section[] => {
  const { width, em } = area.value;
  if (width === 0) return [];
  const sizes = sizesFor(width, em);
  const view = store.filters.value;
  const [all, visible] = [byEntity(store.all.value), byEntity(store.visible.value)];
  return store.entities.value.flatMap((entity) => {
    const shown = visible.get(entity.id) ?? [];
    const count = all.get(entity.id)?.length ?? 0;
    const isMeant = meansBroken(view, entity) || (isFiltered(view) ? view.entity === entity.id : count === 0);
    if (shown.length === 0 && !isMeant) return [];
    const ratios = shown.map(({ scene }) => ratioOf(scene));
    return [{ entity, all: count, shown, places: layCards(ratios, sizes) }];
  });
});

export const spots = computed(() =>
  sections.value.flatMap(({ shown, places }, list) =>
    places.flatMap(({ left, top, width }, at): Spot[] => {
      const id = shown[at]?.scene.id;
      return id === undefined ? [] : [{ id, list, top, left: left + width / 2 }];
    }),
  ),
);

/** The card that had the focus last. */
export const current = signal('');

/** The card that Tab leads to; arrows lead to the others. */
export const tabStop = computed(() => {
  const { value } = spots;
  return value.some(({ id }) => id === current.value) ? current.value : (value[0]?.id ?? '');
});

/** Where a choice with Shift begins. */
let anchor = '';

/** Turns the choice of one; with Shift all from the last one that was turned become as it is. */
export function choose(id: string, isRange: boolean): void {
  const ids = spots.value.map((spot) => spot.id);
  const [from, to] = [ids.indexOf(anchor), ids.indexOf(id)];
  const isChosen = (one: string): boolean => store.chosen.value.has(one);
  if (isRange && from !== -1 && to !== -1) {
    store.choose(ids.slice(Math.min(from, to), Math.max(from, to) + 1), isChosen(anchor));
  } else {
    anchor = id;
    store.choose([id], !isChosen(id));
  }
}

/** Chooses from one card to the next, as Shift with an arrow does. */
export function chooseOn(from: string, to: string): void {
  if (anchor === '' || !store.chosen.value.has(anchor)) choose(from, false);
  choose(to, true);
}

function byEntity(scenes: readonly Searchable[]): ReadonlyMap<string, Searchable[]> {
  const found = new Map<string, Searchable[]>();
  for (const one of scenes) {
    const own = found.get(one.entity.id);
    if (own === undefined) found.set(one.entity.id, [one]);
    else own.push(one);
  }
  return found;
}

/** The shape of its picture, width by height; undefined for a scene without one. */
function ratioOf({ picture, aspectRatio }: SceneCard): number | undefined {
  if (picture === undefined) return undefined;
  const [width = 1, height = 1] =
    picture.width > 0 ? [picture.width, picture.height] : aspectRatio.split(':').map((part) => Number(part));
  const ratio = width / height;
  return Number.isFinite(ratio) && ratio > 0 ? Math.min(3, Math.max(0.45, ratio)) : 1;
}

/** Up to so many cards are all in the page, so that the browser's own search finds each of them. */
const ALL_AT_ONCE = 80;

/** How much beyond the screen is drawn, in screens. */
const AHEAD = 0.75;

/** The cards of a section that are drawn: a stretch of them, and the one that Tab leads to if it is another, or -1. */
export interface Near {
  readonly from: number;
  readonly to: number;
  readonly pinned: number;
}

/** What of each section is near the screen; of a section that is far, its heading and its height are in the page. */
export const near = signal<ReadonlyMap<string, Near>>(new Map());

/** The pictures, and in them the sections. */
export const main = createRef<HTMLElement>();
export const body = createRef<HTMLDivElement>();

/** How high the words above the cards are, in pixels, by entity, as far as they were drawn once. */
const heads = new Map<string, number>();

/** The height of a section that is not drawn. */
export function heightOf({ entity, places }: Section): string {
  return `${headOf(entity) + bottomOf(places)}px`;
}

function headOf({ description, references, id }: EntityCard): number {
  return heads.get(id) ?? 110 + (description === '' ? 0 : 28) + (references === 0 ? 0 : 32);
}

/** Draws what is near the screen and takes away what is far. */
export function draw(): void {
  const ahead = spots.value.length <= ALL_AT_ONCE ? Infinity : AHEAD * innerHeight;
  const found = new Map<string, Near>();
  const { value: tab } = tabStop;
  for (const { section, element, list } of rendered()) {
    const { entity, shown, places } = section;
    const { top, bottom } = element.getBoundingClientRect();
    const stop = shown.findIndex(({ scene }) => scene.id === tab);
    if (stop === -1 && (bottom <= -ahead || top >= innerHeight + ahead)) continue;
    const listTop = list?.getBoundingClientRect().top ?? top + headOf(entity);
    const isNear = (place: Place): boolean =>
      listTop + place.top < innerHeight + ahead && listTop + place.top + place.height > -ahead;
    const [from, to] = [places.findIndex(isNear), places.findLastIndex(isNear) + 1];
    const pinned = stop >= from && stop < to ? -1 : stop;
    const before = near.peek().get(entity.id);
    const isSame = before?.from === from && before.to === to && before.pinned === pinned;
    found.set(entity.id, isSame ? before : { from, to, pinned });
  }
  // What is as it was is not drawn anew.
  const isSame = [...found].every(([id, one]) => near.peek().get(id) === one);
  if (!isSame || found.size !== near.peek().size) near.value = found;
}

/** To be called when the page was drawn: how wide it is, and how high the heads are that were drawn. */
export function measure(): void {
  const width = body.current?.clientWidth ?? 0;
  const em = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  if (width !== area.peek().width || em !== area.peek().em) area.value = { width, em };
  for (const { section, element, list } of rendered()) {
    if (list === null) continue;
    const height = element.getBoundingClientRect().height - bottomOf(section.places);
    if (height > 0) heads.set(section.entity.id, height);
  }
}

function rendered() {
  const byId = new Map(sections.value.map((section) => [section.entity.id, section]));
  return [...(body.current?.querySelectorAll<HTMLElement>('.entity') ?? [])].flatMap((element) => {
    const section = byId.get(element.dataset['entity'] ?? '');
    return section === undefined ? [] : [{ section, element, list: element.querySelector('.cards') }];
  });
}

/** The section that is read: the first on the screen. Sections above may become higher or lower than was guessed. */
export function placeOfReader(): () => void {
  const all = (): readonly HTMLElement[] => [
    ...(body.current?.querySelectorAll<HTMLElement>('.entity') ?? []),
  ];
  const seen = all().find((element) => element.getBoundingClientRect().bottom > 0);
  const before = seen?.getBoundingClientRect().top ?? 0;
  const id = seen?.dataset['entity'];
  return () => {
    const now = all().find(({ dataset }) => dataset['entity'] === id);
    const moved = now === undefined || before >= 0 ? 0 : now.getBoundingClientRect().top - before;
    if (Math.abs(moved) > 1) scrollBy(0, moved);
  };
}

/** What a filter has found begins at the top. */
export function toFirst(): void {
  const top = main.current?.getBoundingClientRect().top ?? 0;
  const head = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0;
  if (top < head) scrollBy(0, top - Math.max(0, head));
}

/** Tab leads to a card that is seen, unless one has the focus. */
export function followScreen(): void {
  if (body.current?.contains(document.activeElement) !== false) return;
  const isSeen = (link: HTMLElement): boolean => {
    const { top, bottom } = link.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };
  const links = [...body.current.querySelectorAll<HTMLElement>('.card .open')];
  const now = links.find(({ dataset }) => dataset['scene'] === tabStop.value);
  const first = now !== undefined && isSeen(now) ? undefined : links.find(isSeen);
  if (first !== undefined) current.value = first.dataset['scene'] ?? '';
}

/** Puts the focus on a scene's card, as after closing it; on the pictures if it is not shown. */
export function focusCard(id: string): void {
  if (spots.value.some((spot) => spot.id === id)) current.value = id;
  draw();
  // A card that was far is in the page then.
  queueMicrotask(() => {
    const link = body.current?.querySelector<HTMLElement>(`[data-scene="${CSS.escape(tabStop.value)}"]`);
    (link ?? main.current)?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: 'nearest' });
  });
}
