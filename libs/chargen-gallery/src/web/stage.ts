import type { PictureLink, SceneCard, SceneDetails } from '../model.js';
import { comparison } from './compare.js';
import { el, icon, replaceChildren } from './dom.js';
import { FLAG_WORDS, when } from './words.js';
import { isZoomed, setZoom, zoomable } from './zoom.js';

/** A picture beside which that of a scene is looked at. */
interface Other {
  readonly label: string;
  readonly picture: PictureLink;
}

/** How pictures are looked at. */
export type Look =
  | { readonly kind: 'one' }
  /** Beside another picture of the scene, or one that it shows. */
  | { readonly kind: 'two'; readonly other: number }
  | { readonly kind: 'several' };

/** Pictures of the survey on one screen. */
export const SEVERAL = 6;

/** The large pictures of the open scene. */
export class Stage {
  readonly element = el('div', { class: 'stage' });
  #look: Look = { kind: 'one' };
  #others: readonly Other[] = [];

  constructor(readonly onPick: (scene: string) => void) {
    this.element.addEventListener('click', (event) => {
      // The end of a drag is no wish to open the file.
      if (isZoomed(this.element)) event.preventDefault();
    });
  }

  get look(): Look {
    return this.#look;
  }

  clear(): void {
    replaceChildren(this.element);
  }

  /** `several` are the scenes of the survey; `compare` is the key of an earlier version that the address names. */
  show(
    scene: SceneCard,
    details: SceneDetails | undefined,
    compare: string,
    several: readonly SceneCard[],
  ): void {
    const wasZoomed = isZoomed(this.element);
    this.#others = details === undefined ? [] : othersOf(scene, details);
    replaceChildren(this.element, this.#content(scene, details, compare, several));
    this.element.toggleAttribute('data-several', this.#look.kind === 'several');
    zoomable([...this.element.querySelectorAll<HTMLElement>('.frame')]);
    setZoom(this.element, wasZoomed && this.#look.kind !== 'several');
  }

  #content(
    scene: SceneCard,
    details: SceneDetails | undefined,
    compare: string,
    several: readonly SceneCard[],
  ): HTMLElement {
    const look = this.#look;
    if (look.kind === 'several') return this.#survey(several, scene);
    const other = look.kind === 'two' ? this.#others[look.other % this.#others.length] : undefined;
    if (other !== undefined && scene.picture !== undefined) {
      return el(
        'div',
        { class: 'two-up' },
        framed({ label: 'Now', picture: scene.picture }, scene.alt),
        framed(other, other.label),
      );
    }
    const before = details?.versions.find((version) => version.key === compare)?.picture;
    const now = details?.versions.find((version) => version.current)?.picture;
    return before !== undefined && now !== undefined
      ? comparison(before, now, { before: 'Before', after: 'Now' })
      : still(scene, details?.preview);
  }

  #survey(several: readonly SceneCard[], current: SceneCard): HTMLElement {
    const cards = several.map((scene) =>
      el(
        'li',
        {},
        el(
          'button',
          {
            type: 'button',
            class: 'survey-picture',
            'aria-current': scene.id === current.id ? 'true' : undefined,
            onclick: () => {
              this.onPick(scene.id);
            },
          },
          scene.picture === undefined
            ? icon('image')
            : el('img', { src: scene.picture.href, alt: '', loading: 'lazy' }),
          el('span', {}, scene.title, mark(scene)),
        ),
      ),
    );
    return el('ul', { class: 'survey', 'aria-label': 'Survey' }, ...cards);
  }

  toggleZoom(): void {
    if (this.#look.kind !== 'several') setZoom(this.element, !isZoomed(this.element));
  }

  /** The next other picture beside it; after the last one the picture stands alone. False if there is none. */
  compareNext(): boolean {
    const next = this.#look.kind === 'two' ? this.#look.other + 1 : 0;
    this.#look = next < this.#others.length ? { kind: 'two', other: next } : { kind: 'one' };
    return this.#others.length > 0;
  }

  toggleSurvey(): void {
    this.#look = this.#look.kind === 'several' ? { kind: 'one' } : { kind: 'several' };
  }

  /** As a scene is looked at when it is opened. */
  lookAtOne(): void {
    this.#look = { kind: 'one' };
    setZoom(this.element, false);
  }
}

/** What was decided, as a word behind a title. */
function mark({ review }: SceneCard): HTMLElement | undefined {
  if (review === undefined || review.state === 'unreviewed') return undefined;
  const { icon: name, label } = FLAG_WORDS[review.state];
  return el('span', { class: `badge flag ${review.state}` }, icon(name), label);
}

/** Other takes first, then earlier pictures, the newest of them before the others; then what the scene shows. */
function othersOf(
  scene: SceneCard,
  { takes, take: named, versions, references, preview }: SceneDetails,
): Other[] {
  const spare = takes.flatMap(({ take, picture }): Other[] =>
    take === named ? [] : [{ label: `Take ${take}`, picture }],
  );
  const earlier = versions.flatMap(({ picture, current, take, finishedAt }): Other[] =>
    picture === undefined || current
      ? []
      : [{ label: `Take ${take}, ${finishedAt === '' ? 'earlier' : when(finishedAt)}`, picture }],
  );
  const shown = references.flatMap(({ name, role, picture }): Other[] =>
    picture === undefined ? [] : [{ label: `${name} (${role})`, picture }],
  );
  const drawn: Other[] =
    preview === undefined || scene.flags.includes('preview-only')
      ? []
      : [{ label: 'Preview by the emulator', picture: preview }];
  return [...spare, ...earlier.reverse(), ...shown, ...drawn].filter(({ picture }) => picture.width > 0);
}

function framed({ label, picture }: Other, alt: string): HTMLElement {
  return el(
    'figure',
    {},
    el(
      'div',
      { class: 'frame' },
      el('img', { src: picture.href, alt, width: picture.width, height: picture.height, draggable: 'false' }),
    ),
    el('figcaption', {}, label),
  );
}

function still(scene: SceneCard, preview: PictureLink | undefined): HTMLElement {
  const { picture } = scene;
  if (picture === undefined || picture.width === 0) {
    return el(
      'div',
      { class: 'nothing' },
      icon('image'),
      el('p', {}, picture === undefined ? 'There is no picture yet.' : 'This file is no whole picture.'),
    );
  }
  const isPreview = scene.flags.includes('preview-only');
  return el(
    'figure',
    {},
    el(
      'a',
      {
        class: 'frame',
        href: picture.href,
        target: '_blank',
        rel: 'noreferrer',
        title: 'Open the file',
        draggable: 'false',
      },
      el('img', {
        src: picture.href,
        alt: scene.alt,
        width: picture.width,
        height: picture.height,
        draggable: 'false',
      }),
    ),
    isPreview
      ? el('figcaption', {}, 'A preview, drawn by the emulator. No model made it.')
      : preview === undefined
        ? undefined
        : el(
            'figcaption',
            {},
            el('a', { href: preview.href, target: '_blank', rel: 'noreferrer' }, 'There is a preview too'),
          ),
  );
}
