import type { SceneCard } from '../model.js';
import type { Change, DiffLine, Proposal } from '../protocol.js';
import { apply, propose } from './api.js';
import { mainButton, messageOf, type Dialog } from './dialog.js';
import { diffView } from './diff-view.js';
import { el } from './dom.js';
import { plural } from './words.js';

interface Wanted {
  readonly scene: SceneCard;
  readonly change: Change;
  readonly proposal: Extract<Proposal, { kind: 'proposed' }>;
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
export function askAgain(
  dialog: Dialog,
  scenes: readonly SceneCard[],
  onWritten: (scenes: readonly string[]) => void,
): void {
  dialog.open(
    'Make these pictures again',
    async (turn) => {
      const { wanted, leftOut } = await proposals(scenes);
      const write = async (): Promise<void> => {
        const written: string[] = [];
        try {
          await writeAll(wanted, written);
          turn.close();
        } finally {
          if (written.length > 0) onWritten(written);
        }
      };
      const label = `Write ${plural(wanted.length, 'change')} and look at the run`;
      return {
        body: [
          el('p', 'Each is asked for once more. This changes in their files, and nothing else:'),
          ...wanted.flatMap(({ scene, proposal }) => [
            el('h3', scene.title, ' ', el('code', proposal.file)),
            diffView(proposal.lines),
          ]),
          leftOut.length > 0 && el('ul', { class: 'plain warning' }, ...leftOut.map((one) => el('li', one))),
        ],
        buttons: wanted.length === 0 ? [] : [mainButton(turn, label, write)],
      };
    },
    'Looking at the files …',
  );
}

async function proposals(scenes: readonly SceneCard[]): Promise<{ wanted: Wanted[]; leftOut: string[] }> {
  const wanted: Wanted[] = [];
  const leftOut: string[] = [];
  for (const scene of scenes) {
    const change = changeFor(scene);
    if (change === undefined) continue;
    try {
      const proposal = await propose(change);
      if (proposal.kind === 'proposed') wanted.push({ scene, change, proposal });
      else leftOut.push(`${scene.title}: ${proposal.message}`);
    } catch (error) {
      leftOut.push(`${scene.title}: ${messageOf(error)}`);
    }
  }
  return { wanted, leftOut };
}

/** One after the other, since several may be in one file; what is written is what was shown, or nothing. */
async function writeAll(wanted: readonly Wanted[], written: string[]): Promise<void> {
  for (const one of wanted) {
    try {
      await writeOne(one);
    } catch (error) {
      const count = `${plural(written.length, 'change')} of ${wanted.length}`;
      throw new Error(`${messageOf(error)} ${count} ${written.length === 1 ? 'is' : 'are'} written.`);
    }
    written.push(one.scene.id);
  }
}

async function writeOne({ scene, change, proposal }: Wanted): Promise<void> {
  const now = await propose(change);
  if (now.kind !== 'proposed' || !isSame(now.lines, proposal.lines))
    throw new Error(`The file of “${scene.title}” was changed meanwhile.`);
  const applied = await apply(change, now.digest);
  if (applied.kind === 'conflict') throw new Error(applied.message);
}

/** The same lines go and come; their places may differ by what was written before. */
function isSame(one: readonly DiffLine[], other: readonly DiffLine[]): boolean {
  const changed = (lines: readonly DiffLine[]): string =>
    JSON.stringify(
      lines.flatMap(({ kind, text }) => (kind === 'gone' || kind === 'new' ? [[kind, text]] : [])),
    );
  return changed(one) === changed(other);
}
