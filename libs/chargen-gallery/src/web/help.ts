import type { Dialog } from './dialog.js';
import { el } from './dom.js';

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'Search'],
  ['Arrows', 'From picture to picture'],
  ['Enter', 'Open the picture'],
  ['← →', 'In an open picture: the one before, the next one'],
  ['Esc', 'Close'],
  ['g', 'Good: approve the picture, and go on to the next one (with --serve)'],
  ['r', 'Again: reject it, and go on (with --serve)'],
  ['n', 'Note what is wrong with it (with --serve)'],
  ['1 to 9', 'Use this take as the picture (with --serve)'],
  ['u', 'Take the last step back (with --serve)'],
  ['l', 'Lock or unlock the scene (with --serve)'],
  ['z', 'Full size, to be moved with the mouse, and back'],
  ['c', 'Beside an earlier picture, then beside what it shows'],
  ['s', 'Survey: several pictures, or the chosen ones'],
  ['x or Space', 'Choose a scene (with --serve)'],
  ['Shift', 'With a click, x or an arrow: choose all up to this one (with --serve)'],
  ['?', 'This list'],
];

export function showHelp(dialog: Dialog): void {
  const rows = KEYS.flatMap(([key, says]) => [el('dt', el('kbd', key)), el('dd', says)]);
  dialog.open('Keys', () => ({ body: [el('dl', { class: 'facts' }, rows)], close: 'Close' }));
}
