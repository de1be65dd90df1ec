import { signal } from '@preact/signals';
import { h, isValidElement, type ComponentChild, type FunctionComponent, type JSX, type VNode } from 'preact';
import type { Attributes as Attributed } from 'preact';
import { jsx } from 'preact/jsx-runtime';
import type { PictureLink } from '../model.js';

/** `false` is for what a condition leaves out. */
export type Child = VNode | string | number | false | undefined | readonly Child[];
type Tags = JSX.IntrinsicElements;
type Attributes<Tag extends keyof Tags> = Tags[Tag] & { readonly [data: `data-${string}`]: unknown };

/**
 * Describes an element, as `el('p.hint', 'Text')`: its tag and its classes, attributes if there are any, and what is in
 * it. No author's text is ever parsed as HTML.
 */
export function el<Tag extends keyof Tags>(
  selector: Tag | `${Tag}.${string}`,
  first?: Attributes<Tag> | Child,
  ...children: readonly Child[]
): VNode {
  const [tag = '', ...classes] = selector.split('.');
  const look = classes.length === 0 ? {} : { class: classes.join(' ') };
  if (isAttributes(first)) return h<object>(tag, Object.assign(look, first), ...children.map(setApart));
  return h<object>(tag, look, ...[first, ...children].map(setApart));
}

function isAttributes(first: unknown): first is object {
  return typeof first === 'object' && !Array.isArray(first) && !isValidElement(first);
}

type Own<Props> = Props & Attributed & { readonly children?: ComponentChild };

/** Describes a component: a part of the page with a state, or with deeds of its own when it is drawn. */
export function part<Props>(
  component: FunctionComponent<Props>,
  props: Own<Props>,
  key?: string,
): JSX.Element {
  return jsx(component, props, key);
}

/** Letters that are written from right to left, and characters that turn the direction of what comes after them. */
const TURNS_DIRECTION = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Wherever they are shown, so that an author's text turns no word of the page. */
function setApart(child: Child): Child {
  if (typeof child === 'string' && TURNS_DIRECTION.test(child)) return h('bdi', null, child);
  return isList(child) ? child.map(setApart) : child;
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child);
}

/** A button with a drawing before its words. */
export function button(
  face: IconName | undefined,
  label: string,
  act: () => void,
  attributes: Attributes<'button'> = {},
): VNode {
  return el('button', { type: 'button', onClick: act, ...attributes }, face && icon(face), label);
}

/** A button that shows a drawing alone; its name is for screen readers and in its tip. */
export function iconButton(
  face: IconName,
  label: string,
  act: () => void,
  attributes: Attributes<'button'> = {},
): VNode {
  return button(face, '', act, { class: 'quiet', 'aria-label': label, title: label, ...attributes });
}

/** A link to a file, which opens beside the page. */
export function fileLink(
  href: string,
  attributes: { readonly class?: string; readonly title?: string; readonly draggable?: boolean },
  ...children: readonly Child[]
): VNode {
  return el('a', { href, target: '_blank', rel: 'noreferrer', ...attributes }, ...children);
}

/** A small picture, or the drawing that stands for it. What it shows is said beside it, or in `alt`. */
export function thumbnail(
  picture: PictureLink | undefined,
  { instead = 'image', alt = '' }: { readonly instead?: IconName; readonly alt?: string } = {},
): VNode {
  if (picture?.thumb === undefined) return el('span.face.none', icon(instead));
  const { thumb, width, height } = picture;
  return el('img', { src: thumb, alt, loading: 'lazy', decoding: 'async', width, height });
}

export function folded(summary: Child, body: Child, open = false): VNode {
  return el('details', { open }, el('summary', summary), body);
}

const unfolded = signal<ReadonlySet<string>>(new Set());

export function unfold(name: string, open: boolean): void {
  const others = [...unfolded.value].filter((one) => one !== name);
  unfolded.value = new Set(open ? [...others, name] : others);
}

/** What is folded keeps that by its name while it is not in the page; `body` is only made if it is unfolded. */
export function remembered(name: string, look: string, summary: Child, body: () => Child): VNode {
  const open = unfolded.value.has(name);
  const onToggle = ({ currentTarget }: { readonly currentTarget: HTMLDetailsElement }): void =>
    unfold(name, currentTarget.open);
  return el('details', { class: look, open, onToggle }, el('summary', summary), open && body());
}

export function warning(text: string): VNode {
  return el('p.warning', { role: 'alert' }, text);
}

/** A command at the end of a line is set apart, to be copied. */
export function withCode(line: string): Child {
  const at = line.search(/\bnpx /);
  return at === -1 ? line : [line.slice(0, at), el('code', line.slice(at))];
}

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
export function icon(name: IconName): VNode {
  const box = { viewBox: '0 0 24 24', 'aria-hidden': true, class: 'icon' } as const;
  return el('svg', box, el('path', { d: ICONS[name] }));
}
