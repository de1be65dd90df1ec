import type { SceneCard } from '../model.js';
import type { Change } from '../protocol.js';
import type { ChangeDialog } from './change-dialog.js';
import { plural } from './words.js';

/** What must change in its file so that a scene is asked for again; undefined if nothing must. */
function changeFor({ id, state, review, picture }: SceneCard): Change | undefined {
  if (state === 'refused' || state === 'unusable') return { kind: 'retry', scene: id };
  return picture === undefined ? undefined : { kind: 'reject', scene: id, note: review?.note ?? '' };
}

/**
 * Asks once for all pictures that are to be made again: the difference of each in its author's file. `onWritten` then
 * shows the plan of the run that makes them.
 */
export function askAgain(
  changes: ChangeDialog,
  scenes: readonly SceneCard[],
  onWritten: (scenes: readonly string[]) => void,
): void {
  const sceneOf = (change: Change): string => ('scene' in change ? change.scene : '');
  changes.ask({
    title: 'Make these pictures again',
    changes: () => scenes.flatMap((scene) => changeFor(scene) ?? []),
    several: {
      titleOf: (change) => scenes.find(({ id }) => id === sceneOf(change))?.title ?? '',
      label: (count) => `Write ${plural(count, 'change')} and look at the run`,
      onWritten: (written) => onWritten(written.map(sceneOf)),
    },
  });
}
