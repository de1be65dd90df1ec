import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { PictureLink, SceneCard, SceneDetails } from '../model.js';
import { isZoomed, look, others, sceneIds, step, type Other } from './open-scene.js';
import { store } from './page.js';
import { el, fileLink, icon, part, type Child } from './ui.js';
import { FLAG_WORDS, when } from './words.js';
import { centre, drag, follow, loaded, onSwipe } from './gestures.js';

/** Pictures of the survey on one screen. */
const SEVERAL = 6;

interface Shown {
  readonly scene: SceneCard | undefined;
  readonly details: SceneDetails | undefined;
}

/** The large pictures of the open scene. */
export function Stage({ scene, details }: Shown): VNode {
  const stage = useRef<HTMLDivElement>(null);
  const isSurvey = look.value.kind === 'several';
  const found = scene && details ? othersOf(scene, details) : [];
  useLayoutEffect(() => {
    if (stage.current !== null) onSwipe(stage.current, () => !isZoomed.value, step);
  }, []);
  useLayoutEffect(() => {
    others.value = found;
  }, [scene, details]);
  useLayoutEffect(() => {
    if (isZoomed.value) centre(stage.current);
  }, [isZoomed.value, look.value, scene?.id]);
  const onClick = (event: Event): void => {
    // The end of a drag is no wish to open the file.
    if (isZoomed.value) event.preventDefault();
  };
  const [zoomed, several] = [isZoomed.value ? '' : undefined, isSurvey ? '' : undefined];
  const events = { onClick, onPointerDown: drag, onScrollCapture: follow, onLoadCapture: loaded };
  return el(
    'div.stage',
    { ref: stage, 'data-zoomed': zoomed, 'data-several': several, ...events },
    scene && (isSurvey ? survey(scene.id) : content(scene, details, found)),
  );
}

function content(scene: SceneCard, details: SceneDetails | undefined, found: readonly Other[]): VNode {
  const { picture, alt, review } = scene;
  const other = look.value.kind === 'two' ? found[look.value.other % found.length] : undefined;
  if (other !== undefined && picture !== undefined) {
    const now = figure('Now', framed(picture, alt, review?.sha256));
    return el('div.two-up', now, figure(other.label, framed(other.picture, other.label)));
  }
  const { compare } = store.view.value;
  const before = details?.versions.find((version) => version.key === compare)?.picture;
  const after = details?.versions.find((version) => version.current)?.picture;
  return before !== undefined && after !== undefined
    ? part(Comparison, { before, after }, before.href)
    : still(scene, details?.preview);
}

/** Several scenes beside each other: the screen on which the open one stands. */
function survey(open: string): VNode {
  const ids = sceneIds();
  const first = Math.floor(Math.max(0, ids.indexOf(open)) / SEVERAL) * SEVERAL;
  const scenes = ids.slice(first, first + SEVERAL).flatMap((id) => store.find(id)?.scene ?? []);
  const items = scenes.map((scene) => {
    const { id, picture, title, review } = scene;
    const attributes = {
      type: 'button',
      class: 'survey-picture',
      onClick: () => store.openScene(id),
    } as const;
    const image = picture && el('img', { src: sourceOf(picture, review?.sha256), alt: '', loading: 'lazy' });
    return el(
      'li',
      { key: id },
      el(
        'button',
        { ...attributes, 'aria-current': id === open ? 'true' : undefined },
        image ?? icon('image'),
        el('span', title, mark(scene)),
      ),
    );
  });
  return el('ul.survey', { 'aria-label': 'Survey' }, items);
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
  const all: { readonly label: string; readonly picture: PictureLink | undefined }[] = [
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
  if (!scene.flags.includes('preview-only')) all.push({ label: 'Preview by the emulator', picture: preview });
  return all.flatMap(({ label, picture }) =>
    picture !== undefined && picture.width > 0 ? [{ label, picture }] : [],
  );
}

/** With the hash of the picture a browser loads a file anew that has other bytes by now, as after another take. */
function sourceOf({ href }: PictureLink, sha256: string | undefined): string {
  return sha256 === undefined ? href : `${href}?sha256=${sha256.slice(0, 16)}`;
}

function large(picture: PictureLink, alt: string, sha256?: string): VNode {
  const { width, height } = picture;
  const src = sourceOf(picture, sha256);
  return el('img', { src, alt, width, height, draggable: false, key: src });
}

function framed(picture: PictureLink, alt: string, sha256?: string): VNode {
  return el('div.frame', large(picture, alt, sha256));
}

function figure(caption: Child, frame: VNode): VNode {
  return el('figure', frame, caption !== undefined && el('figcaption', caption));
}

function still({ picture, alt, flags, review }: SceneCard, preview: PictureLink | undefined): VNode {
  if (picture === undefined || picture.width === 0) {
    const why = picture === undefined ? 'There is no picture yet.' : 'This file is no whole picture.';
    return el('div.nothing', icon('image'), el('p', why));
  }
  const attributes = { class: 'frame', title: 'Open the file', draggable: false };
  const caption = flags.includes('preview-only')
    ? 'A preview, drawn by the emulator. No model made it.'
    : preview && fileLink(preview.href, {}, 'There is a preview too');
  return figure(caption, fileLink(picture.href, attributes, large(picture, alt, review?.sha256)));
}

interface Compared {
  readonly before: PictureLink;
  readonly after: PictureLink;
}

/** Two pictures of one scene above each other; a slider says how much of which is seen. */
function Comparison({ before, after }: Compared): VNode {
  const share = useSignal(50);
  const ratio = after.width === 0 ? 1 : after.width / after.height;
  const style = { '--share': `${share.value}%`, '--ratio': `${ratio}` };
  const frame = el(
    'div.compare-frame',
    { style },
    el('img.after', { src: after.href, alt: 'Now' }),
    el('img.before', { src: before.href, alt: 'Before' }),
    el('span.divider'),
    el('span.corner.left', 'Before'),
    el('span.corner.right', 'Now'),
  );
  const slider = el('input', {
    type: 'range',
    min: 0,
    max: 100,
    value: share.value,
    'aria-label': 'Share of the earlier picture, in percent',
    onInput: ({ currentTarget }) => {
      share.value = Number(currentTarget.value);
    },
  });
  return el('div.compare', frame, slider);
}
