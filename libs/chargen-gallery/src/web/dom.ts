import type { PictureLink } from '../model.js';

/** `false` is for what a condition leaves out. */
export type Child = Node | string | undefined | false;
type Content = Child | readonly Child[];
type Handler = (event: Event) => void;
export type Attributes = Readonly<Record<string, string | number | boolean | undefined | Handler>>;

/**
 * Makes an element; attributes may be left out. Texts become text nodes and attributes are set one by one: no author's
 * text is ever parsed as HTML. A function is a listener for the event that its name gives after `on`.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  first?: Attributes | Content,
  ...children: readonly Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (!isAttributes(first)) {
    append(element, [first, ...children]);
    return element;
  }
  for (const [name, value] of Object.entries(first)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function isAttributes(first: Attributes | Content): first is Attributes {
  return typeof first === 'object' && !(first instanceof Node) && !Array.isArray(first);
}

/** Letters that are written from right to left, and characters that turn the direction of what comes after them. */
const TURNS_DIRECTION = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

export function append(parent: Element, children: readonly Content[]): void {
  for (const child of children.flat()) {
    if (child === undefined || child === false) continue;
    // Set apart, so that an author's text turns no word of the page.
    if (typeof child === 'string' && TURNS_DIRECTION.test(child)) {
      const apart = document.createElement('bdi');
      apart.textContent = child;
      parent.append(apart);
    } else parent.append(child);
  }
}

/** A button with a drawing before its words. */
export function button(
  face: IconName | undefined,
  label: string,
  act: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  return el('button', { type: 'button', onclick: act, ...attributes }, face && icon(face), label);
}

/** A button that shows a drawing alone; its name is for screen readers and in its tip. */
export function iconButton(
  face: IconName,
  label: string,
  act: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const named = { type: 'button', class: 'quiet', 'aria-label': label, title: label, onclick: act };
  return el('button', { ...named, ...attributes }, icon(face));
}

/** A link to a file, which opens beside the page. */
export function fileLink(href: string, attributes: Attributes, ...children: readonly Content[]): HTMLElement {
  return el('a', { href, target: '_blank', rel: 'noreferrer', ...attributes }, ...children);
}

/** A small picture, or the drawing that stands for it. What it shows is said beside it, or in `alt`. */
export function thumbnail(
  picture: PictureLink | undefined,
  { instead = 'image', alt = '' }: { readonly instead?: IconName; readonly alt?: string } = {},
): HTMLElement {
  if (picture?.thumb === undefined) return el('span', { class: 'face none' }, icon(instead));
  const { thumb, width, height } = picture;
  return el('img', { src: thumb, alt, loading: 'lazy', decoding: 'async', width, height });
}

export function replaceChildren(parent: Element, ...children: readonly Content[]): void {
  parent.replaceChildren();
  append(parent, children);
}

const SVG = 'http://www.w3.org/2000/svg';

/** Paths in a box of 24 by 24, drawn with strokes. */
const ICONS = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  store: 'M4 8h16v11H4zM3 4.5h18V8H3zM10 12h4',
  clock: 'M12 7v5l3.5 2M12 3a9 9 0 100 18 9 9 0 000-18z',
  wait: 'M7 3h10M7 21h10M8 3c0 5 8 7 8 9s-8 4-8 9M16 3c0 5-8 7-8 9s8 4 8 9',
  cross: 'M6 6l12 12M18 6L6 18',
  stop: 'M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 8v5M12 16.2v.1',
  alert: 'M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.1',
  pen: 'M4 20l1-4.5L16 4.5l3.5 3.5-11 11zM13.5 7l3.5 3.5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3',
  unlock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 016.8-1.2',
  search: 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21',
  theme: 'M12 3a9 9 0 100 18zM12 3a9 9 0 010 18',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  filter: 'M4 6h16M7 12h10M10 18h4',
  compare: 'M12 3v18M4 6h5v12H4zM15 6h5v12h-5z',
  dice: 'M5 5h14v14H5zM9 9v.1M15 15v.1M12 12v.1M15 9v.1M9 15v.1',
  plus: 'M12 5v14M5 12h14',
  play: 'M7 5l12 7-12 7z',
  keyboard: 'M3 6h18v12H3zM7 10v.1M11 10v.1M15 10v.1M8 14h8',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9v.1',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z',
} as const;
export type IconName = keyof typeof ICONS;

/** A small drawing that says nothing to screen readers: the words beside it do. */
export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}
