import type { SceneCard } from '../model.js';
import { append, el, icon, replaceChildren, type IconName } from './dom.js';
import { sceneFilter } from './filter.js';
import { Filmstrip } from './filmstrip.js';
import type { Lightbox } from './lightbox.js';
import { Reviewer } from './reviewer.js';
import type { Store } from './store.js';

/** The longest note; the server takes no longer one. */
const MAX_NOTE = 2000;

/** Reviewing in the open picture: decisions by keys and buttons, notes, and the ways to look. */
export class Desk {
  readonly #store: Store;
  readonly #lightbox: Lightbox;
  readonly #reviewer: Reviewer;
  readonly #strip: Filmstrip;
  readonly #counter = el('span', { class: 'counter', role: 'status' });
  readonly #buttons = el('span', { class: 'desk-buttons' });
  readonly #noteField: HTMLInputElement;
  readonly #noteForm: HTMLFormElement;
  readonly #said: HTMLElement;
  /** Notes that were begun and not saved, by scene: closing the field loses no word. */
  readonly #drafts = new Map<string, string>();

  constructor(store: Store, lightbox: Lightbox) {
    this.#store = store;
    this.#lightbox = lightbox;
    this.#said = el('p', { class: 'desk-said', role: 'status' });
    this.#reviewer = new Reviewer(store, (message) => {
      this.#said.textContent = message;
      this.#draw();
    });
    this.#strip = new Filmstrip(store, lightbox);
    this.#noteField = el('input', {
      type: 'text',
      maxlength: MAX_NOTE,
      autocomplete: 'off',
      'aria-label': 'What is wrong with this picture?',
      placeholder: 'What is wrong with it? Enter keeps the note, Esc closes it',
      oninput: () => {
        this.#drafts.set(this.#store.view.scene, this.#noteField.value);
      },
      onkeydown: (event: Event) => {
        if (!(event instanceof KeyboardEvent) || event.key !== 'Escape') return;
        // Else the browser closes the picture with it.
        event.preventDefault();
        event.stopPropagation();
        this.#closeNote();
      },
    });
    this.#noteForm = el(
      'form',
      {
        class: 'desk-note',
        hidden: true,
        onsubmit: (event: Event) => {
          event.preventDefault();
          this.#keepNote();
        },
      },
      this.#noteField,
      el('button', { type: 'submit', class: 'main' }, 'Keep the note'),
    );
    append(lightbox.tools, [this.#counter, this.#buttons]);
    const body = lightbox.element.querySelector('.lightbox-body');
    body?.before(this.#noteForm);
    body?.after(this.#strip.element, this.#said);
    lightbox.element.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    const draw = (): void => {
      this.#draw();
    };
    store.onView((before) => {
      if (before.scene !== store.view.scene) this.#closeNote();
      draw();
    });
    store.onData(draw);
    store.onChoice(draw);
    store.onScene((one) => {
      draw();
      if (one.scene.id === store.view.scene || lightbox.stage.look.kind === 'several') lightbox.redraw();
    });
    draw();
  }

  get #scene(): SceneCard | undefined {
    return this.#store.find(this.#store.view.scene)?.scene;
  }

  /** Pictures that can be reviewed, whatever was decided about them, as far as the other filters show them. */
  #reviewable(): readonly SceneCard[] {
    const passes = sceneFilter(this.#store.view, 'marks');
    return this.#store.all.flatMap((one) =>
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
    const isOff = scene.review === undefined;
    const focused = document.activeElement?.getAttribute('data-desk') ?? undefined;
    replaceChildren(
      this.#buttons,
      deskButton({ face: 'check', label: 'Good', key: 'G', isOn: state === 'approved', isOff }, () => {
        this.#decide('approved');
      }),
      deskButton({ face: 'dice', label: 'Again', key: 'R', isOn: state === 'rejected', isOff }, () => {
        this.#decide('rejected');
      }),
      deskButton({ face: 'pen', label: 'Note', key: 'N', isOff }, () => {
        this.#openNote();
      }),
      deskButton({ face: 'left', label: 'Undo', key: 'U', isOff: !this.#reviewer.canUndo }, () => {
        this.#undo();
      }),
    );
    if (focused !== undefined) {
      const again = this.#buttons.querySelector(`[data-desk="${focused}"]`);
      if (again instanceof HTMLButtonElement) again.focus();
    }
    this.#strip.draw();
  }

  #onKey(event: KeyboardEvent): void {
    const { target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (target instanceof HTMLElement && target.matches('input, textarea, select')) return;
    const scene = this.#scene;
    if (/^[1-9]$/.test(event.key) && scene !== undefined) {
      event.preventDefault();
      this.#reviewer.use(scene, Number(event.key));
      return;
    }
    const act = this.#keys()[event.key.toLowerCase()];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  #keys(): Readonly<Record<string, () => void>> {
    return {
      g: () => {
        this.#decide('approved');
      },
      r: () => {
        this.#decide('rejected');
      },
      n: () => {
        this.#openNote();
      },
      u: () => {
        this.#undo();
      },
      l: () => {
        const scene = this.#scene;
        if (scene !== undefined) this.#reviewer.lock(scene, scene.state !== 'locked');
      },
    };
  }

  #say(message: string): void {
    this.#said.textContent = message;
  }

  /** Decides, and goes on to the next picture that is not reviewed. */
  #decide(state: 'approved' | 'rejected', note?: string): void {
    const scene = this.#scene;
    if (scene?.review === undefined) {
      this.#say('There is no picture to be reviewed.');
      return;
    }
    const ids = this.#lightbox.ids();
    const at = ids.indexOf(scene.id);
    const following = [...ids.slice(at + 1), ...ids.slice(0, Math.max(0, at))];
    const kept = state === 'rejected' ? scene.review.note : '';
    this.#reviewer.decide(scene, state, note ?? kept);
    this.#say('');
    const next = following.find((id) => this.#store.find(id)?.scene.review?.state === 'unreviewed');
    if (next !== undefined) this.#store.show({ scene: next, compare: '' });
    else this.#say('All of these pictures are reviewed.');
  }

  #undo(): void {
    const scene = this.#reviewer.undo();
    if (scene !== undefined) this.#store.show({ scene, compare: '' });
    this.#draw();
  }

  #openNote(): void {
    const scene = this.#scene;
    if (scene?.review === undefined) return;
    this.#noteForm.hidden = false;
    this.#noteField.value = this.#drafts.get(scene.id) ?? scene.review.note;
    this.#noteField.focus();
  }

  #closeNote(): void {
    if (this.#noteForm.hidden) return;
    this.#noteForm.hidden = true;
    this.#lightbox.focus();
  }

  /** A note says why a picture is to be made again, unless it was approved before. */
  #keepNote(): void {
    const scene = this.#scene;
    if (scene?.review === undefined) return;
    const note = this.#noteField.value.trim();
    this.#drafts.delete(scene.id);
    this.#closeNote();
    if (scene.review.state === 'approved') this.#reviewer.decide(scene, 'approved', note);
    else this.#decide('rejected', note);
  }
}

interface ButtonFace {
  readonly face: IconName;
  readonly label: string;
  readonly key: string;
  /** Left out for one that is not on or off. */
  readonly isOn?: boolean;
  readonly isOff: boolean;
}

function deskButton({ face, label, key, isOn, isOff }: ButtonFace, act: () => void): HTMLElement {
  return el(
    'button',
    {
      type: 'button',
      class: 'small',
      'data-desk': key,
      title: `${label} (${key})`,
      'aria-keyshortcuts': key,
      'aria-pressed': isOn === undefined ? undefined : String(isOn),
      disabled: isOff,
      onclick: act,
    },
    icon(face),
    label,
  );
}
