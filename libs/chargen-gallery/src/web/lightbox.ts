import type { EntityCard, PictureLink, SceneCard, SceneDetails } from '../model.js';
import { comparison } from './compare.js';
import { entityDetails } from './data.js';
import { append, el, icon, replaceChildren } from './dom.js';
import {
  analysisPanel,
  canonPanel,
  changedPanel,
  factsPanel,
  promptPanel,
  referencesPanel,
  statusPanel,
  versionsPanel,
} from './panels.js';
import type { Store } from './store.js';
import { TYPE_WORDS } from './words.js';

/** Buttons for a scene, if a server stands behind the page. */
export type SceneActions = (scene: SceneCard, details: SceneDetails) => HTMLElement;

/** One scene, large, with all that is known of it. The address of the page names the open one. */
export class Lightbox {
  readonly element: HTMLDialogElement;
  readonly #store: Store;
  readonly #stage: HTMLElement;
  readonly #panel: HTMLElement;
  readonly #position: HTMLElement;
  #actions: SceneActions | undefined;
  /** What stands at the foot of the page: behind an open dialog it could be neither seen nor reached. */
  #foot: HTMLElement | undefined;
  #shown = '';

  constructor(
    store: Store,
    readonly onClosed: (scene: string) => void,
  ) {
    this.#store = store;
    this.#stage = el('div', { class: 'stage' });
    this.#panel = el('div', {
      class: 'panel',
      tabindex: '0',
      'aria-label': 'About this scene',
      role: 'region',
    });
    this.#position = el('span', { class: 'position' });
    this.element = el(
      'dialog',
      { class: 'lightbox', 'aria-labelledby': 'scene-title' },
      el('div', { class: 'lightbox-bar' }, this.#bar()),
      el('div', { class: 'lightbox-body' }, this.#stage, this.#panel),
    );
    this.element.addEventListener('close', () => {
      const { scene } = this.#store.view;
      this.#shown = '';
      if (this.#foot !== undefined) document.body.append(this.#foot);
      this.#store.show({ scene: '', compare: '' });
      this.onClosed(scene);
    });
    this.element.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    store.onView(() => {
      this.#follow();
    });
    store.onData(() => {
      this.#shown = '';
      this.#follow();
    });
  }

  #bar(): HTMLElement[] {
    const button = (
      className: string,
      label: string,
      face: Parameters<typeof icon>[0],
      act: () => void,
    ): HTMLElement =>
      el('button', { type: 'button', class: className, 'aria-label': label, onclick: act }, icon(face));
    const arrow = (label: string, face: 'left' | 'right', step: 1 | -1): HTMLElement =>
      button('quiet', label, face, () => {
        this.#step(step);
      });
    return [
      arrow('Previous scene', 'left', -1),
      this.#position,
      arrow('Next scene', 'right', 1),
      button('quiet close', 'Close', 'cross', () => {
        this.element.close();
      }),
    ];
  }

  /** Opens what the address names; called once when the page stands. */
  start(): void {
    this.#follow();
  }

  allow(actions: SceneActions, foot: HTMLElement): void {
    this.#actions = actions;
    this.#foot = foot;
    if (this.element.open) this.element.append(foot);
    this.#shown = '';
    this.#follow();
  }

  #follow(): void {
    const { scene: id, compare } = this.#store.view;
    if (id === '') {
      if (this.element.open) this.element.close();
      return;
    }
    const found = this.#store.find(id);
    if (!this.element.open) {
      this.element.showModal();
      if (this.#foot !== undefined) this.element.append(this.#foot);
      // So that arrows scroll the text and go to the neighbours at once.
      this.#panel.focus();
    }
    const shown = `${id} ${compare}`;
    if (this.#shown === shown) return;
    const isSameScene = this.#shown.startsWith(`${id} `);
    this.#shown = shown;
    if (found === undefined) {
      replaceChildren(this.#stage);
      replaceChildren(this.#panel, el('h2', { id: 'scene-title' }, 'No such scene'), el('p', {}, id));
      return;
    }
    const ids = this.#ids();
    const at = ids.indexOf(id);
    this.#position.textContent = at === -1 ? '' : `${at + 1} of ${ids.length}`;
    void this.#draw(found.scene, found.entity, shown, isSameScene);
  }

  async #draw(scene: SceneCard, entity: EntityCard, shown: string, keepsPlace: boolean): Promise<void> {
    const place = keepsPlace ? this.#panel.scrollTop : 0;
    const head = this.#head(scene, entity);
    if (!keepsPlace) {
      replaceChildren(this.#stage, still(scene, undefined));
      replaceChildren(this.#panel, head);
    }
    let details: SceneDetails | undefined;
    try {
      details = (await entityDetails(entity.details)).scenes.find((one) => one.id === scene.id);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      append(this.#panel, [el('p', { class: 'warning', role: 'alert' }, message)]);
      return;
    }
    // Another scene may have been opened while the details came.
    if (this.#shown !== shown || details === undefined) return;
    this.#drawDetails(scene, details, head);
    this.#panel.scrollTop = place;
  }

  #head(scene: SceneCard, entity: EntityCard): HTMLElement {
    return el(
      'header',
      {},
      el(
        'p',
        { class: 'kind' },
        `${TYPE_WORDS[entity.type].one} · `,
        el(
          'button',
          {
            type: 'button',
            class: 'link',
            onclick: () => {
              this.element.close();
              this.#store.show({ entity: entity.id });
            },
          },
          entity.name,
        ),
      ),
      el('h2', { id: 'scene-title' }, scene.title),
      el('p', { class: 'source' }, scene.id),
      scene.tags.length === 0
        ? undefined
        : el('ul', { class: 'tag-list' }, ...scene.tags.map((tag) => el('li', {}, tag))),
    );
  }

  #drawDetails(scene: SceneCard, details: SceneDetails, head: HTMLElement): void {
    const { compare } = this.#store.view;
    const before = details.versions.find((version) => version.key === compare)?.picture;
    const now = details.versions.find((version) => version.current)?.picture;
    replaceChildren(
      this.#stage,
      before !== undefined && now !== undefined
        ? comparison(before, now, { before: 'Before', after: 'Now' })
        : still(scene, details.preview),
    );
    const openScene = (id: string): void => {
      this.#store.show({ scene: id, compare: '' }, 'push');
    };
    replaceChildren(
      this.#panel,
      head,
      statusPanel(scene, details),
      this.#actions?.(scene, details),
      details.canon === undefined ? undefined : canonPanel(details.canon),
      changedPanel(details),
      versionsPanel(details.versions, compare, (key) => {
        this.#store.show({ compare: key });
      }),
      promptPanel(details),
      referencesPanel(details.references, openScene),
      factsPanel('What is asked for', details.settings, true),
      factsPanel('How this picture was made', details.recipe, true),
      details.analysis === undefined ? undefined : analysisPanel(details.analysis),
    );
  }

  #ids(): readonly string[] {
    return this.#store.visible().map((one) => one.scene.id);
  }

  #step(step: 1 | -1): void {
    const ids = this.#ids();
    const at = ids.indexOf(this.#store.view.scene);
    const next = ids[at === -1 ? 0 : (at + step + ids.length) % ids.length];
    if (next !== undefined) this.#store.show({ scene: next, compare: '' });
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.target;
    // A slider and a text field have their own use for arrows.
    if (target instanceof HTMLElement && target.matches('input, textarea, select')) return;
    if (event.key === 'ArrowRight') this.#step(1);
    else if (event.key === 'ArrowLeft') this.#step(-1);
    else return;
    event.preventDefault();
  }
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
      { href: picture.href, target: '_blank', rel: 'noreferrer', title: 'Open the file' },
      el('img', { src: picture.href, alt: scene.alt, width: picture.width, height: picture.height }),
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
