import type { VNode } from 'preact';
import { asked, attempt, close, type Question } from './question.js';
import { button, el, type Child, type IconName } from './ui.js';

/** What a dialog shows at a time. */
interface Page {
  readonly title: string;
  readonly body: Child;
  /** Before the button that closes. */
  readonly buttons?: Child;
  /** On the button that closes. */
  readonly closing?: string;
  /** What went wrong before it was shown. */
  readonly problem?: string;
}

/** The page of a question. */
export function page(own: Question, { title, body, buttons, closing = 'Cancel', problem = '' }: Page): Child {
  const failure = asked.value?.problem || problem;
  return [
    el('h2', { id: 'question-title' }, title),
    el('div.question-body', body),
    el('p.warning', { role: 'alert', hidden: failure === '' }, failure),
    el(
      'div.buttons',
      buttons,
      button(undefined, closing, () => close(own)),
    ),
  ];
}

/** A button that does something that can fail; it can be pressed once until it has. */
export function act(
  own: Question,
  face: IconName,
  label: string,
  deed: () => Promise<void>,
  attributes: Parameters<typeof button>[3] = { class: 'main' },
): VNode {
  const disabled = attributes.disabled === true || asked.value?.isBusy === true;
  return button(face, label, () => attempt(own, deed), { ...attributes, disabled });
}
