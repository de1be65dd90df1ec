import { signal } from '@preact/signals';
import { createRef } from 'preact';
import type { PictureLink, SceneCard } from '../model.js';
import { drafts, reviewer, say, store } from './page.js';

/** How pictures are looked at. */
export type Look =
  | { readonly kind: 'one' }
  /** Beside another picture of the scene, or one that it shows. */
  | { readonly kind: 'two'; readonly other: number }
  | { readonly kind: 'several' };

export const look = signal<Look>({ kind: 'one' });
export const isZoomed = signal(false);

/** A picture beside which that of a scene is looked at. */
export interface Other {
  readonly label: string;
  readonly picture: PictureLink;
}

/** Of the open scene. */
export const others = signal<readonly Other[]>([]);

/** The scene whose note is open; empty for none. */
export const noted = signal('');

/** The text beside the picture: it has the focus, so that arrows scroll it and go to the neighbours. */
export const panel = createRef<HTMLDivElement>();

/** The scenes that the arrows lead to: those that the filters leave, or of a survey the chosen ones. */
export function sceneIds(): readonly string[] {
  const isSurvey = look.value.kind === 'several' && store.chosen.value.size > 1;
  return (isSurvey ? store.choice : store.visible).value.map(({ scene }) => scene.id);
}

export function step(by: 1 | -1): void {
  const ids = sceneIds();
  const at = ids.indexOf(store.view.value.scene);
  const next = ids[at === -1 ? 0 : (at + by + ids.length) % ids.length];
  if (next !== undefined) store.openScene(next);
}

export function toggleZoom(): void {
  if (look.value.kind !== 'several') isZoomed.value = !isZoomed.value;
}

/** The next other picture beside it; after the last one the picture stands alone. */
export function compareNext(): void {
  const next = look.value.kind === 'two' ? look.value.other + 1 : 0;
  look.value = next < others.value.length ? { kind: 'two', other: next } : { kind: 'one' };
}

export function toggleSurvey(): void {
  isZoomed.value = false;
  look.value = look.value.kind === 'several' ? { kind: 'one' } : { kind: 'several' };
}

/** Decides, and goes on to the next picture that is not reviewed. */
export function decide(state: 'approved' | 'rejected', note?: string): void {
  const scene = store.open.value;
  if (scene?.review === undefined) {
    say('There is no picture to be reviewed.');
    return;
  }
  const ids = sceneIds();
  const at = ids.indexOf(scene.id);
  const following = [...ids.slice(at + 1), ...ids.slice(0, Math.max(0, at))];
  reviewer.decide([scene], state, note);
  const next = following.find((id) => store.find(id)?.scene.review?.state === 'unreviewed');
  say(next === undefined ? 'All of these pictures are reviewed.' : '');
  if (next !== undefined) store.openScene(next);
}

/** Takes the last step back and shows what it was about. */
export function undo(): void {
  const scene = reviewer.undo();
  if (scene !== undefined) store.openScene(scene);
}

export function openNote(): void {
  if (store.open.value?.review === undefined) return;
  noted.value = store.open.value.id;
  // One that is open already has the focus again.
  document.querySelector<HTMLElement>('.desk-note input')?.focus();
}

export function closeNote(): void {
  noted.value = '';
  panel.current?.focus();
}

export function draftOf(scene: string): string {
  return `note ${scene}`;
}

/** A note says why a picture is to be made again, unless it was approved before. */
export function keepNote(scene: SceneCard, note: string): void {
  drafts.delete(draftOf(scene.id));
  closeNote();
  if (scene.review?.state === 'approved') reviewer.decide([scene], 'approved', note);
  else decide('rejected', note);
}
