import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { asked, attempt, close, type Question } from './question.js';
import { button, el, part, type Child, type IconName } from './ui.js';

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

/** The page of a question. The focus goes to its first field, or to the first button that can be pressed. */
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
    part(Focus, { own, failure }),
  ];
}

function Focus({ own, failure }: { readonly own: Question; readonly failure: string }): VNode {
  const here = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const dialog = here.current?.closest('dialog');
    const field = dialog?.querySelector<HTMLElement>('.field :is(input, textarea)');
    (field ?? dialog?.querySelector<HTMLElement>('.question > .buttons button:enabled'))?.focus();
  }, [own, failure]);
  return el('span', { hidden: true, ref: here });
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
