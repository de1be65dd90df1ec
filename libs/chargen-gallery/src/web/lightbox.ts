import type { EntityCard, SceneCard, SceneDetails } from '../model.js';
import { detailsOf } from './data.js';
import { messageOf } from './dialog.js';
import { append, button, el, iconButton, replaceChildren, type IconName } from './dom.js';
import type { Searchable } from './filter.js';
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
import { takesPanel } from './takes-panel.js';
import { SEVERAL, Stage } from './stage.js';
import type { Store } from './store.js';
import { TYPE_WORDS } from './words.js';

/** What can be done with the open scene, if a server stands behind the page. */
export interface OpenActions {
  actions(scene: SceneCard, details: SceneDetails): HTMLElement;
  use(scene: SceneCard, take: number): void;
}

/** One scene, large, with all that is known of it. The address of the page names the open one. */
export class Lightbox {
  readonly element: HTMLDialogElement;
  readonly #store: Store;
  readonly stage: Stage;
  /** Between the position and the closing cross: what a server adds. */
  readonly tools: HTMLElement;
  readonly #panel: HTMLElement;
  readonly #position: HTMLElement;
  #actions: OpenActions | undefined;
  /** What stands at the foot of the page: behind an open dialog it could be neither seen nor reached. */
  #foot: HTMLElement | undefined;
  #shown = '';

  constructor(
    store: Store,
    readonly onClosed: (scene: string) => void,
  ) {
    this.#store = store;
    this.stage = new Stage((scene) => {
      store.show({ scene, compare: '' });
    });
    this.tools = el('div', { class: 'lightbox-tools' });
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
      el('div', { class: 'lightbox-body' }, this.stage.element, this.#panel),
    );
    this.element.addEventListener('close', () => {
      const { scene } = this.#store.view;
      this.#shown = '';
      this.stage.lookAtOne();
      if (this.#foot !== undefined) document.body.append(this.#foot);
      this.#store.show({ scene: '', compare: '' });
      this.onClosed(scene);
    });
    this.element.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    store.on(['open', 'filters'], () => {
      this.#follow();
    });
    store.on(['data', 'scenes', 'choice'], () => {
      this.redraw();
    });
  }

  #bar(): HTMLElement[] {
    const arrow = (label: string, face: IconName, step: 1 | -1): HTMLElement =>
      iconButton(face, label, () => {
        this.step(step);
      });
    const close = (): void => {
      this.element.close();
    };
    return [
      arrow('Previous scene', 'left', -1),
      this.#position,
      arrow('Next scene', 'right', 1),
      this.tools,
      iconButton('cross', 'Close', close, { class: 'quiet close' }),
    ];
  }

  /** Opens what the address names; called once when the page stands. */
  start(): void {
    this.#follow();
  }

  allow(actions: OpenActions, foot: HTMLElement): void {
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
      this.stage.clear();
      replaceChildren(this.#panel, el('h2', { id: 'scene-title' }, 'No such scene'), el('p', {}, id));
      return;
    }
    const ids = this.ids();
    const at = ids.indexOf(id);
    this.#position.textContent = at === -1 ? '' : `${at + 1} of ${ids.length}`;
    void this.#draw(found, shown, isSameScene);
  }

  async #draw(found: Searchable, shown: string, keepsPlace: boolean): Promise<void> {
    const { scene, entity } = found;
    const place = keepsPlace ? this.#panel.scrollTop : 0;
    const head = this.#head(scene, entity);
    if (!keepsPlace) {
      this.stage.show(scene, undefined, '', this.#several(scene));
      replaceChildren(this.#panel, head);
    }
    let details: SceneDetails | undefined;
    try {
      details = await detailsOf(found);
    } catch (error) {
      append(this.#panel, [el('p', { class: 'warning', role: 'alert' }, messageOf(error))]);
      return;
    }
    // Another scene may have been opened while the details came.
    if (this.#shown !== shown || details === undefined) return;
    this.#drawDetails(scene, details, head);
    this.#panel.scrollTop = place;
  }

  #head(scene: SceneCard, entity: EntityCard): HTMLElement {
    const showEntity = (): void => {
      this.element.close();
      this.#store.show({ entity: entity.id });
    };
    return el(
      'header',
      {},
      el(
        'p',
        { class: 'kind' },
        `${TYPE_WORDS[entity.type].one} · `,
        button(undefined, entity.name, showEntity, { class: 'link' }),
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
    this.stage.show(scene, details, compare, this.#several(scene));
    const openScene = (id: string): void => {
      this.#store.show({ scene: id, compare: '' }, 'push');
    };
    const actions = this.#actions;
    const use =
      actions === undefined
        ? undefined
        : (take: number): void => {
            actions.use(scene, take);
          };
    replaceChildren(
      this.#panel,
      head,
      statusPanel(scene, details),
      this.#actions?.actions(scene, details),
      details.canon === undefined ? undefined : canonPanel(details.canon),
      takesPanel(details, use),
      changedPanel(details),
      versionsPanel(details.versions, { compared: compare, named: details.take, use }, (key) => {
        this.#store.show({ compare: key });
      }),
      promptPanel(details),
      referencesPanel(details.references, openScene),
      factsPanel('What is asked for', details.settings, true),
      factsPanel('How this picture was made', details.recipe, true),
      details.analysis === undefined ? undefined : analysisPanel(details.analysis),
    );
  }

  /** The scenes that the arrows lead to: those that the filters leave, or of a survey the chosen ones. */
  ids(): readonly string[] {
    const visible = this.#store.visible().map((one) => one.scene.id);
    const { chosen } = this.#store;
    if (this.stage.look.kind !== 'several' || chosen.size < 2) return visible;
    return this.#store.all.map((one) => one.scene.id).filter((id) => chosen.has(id));
  }

  /** The screen of the survey that a scene stands on. */
  #several(scene: SceneCard): readonly SceneCard[] {
    if (this.stage.look.kind !== 'several') return [];
    const ids = this.ids();
    const first = Math.floor(Math.max(0, ids.indexOf(scene.id)) / SEVERAL) * SEVERAL;
    return ids.slice(first, first + SEVERAL).flatMap((id) => this.#store.find(id)?.scene ?? []);
  }

  /** Shows the open scene anew, as after another way to look at it. */
  redraw(): void {
    const { scene } = this.#store.view;
    if (scene === '') return;
    // Neither empty nor what is shown: it is drawn, and the text stays where it was scrolled to.
    this.#shown = `${scene} ~`;
    this.#follow();
  }

  /** Puts the focus where arrows scroll the text and go to the neighbours. */
  focus(): void {
    if (this.element.open) this.#panel.focus();
  }

  step(step: 1 | -1): void {
    const ids = this.ids();
    const at = ids.indexOf(this.#store.view.scene);
    const next = ids[at === -1 ? 0 : (at + step + ids.length) % ids.length];
    if (next !== undefined) this.#store.show({ scene: next, compare: '' });
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.target;
    // A slider and a text field have their own use for arrows.
    if (target instanceof HTMLElement && target.matches('input, textarea, select')) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    switch (event.key.toLowerCase()) {
      case 'arrowright':
        this.step(1);
        break;
      case 'arrowleft':
        this.step(-1);
        break;
      case 'z':
        this.stage.toggleZoom();
        break;
      case 'c':
        this.stage.compareNext();
        this.redraw();
        break;
      case 's':
        this.stage.toggleSurvey();
        this.redraw();
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}
