import type { EntityCard, SceneCard } from '../model.js';
import type { Change } from '../protocol.js';
import { askForChange } from './changes.js';
import { plural } from './words.js';

/** A change that needs no words: its difference is shown at once. */
export function askForOne(title: string, change: Change): void {
  askForChange({ title, fields: [], changes: () => [change] });
}

export function askForNote({ id, title }: SceneCard): void {
  const hint = 'Kept as a comment beside the scene; the next run rolls it again.';
  askForChange({
    title: `Reject the picture of “${title}”`,
    fields: [
      { name: 'note', label: 'What is wrong with it?', saved: '', limit: 300, isOptional: true, hint },
    ],
    changes: ({ note = '' }) => [{ kind: 'reject', scene: id, note }],
  });
}

export function askForPrompt({ id, title }: SceneCard, saved: string): void {
  const hint = 'Sent as it stands; appearance, style and references are added as before.';
  askForChange({
    title: `Prompt of “${title}”`,
    fields: [{ name: 'prompt', label: 'What to paint', saved, rows: 12, hint }],
    changes: ({ prompt = '' }) => [{ kind: 'prompt', scene: id, prompt }],
  });
}

export function askForScene(entity: EntityCard): void {
  const hint = 'The name of its picture; it stays when the title changes.';
  const pattern = '[a-z0-9]([a-z0-9._\\-]*[a-z0-9])?';
  const follows = ({ title = '' }): string => slugOf(title);
  askForChange({
    title: `A new scene of ${entity.name}`,
    fields: [
      { name: 'title', label: 'Title', saved: '', limit: 120 },
      { name: 'id', label: 'Id', saved: '', limit: 80, pattern, follows, hint },
      { name: 'prompt', label: 'What to paint', saved: '', rows: 8 },
    ],
    changes: ({ id = '', title = '', prompt = '' }) => [
      { kind: 'add-scene', entity: entity.id, id, title, prompt },
    ],
  });
}

function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);
}

/** What must change in its file so that a scene is asked for again; undefined if nothing must. */
function changeFor({ id, state, review, picture }: SceneCard): Change | undefined {
  if (state === 'refused' || state === 'unusable') return { kind: 'retry', scene: id };
  return picture === undefined ? undefined : { kind: 'reject', scene: id, note: review?.note ?? '' };
}

/**
 * Asks once for all pictures that are to be made again: the difference of each in its author's file. `onWritten` then
 * shows the plan of the run that makes them.
 */
export function askAgain(scenes: readonly SceneCard[], onWritten: (scenes: readonly string[]) => void): void {
  const sceneOf = (change: Change): string => ('scene' in change ? change.scene : '');
  askForChange({
    title: 'Make these pictures again',
    fields: [],
    changes: () => scenes.flatMap((scene) => changeFor(scene) ?? []),
    several: {
      titleOf: (change) => scenes.find(({ id }) => id === sceneOf(change))?.title ?? '',
      label: (count) => `Write ${plural(count, 'change')} and look at the run`,
      onWritten: (written) => onWritten(written.map(sceneOf)),
    },
  });
}
