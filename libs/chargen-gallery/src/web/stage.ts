import type { PictureLink, SceneCard, SceneDetails } from '../model.js';
import { comparison } from './compare.js';
import { el, fileLink, icon, replaceChildren, type Child } from './dom.js';
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
    const isSurvey = this.#look.kind === 'several';
    this.#others = details === undefined ? [] : othersOf(scene, details);
    const content = isSurvey ? this.#survey(several, scene) : this.#content(scene, details, compare);
    replaceChildren(this.element, content);
    this.element.toggleAttribute('data-several', isSurvey);
    zoomable([...this.element.querySelectorAll<HTMLElement>('.frame')]);
    setZoom(this.element, wasZoomed && !isSurvey);
  }

  #content(scene: SceneCard, details: SceneDetails | undefined, compare: string): HTMLElement {
    const look = this.#look;
    const { picture, alt } = scene;
    const other = look.kind === 'two' ? this.#others[look.other % this.#others.length] : undefined;
    if (other !== undefined && picture !== undefined) {
      const now = figure('Now', framed(picture, alt));
      return el('div', { class: 'two-up' }, now, figure(other.label, framed(other.picture, other.label)));
    }
    const before = details?.versions.find((version) => version.key === compare)?.picture;
    const now = details?.versions.find((version) => version.current)?.picture;
    return before !== undefined && now !== undefined
      ? comparison(before, now, { before: 'Before', after: 'Now' })
      : still(scene, details?.preview);
  }

  #survey(several: readonly SceneCard[], current: SceneCard): HTMLElement {
    const items = several.map((scene) => {
      const { id, picture, title } = scene;
      const attributes = {
        type: 'button',
        class: 'survey-picture',
        'aria-current': id === current.id ? 'true' : undefined,
        onclick: () => this.onPick(id),
      };
      const image = picture && el('img', { src: picture.href, alt: '', loading: 'lazy' });
      return el('li', el('button', attributes, image ?? icon('image'), el('span', title, mark(scene))));
    });
    return el('ul', { class: 'survey', 'aria-label': 'Survey' }, items);
  }

  toggleZoom(): void {
    if (this.#look.kind !== 'several') setZoom(this.element, !isZoomed(this.element));
  }

  /** The next other picture beside it; after the last one the picture stands alone. */
  compareNext(): void {
    const next = this.#look.kind === 'two' ? this.#look.other + 1 : 0;
    this.#look = next < this.#others.length ? { kind: 'two', other: next } : { kind: 'one' };
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
function mark({ review }: SceneCard): Child {
  if (review === undefined || review.state === 'unreviewed') return undefined;
  const { icon: name, label } = FLAG_WORDS[review.state];
  return el('span', { class: `badge flag ${review.state}` }, icon(name), label);
}

/** Other takes first, then earlier pictures, the newest of them before the others; then what the scene shows. */
function othersOf(scene: SceneCard, details: SceneDetails): Other[] {
  const { takes, take: named, versions, references, preview } = details;
  const others: { readonly label: string; readonly picture: PictureLink | undefined }[] = [
    ...takes
      .filter(({ take }) => take !== named)
      .map(({ take, picture }) => ({ label: `Take ${take}`, picture })),
    ...versions
      .filter(({ current }) => !current)
      .reverse()
      .map(({ take, finishedAt, picture }) => ({
        label: `Take ${take}, ${finishedAt === '' ? 'earlier' : when(finishedAt)}`,
        picture,
      })),
    ...references.map(({ name, role, picture }) => ({ label: `${name} (${role})`, picture })),
  ];
  if (!scene.flags.includes('preview-only'))
    others.push({ label: 'Preview by the emulator', picture: preview });
  return others.flatMap(({ label, picture }) =>
    picture !== undefined && picture.width > 0 ? [{ label, picture }] : [],
  );
}

function large({ href: src, width, height }: PictureLink, alt: string): HTMLElement {
  return el('img', { src, alt, width, height, draggable: 'false' });
}

function framed(picture: PictureLink, alt: string): HTMLElement {
  return el('div', { class: 'frame' }, large(picture, alt));
}

function figure(caption: Child, frame: HTMLElement): HTMLElement {
  return el('figure', frame, caption !== undefined && el('figcaption', caption));
}

function still(scene: SceneCard, preview: PictureLink | undefined): HTMLElement {
  const { picture, alt, flags } = scene;
  if (picture === undefined || picture.width === 0) {
    const why = picture === undefined ? 'There is no picture yet.' : 'This file is no whole picture.';
    return el('div', { class: 'nothing' }, icon('image'), el('p', why));
  }
  const attributes = { class: 'frame', title: 'Open the file', draggable: 'false' };
  const caption = flags.includes('preview-only')
    ? 'A preview, drawn by the emulator. No model made it.'
    : preview && fileLink(preview.href, {}, 'There is a preview too');
  return figure(caption, fileLink(picture.href, attributes, large(picture, alt)));
}
