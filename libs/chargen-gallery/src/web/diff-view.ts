import type { DiffLine } from '../protocol.js';
import { el } from './dom.js';

const SIGNS = { same: ' ', gone: '−', new: '+', gap: '⋯' } as const;
const WORDS = { same: '', gone: 'removed', new: 'added', gap: 'unchanged lines' } as const;

/** A difference as lines, marked by signs and words as well as by colours. */
export function diffView(lines: readonly DiffLine[]): HTMLElement {
  return el(
    'div',
    { class: 'file-diff', tabindex: '0', role: 'group', 'aria-label': 'The difference' },
    ...lines.map(({ kind, text, before, after }) =>
      el(
        'div',
        { class: `diff-line ${kind}` },
        el('span', { class: 'number', 'aria-hidden': 'true' }, kind === 'gap' ? '' : String(after || before)),
        el('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[kind]),
        WORDS[kind] === '' ? undefined : el('span', { class: 'unseen' }, `${WORDS[kind]}: `),
        el('code', text),
      ),
    ),
  );
}
