import type { SceneCard } from '../model.js';
import { append, button, el, replaceChildren, type Attributes, type IconName } from './dom.js';
import type { Drafts } from './drafts.js';
import { sceneFilter } from './filter.js';
import { filmstrip } from './filmstrip.js';
import type { Lightbox } from './lightbox.js';
import type { Reviewer } from './reviewer.js';
import type { Store } from './store.js';

/** The longest note; the server takes no longer one. */
const MAX_NOTE = 2000;

/** Reviewing in the open picture: decisions by keys and buttons, notes, and the pictures around it. */
export class Desk {
  readonly #counter = el('span', { class: 'counter', role: 'status' });
  readonly #buttons = el('span', { class: 'desk-buttons' });
  readonly #noteField: HTMLInputElement;
  readonly #noteForm: HTMLFormElement;
  readonly #strip = el('ol', { class: 'filmstrip', 'aria-label': 'Pictures before and after this one' });
  /** The scene whose note is open; empty for none. */
  #noted = '';

  constructor(
    readonly store: Store,
    readonly lightbox: Lightbox,
    readonly reviewer: Reviewer,
    readonly drafts: Drafts,
    readonly say: (message: string) => void,
  ) {
    this.#noteField = el('input', {
      type: 'text',
      maxlength: MAX_NOTE,
      autocomplete: 'off',
      'aria-label': 'What is wrong with this picture?',
      placeholder: 'What is wrong with it? Enter keeps the note, Esc closes it',
      oninput: () => {
        const saved = store.find(this.#noted)?.scene.review?.note ?? '';
        drafts.set(noteOf(this.#noted), this.#noteField.value, saved);
      },
      onkeydown: (event: Event) => {
        if (!(event instanceof KeyboardEvent) || event.key !== 'Escape') return;
        // Else the browser closes the picture with it.
        event.preventDefault();
        event.stopPropagation();
        this.#closeNote();
      },
    });
    const onsubmit = (event: Event): void => {
      event.preventDefault();
      this.#keepNote();
    };
    const keep = el('button', { type: 'submit', class: 'main' }, 'Keep the note');
    this.#noteForm = el('form', { class: 'desk-note', hidden: true, onsubmit }, this.#noteField, keep);
    append(lightbox.tools, [this.#counter, this.#buttons]);
    const body = lightbox.element.querySelector('.lightbox-body');
    body?.before(this.#noteForm);
    body?.after(this.#strip);
    for (const [key, act] of this.#keys()) lightbox.keys.set(key, act);
    store.on(['filters', 'open', 'data', 'choice', 'scenes'], () => {
      if (this.#noted !== store.view.scene) this.#closeNote();
      this.#draw();
    });
    this.#draw();
  }

  #keys(): [key: string, act: () => void][] {
    const onScene = (act: (scene: SceneCard) => void) => (): void => {
      const scene = this.#scene;
      if (scene !== undefined) act(scene);
    };
    return [
      ['g', () => this.#decide('approved')],
      ['r', () => this.#decide('rejected')],
      ['n', () => this.#openNote()],
      ['u', () => this.#undo()],
      ['l', onScene((scene) => this.reviewer.lock([scene], scene.state !== 'locked'))],
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((take): [string, () => void] => [
        String(take),
        onScene((scene) => this.reviewer.use(scene, take)),
      ]),
    ];
  }

  get #scene(): SceneCard | undefined {
    return this.store.find(this.store.view.scene)?.scene;
  }

  /** Pictures that can be reviewed, whatever was decided about them, as far as the other filters show them. */
  #reviewable(): readonly SceneCard[] {
    const passes = sceneFilter(this.store.view, 'marks');
    return this.store.all.flatMap((one) =>
      one.scene.review !== undefined && passes(one) ? [one.scene] : [],
    );
  }

  #draw(): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    const all = this.#reviewable();
    const reviewed = all.filter(({ review }) => review?.state !== 'unreviewed').length;
    this.#counter.textContent = `${reviewed} of ${all.length} reviewed`;
    const state = scene.review?.state;
    const disabled = scene.review === undefined;
    const on = (pressed: boolean): Attributes => ({ disabled, 'aria-pressed': String(pressed) });
    const deskButton = (face: IconName, label: string, key: string, attributes: Attributes): HTMLElement => {
      const press = (): void => this.lightbox.keys.get(key.toLowerCase())?.();
      const named = { 'data-key': key, title: `${label} (${key})`, 'aria-keyshortcuts': key };
      return button(face, label, press, { class: 'small', ...named, ...attributes });
    };
    replaceChildren(
      this.#buttons,
      deskButton('check', 'Good', 'G', on(state === 'approved')),
      deskButton('dice', 'Again', 'R', on(state === 'rejected')),
      deskButton('pen', 'Note', 'N', { disabled }),
      deskButton('left', 'Undo', 'U', { disabled: !this.reviewer.canUndo }),
    );
    replaceChildren(this.#strip, filmstrip(this.store, this.lightbox.ids()));
    // A narrow screen has no room for all of them.
    const open = this.#strip.querySelector('[aria-current]');
    open?.scrollIntoView({ block: 'nearest', inline: 'center', behavior: 'instant' });
  }

  /** Decides, and goes on to the next picture that is not reviewed. */
  #decide(state: 'approved' | 'rejected', note?: string): void {
    const scene = this.#scene;
    if (scene?.review === undefined) {
      this.say('There is no picture to be reviewed.');
      return;
    }
    const ids = this.lightbox.ids();
    const at = ids.indexOf(scene.id);
    const following = [...ids.slice(at + 1), ...ids.slice(0, Math.max(0, at))];
    this.reviewer.decide([scene], state, note);
    const next = following.find((id) => this.store.find(id)?.scene.review?.state === 'unreviewed');
    this.say(next === undefined ? 'All of these pictures are reviewed.' : '');
    if (next !== undefined) this.store.show({ scene: next, compare: '' });
  }

  #undo(): void {
    const scene = this.reviewer.undo();
    if (scene !== undefined) this.store.show({ scene, compare: '' });
    this.#draw();
  }

  #openNote(): void {
    const scene = this.#scene;
    if (scene?.review === undefined) return;
    this.#noted = scene.id;
    this.#noteForm.hidden = false;
    this.#noteField.value = this.drafts.get(noteOf(scene.id)) ?? scene.review.note;
    this.#noteField.focus();
  }

  #closeNote(): void {
    if (this.#noteForm.hidden) return;
    this.#noted = '';
    this.#noteForm.hidden = true;
    this.lightbox.focus();
  }

  /** A note says why a picture is to be made again, unless it was approved before. */
  #keepNote(): void {
    const scene = this.#scene;
    if (scene?.review === undefined) return;
    const note = this.#noteField.value.trim();
    this.drafts.delete(noteOf(scene.id));
    this.#closeNote();
    if (scene.review.state === 'approved') this.reviewer.decide([scene], 'approved', note);
    else this.#decide('rejected', note);
  }
}

function noteOf(scene: string): string {
  return `note ${scene}`;
}
