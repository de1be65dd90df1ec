import type { SceneCard } from '../model.js';
import { el, icon } from './dom.js';
import { sentence, STATE_WORDS } from './words.js';

/** As many letters as fit on a card. */
const EXCERPT = 180;

/** The picture of a card, or what stands in its place. */
export function face(scene: SceneCard): HTMLElement {
  const { picture, state } = scene;
  if (picture?.thumb !== undefined) {
    return el(
      'span',
      { class: `face ${scene.flags.includes('preview-only') ? 'preview' : ''}` },
      el('img', {
        src: picture.thumb,
        alt: '',
        loading: 'lazy',
        decoding: 'async',
        width: picture.width,
        height: picture.height,
      }),
    );
  }
  return el(
    'span',
    { class: 'face none' },
    icon(picture === undefined ? STATE_WORDS[state].icon : 'image'),
    el(
      'span',
      { class: 'excerpt', 'aria-hidden': 'true' },
      picture === undefined ? inPlaceOf(scene) : 'This file is no whole picture.',
    ),
  );
}

/** The reason if something went wrong, else what is to be painted. */
function inPlaceOf({ state, reason, prompt }: SceneCard): string {
  const isWrong = ['failed', 'refused', 'unusable', 'blocked'].includes(state);
  const text = isWrong ? sentence(reason) : prompt;
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT).replace(/\s+\S*$/, '')} …`;
}

export function ratioOf({ picture, aspectRatio }: SceneCard): number {
  const [width = 1, height = 1] =
    picture !== undefined && picture.width > 0
      ? [picture.width, picture.height]
      : aspectRatio.split(':').map((part) => Number(part));
  const ratio = width / height;
  return Number.isFinite(ratio) && ratio > 0 ? Math.min(3, Math.max(0.45, ratio)) : 1;
}
