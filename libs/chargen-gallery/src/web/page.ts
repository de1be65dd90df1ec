import { signal } from '@preact/signals';
import { render } from 'preact';
import type { GalleryIndex } from '../model.js';
import { galleryIndex } from './data.js';
import { Drafts } from './drafts.js';
import { whenReleased } from './press.js';
import { Reviewer } from './reviewer.js';
import { Store } from './store.js';
import { el } from './ui.js';

/** The state that all views share. */
export const store = new Store(indexOrStop());

/** Whether a server stands behind the page: else it is for looking only. */
export const isServed = signal(false);

/** What was just done, or why it was not; it stays until the next one, or until it is closed. */
export const said = signal('');

export function say(message: string): void {
  whenReleased(() => {
    said.value = message;
  });
}

export const drafts = new Drafts();

export const reviewer = new Reviewer(store, say);

function indexOrStop(): GalleryIndex {
  const index = galleryIndex();
  if (index !== undefined) return index;
  const message = 'The data of this page are not there. Make it again: chargen gallery';
  render(el('p.fatal', { role: 'alert' }, message), document.body);
  throw new Error(message);
}
