import type { EntityCard, SceneCard, SceneDetails } from '../model.js';
import { detailsOf } from './data.js';
import { messageOf } from './dialog.js';
import { append, button, el, iconButton, replaceChildren } from './dom.js';
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
import { onSwipe } from './swipe.js';
import { TYPE_WORDS } from './words.js';
import { isZoomed } from './zoom.js';

/** What can be done with the open scene, if a server stands behind the page. */
export interface OpenActions {
  actions(scene: SceneCard, details: SceneDetails): HTMLElement;
  use(scene: SceneCard, take: number): void;
}

/** One scene, large, with all that is known of it. The address of the page names the open one. */
export class Lightbox {
  readonly element: HTMLDialogElement;
  readonly stage: Stage;
  /** Between the position and the closing cross: what a server adds. */
  readonly tools = el('div', { class: 'lightbox-tools' });
  /** What a key does, by its name in small letters. */
  readonly keys = new Map<string, () => void>([
    ['arrowright', () => this.step(1)],
    ['arrowleft', () => this.step(-1)],
    ['z', () => this.stage.toggleZoom()],
    ['c', () => this.#look(() => this.stage.compareNext())],
    ['s', () => this.#look(() => this.stage.toggleSurvey())],
  ]);
  readonly #panel: HTMLElement;
  readonly #position = el('span', { class: 'position' });
  #actions: OpenActions | undefined;
  /** What stands at the foot of the page: behind an open dialog it could be neither seen nor reached. */
  #foot: HTMLElement | undefined;
  #shown = '';
  /** What the open scene was compared with when it was drawn. */
  #compared = '';

  constructor(
    readonly store: Store,
    readonly onClosed: (scene: string) => void,
  ) {
    this.stage = new Stage((scene) => this.#open(scene));
    onSwipe(
      this.stage.element,
      () => !isZoomed(this.stage.element),
      (step) => this.step(step),
    );
    const region = { tabindex: '0', 'aria-label': 'About this scene', role: 'region' };
    this.#panel = el('div', { class: 'panel', ...region });
    this.element = el(
      'dialog',
      { class: 'lightbox', 'aria-labelledby': 'scene-title' },
      el(
        'div',
        { class: 'lightbox-bar' },
        iconButton('left', 'Previous scene', () => this.step(-1)),
        this.#position,
        iconButton('right', 'Next scene', () => this.step(1)),
        this.tools,
        iconButton('cross', 'Close', () => this.element.close(), { class: 'quiet close' }),
      ),
      el('div', { class: 'lightbox-body' }, this.stage.element, this.#panel),
    );
    this.element.addEventListener('close', () => {
      const { scene } = this.store.view;
      this.#shown = '';
      this.stage.lookAtOne();
      if (this.#foot !== undefined) document.body.append(this.#foot);
      this.#open('');
      this.onClosed(scene);
    });
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    store.on(['open', 'filters'], () => this.#follow());
    store.on(['data', 'scenes', 'choice'], () => this.#redraw());
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

  /** Shows another scene in place of the open one; an empty id closes it. */
  #open(scene: string): void {
    this.store.show({ scene, compare: '' });
  }

  #follow(): void {
    const { scene: id, compare } = this.store.view;
    if (id === '') {
      if (this.element.open) this.element.close();
      return;
    }
    if (!this.element.open) {
      this.element.showModal();
      if (this.#foot !== undefined) this.element.append(this.#foot);
      this.focus();
    }
    const shown = `${id} ${compare}`;
    if (this.#shown === shown) return;
    const isSameScene = this.#shown.startsWith(`${id} `);
    this.#shown = shown;
    const found = this.store.find(id);
    if (found === undefined) {
      this.stage.clear();
      replaceChildren(this.#panel, el('h2', { id: 'scene-title' }, 'No such scene'), el('p', id));
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
    const { compare } = this.store.view;
    const folds = keepsPlace && compare === this.#compared ? foldsOf(this.#panel) : [];
    const head = this.#head(scene, entity);
    if (!keepsPlace) {
      this.stage.show(scene, undefined, '', this.#several(scene));
      replaceChildren(this.#panel, head);
    }
    try {
      const details = await detailsOf(found);
      // Another scene may have been opened while the details came.
      if (this.#shown !== shown || details === undefined) return;
      this.stage.show(scene, details, compare, this.#several(scene));
      replaceChildren(this.#panel, head, this.#panels(scene, details));
      // What a reader has unfolded is not folded under the eyes.
      const drawn = foldsOf(this.#panel);
      if (drawn.length === folds.length) drawn.forEach((one, n) => (one.open = folds[n]?.open ?? one.open));
      this.#compared = compare;
      this.#panel.scrollTop = place;
    } catch (error) {
      append(this.#panel, [el('p', { class: 'warning', role: 'alert' }, messageOf(error))]);
    }
  }

  #head(scene: SceneCard, entity: EntityCard): HTMLElement {
    const showEntity = (): void => {
      this.element.close();
      this.store.show({ entity: entity.id });
    };
    const name = button(undefined, entity.name, showEntity, { class: 'link' });
    const tags = scene.tags.map((tag) => el('li', tag));
    return el(
      'header',
      el('p', { class: 'kind' }, `${TYPE_WORDS[entity.type].one} · `, name),
      el('h2', { id: 'scene-title' }, scene.title),
      el('p', { class: 'source' }, scene.id),
      tags.length > 0 && el('ul', { class: 'tag-list' }, tags),
    );
  }

  #panels(scene: SceneCard, details: SceneDetails): (HTMLElement | undefined)[] {
    const { compare } = this.store.view;
    const actions = this.#actions;
    const use = actions && ((take: number): void => actions.use(scene, take));
    return [
      statusPanel(scene, details),
      actions?.actions(scene, details),
      details.canon && canonPanel(details.canon),
      takesPanel(details, use),
      changedPanel(details),
      versionsPanel(details.versions, {
        compared: compare,
        named: details.take,
        use,
        compare: (key) => this.store.show({ compare: key }),
      }),
      promptPanel(details),
      referencesPanel(details.references, (id) => this.store.show({ scene: id, compare: '' }, 'push')),
      factsPanel('What is asked for', details.settings),
      factsPanel('How this picture was made', details.recipe),
      details.analysis && analysisPanel(details.analysis),
    ];
  }

  /** The scenes that the arrows lead to: those that the filters leave, or of a survey the chosen ones. */
  ids(): readonly string[] {
    const isSurvey = this.stage.look.kind === 'several' && this.store.chosen.size > 1;
    return (isSurvey ? this.store.choice() : this.store.visible()).map(({ scene }) => scene.id);
  }

  /** The screen of the survey that a scene stands on. */
  #several(scene: SceneCard): readonly SceneCard[] {
    if (this.stage.look.kind !== 'several') return [];
    const ids = this.ids();
    const first = Math.floor(Math.max(0, ids.indexOf(scene.id)) / SEVERAL) * SEVERAL;
    return ids.slice(first, first + SEVERAL).flatMap((id) => this.store.find(id)?.scene ?? []);
  }

  /** Another way to look at the open scene. */
  #look(change: () => void): void {
    change();
    this.#redraw();
  }

  #redraw(): void {
    const { scene } = this.store.view;
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
    const at = ids.indexOf(this.store.view.scene);
    const next = ids[at === -1 ? 0 : (at + step + ids.length) % ids.length];
    if (next !== undefined) this.#open(next);
  }

  #onKey(event: KeyboardEvent): void {
    const { target, key, repeat } = event;
    // A slider and a text field have their own use for keys.
    if (target instanceof HTMLElement && target.matches('input, textarea, select')) return;
    if (event.altKey || event.ctrlKey || event.metaKey || (repeat && !key.startsWith('Arrow'))) return;
    const act = this.keys.get(key.toLowerCase());
    if (act === undefined) return;
    event.preventDefault();
    act();
  }
}

function foldsOf(panel: HTMLElement): HTMLDetailsElement[] {
  return [...panel.querySelectorAll('details')];
}
