import type { SceneCard } from '../model.js';
import type { Change, DiffLine, Proposal } from '../protocol.js';
import { apply, propose } from './api.js';
import { diffView, messageOf } from './change-dialog.js';
import { el, icon, replaceChildren } from './dom.js';
import type { Store } from './store.js';
import { plural } from './words.js';

type Proposed = Extract<Proposal, { kind: 'proposed' }>;

interface Wanted {
  readonly scene: SceneCard;
  readonly change: Change;
  readonly proposal: Proposed;
}

/**
 * Asks once for all pictures that were rejected: the difference of each in its author's file, and then the plan of the
 * run that makes them.
 */
export class AgainDialog {
  readonly element = el('dialog', { class: 'change-dialog', 'aria-labelledby': 'again-title' });

  constructor(
    readonly store: Store,
    /** Called with the scenes whose files were changed, when the page knows what their pictures cost. */
    readonly onWritten: (scenes: readonly string[]) => void,
  ) {}

  async show(scenes: readonly SceneCard[]): Promise<void> {
    this.#draw(el('p', {}, 'Looking at the files …'));
    if (!this.element.open) this.element.showModal();
    const wanted: Wanted[] = [];
    const leftOut: string[] = [];
    for (const scene of scenes) {
      const change = { kind: 'reject', scene: scene.id, note: scene.review?.note ?? '' } as const;
      try {
        const proposal = await propose(change);
        if (proposal.kind === 'proposed') wanted.push({ scene, change, proposal });
        else leftOut.push(`${scene.title}: ${proposal.message}`);
      } catch (error) {
        leftOut.push(`${scene.title}: ${messageOf(error)}`);
      }
    }
    this.#confirm(wanted, leftOut);
  }

  #draw(...body: readonly (HTMLElement | undefined)[]): void {
    replaceChildren(
      this.element,
      el('h2', { id: 'again-title' }, 'Make these pictures again'),
      el('div', {}, ...body),
    );
  }

  #confirm(wanted: readonly Wanted[], leftOut: readonly string[]): void {
    const problem = el('p', { class: 'warning', role: 'alert', hidden: true });
    const write = el(
      'button',
      {
        type: 'button',
        class: 'main',
        disabled: wanted.length === 0,
        onclick: () => {
          write.disabled = true;
          void this.#write(wanted, problem);
        },
      },
      icon('check'),
      `Write ${plural(wanted.length, 'change')} and look at the run`,
    );
    this.#draw(
      el('p', {}, 'Each is asked for once more. This changes in their files, and nothing else:'),
      ...wanted.flatMap(({ scene, proposal }) => [
        el('h3', {}, scene.title, ' ', el('code', {}, proposal.file)),
        diffView(proposal.lines),
      ]),
      leftOut.length === 0
        ? undefined
        : el('ul', { class: 'plain warning' }, ...leftOut.map((one) => el('li', {}, one))),
      problem,
      el('div', { class: 'buttons' }, write, this.#cancel()),
    );
    write.focus();
  }

  /** One after the other, since several may be in one file; what is written is what was shown, or nothing. */
  async #write(wanted: readonly Wanted[], problem: HTMLElement): Promise<void> {
    const written: string[] = [];
    const fail = (message: string): void => {
      problem.hidden = false;
      problem.textContent = `${message} ${plural(written.length, 'change')} of ${wanted.length} ${written.length === 1 ? 'is' : 'are'} written.`;
    };
    try {
      for (const { scene, change, proposal } of wanted) {
        const now = await propose(change);
        if (now.kind !== 'proposed' || !isSame(now.lines, proposal.lines)) {
          fail(`The file of “${scene.title}” was changed meanwhile.`);
          return;
        }
        const applied = await apply(change, now.digest);
        if (applied.kind !== 'applied') {
          fail(applied.message);
          return;
        }
        written.push(scene.id);
      }
      this.element.close();
    } catch (error) {
      fail(messageOf(error));
    } finally {
      if (written.length > 0) this.onWritten(written);
    }
  }

  #cancel(): HTMLElement {
    return el(
      'button',
      {
        type: 'button',
        onclick: () => {
          this.element.close();
        },
      },
      'Cancel',
    );
  }
}

/** The same lines go and come; their places may differ by what was written before. */
function isSame(one: readonly DiffLine[], other: readonly DiffLine[]): boolean {
  const changed = (lines: readonly DiffLine[]): string =>
    JSON.stringify(
      lines.flatMap(({ kind, text }) => (kind === 'gone' || kind === 'new' ? [[kind, text]] : [])),
    );
  return changed(one) === changed(other);
}
