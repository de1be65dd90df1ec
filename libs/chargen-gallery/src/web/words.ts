import type { EntityType, SceneFlag, SceneState } from '../model.js';
import type { IconName } from './ui.js';

export interface Word {
  readonly label: string;
  readonly icon: IconName;
  /** Completes "Scenes …". */
  readonly says: string;
}

export const STATE_WORDS: Readonly<Record<SceneState, Word>> = {
  done: { label: 'Done', icon: 'check', says: 'whose picture is there' },
  reused: {
    label: 'In the store',
    icon: 'store',
    says: 'that were paid for and only have to be laid into place',
  },
  pending: { label: 'Pending', icon: 'clock', says: 'that the next run makes' },
  'in-flight': { label: 'At Google', icon: 'wait', says: 'that Google works on' },
  waits: { label: 'Waits', icon: 'wait', says: 'that show pictures still to be made' },
  failed: { label: 'Failed', icon: 'cross', says: 'that the last run could not make' },
  refused: { label: 'Refused', icon: 'stop', says: 'that the model refused' },
  unusable: { label: 'Unusable answer', icon: 'stop', says: 'whose answer holds no usable picture' },
  blocked: { label: 'Error', icon: 'alert', says: 'with a mistake in their file' },
  edited: { label: 'Edited by hand', icon: 'pen', says: 'whose picture a person changed' },
  locked: { label: 'Locked', icon: 'lock', says: 'that no run touches' },
};

export const FLAG_WORDS: Readonly<Record<SceneFlag, Word>> = {
  unreviewed: { label: 'Unreviewed', icon: 'eye', says: 'whose picture no person has judged yet' },
  approved: { label: 'Approved', icon: 'check', says: 'whose picture a person approved' },
  rejected: { label: 'Again', icon: 'dice', says: 'whose picture a person rejected, to be made again' },
  'preview-only': { label: 'Preview only', icon: 'eye', says: 'of which only a preview is there' },
  outdated: { label: 'Outdated', icon: 'clock', says: 'whose picture is not what is asked for now' },
  candidate: {
    label: 'To be adopted',
    icon: 'image',
    says: 'without a picture, beside one that may be theirs',
  },
  replaced: { label: 'Replaced', icon: 'compare', says: 'that had another picture before' },
  'off-canon': { label: 'Not as canon', icon: 'alert', says: 'unlike their canonical appearance' },
  'rejected-take': { label: 'Rejected before', icon: 'dice', says: 'of which an earlier take was rejected' },
  shape: { label: 'Other shape', icon: 'image', says: 'whose picture has another shape than asked for' },
};

export const MARK_WORDS: Readonly<Record<SceneState | SceneFlag, Word>> = { ...STATE_WORDS, ...FLAG_WORDS };

export const TYPE_WORDS: Readonly<Record<EntityType, { readonly one: string; readonly many: string }>> = {
  character: { one: 'Character', many: 'Characters' },
  location: { one: 'Location', many: 'Locations' },
  chapter: { one: 'Chapter', many: 'Chapters' },
};

export const SECTION_WORDS: Readonly<Record<string, string>> = {
  prompt: 'Your words',
  precedence: 'What wins',
  'must-see': 'To be seen',
  subject: 'Who and what',
  states: 'States',
  references: 'References',
  composition: 'Composition',
  light: 'Light',
  palette: 'Palette',
  traits: 'Traits',
  style: 'Style',
  mood: 'Mood',
  avoid: 'To be avoided',
};

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A clause with a capital letter and a full stop; names of files, fields and commands stay as they are. */
export function sentence(text: string): string {
  const isWord = /^[a-z]+(?=[\s,;:’]|$)/.test(text) && !/^(?:chargen|npx|nx)\b/.test(text);
  const first = isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?)]$/.test(first) ? first : `${first}.`;
}

/** `$2.64`; small sums with more digits, since a picture costs cents. */
export function dollars(usd: number): string {
  return usd !== 0 && usd < 0.1 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** An ISO time as a person reads it, in the reader's own time. */
export function when(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
