import { join } from 'node:path';
import type { Entity } from '../content/index.js';
import { REAL_PLACES } from '../plan/index.js';
import { LockTimeout, WorkspaceLock } from '../run/index.js';
import { SYSTEM_CLOCK } from '../util/clock.js';
import { writeRecord, type RecordOutcome, type RecordParts } from './write-record.js';

export interface RecordWish {
  readonly entity: Entity;
  readonly parts?: RecordParts;
}

export interface RecordAllOptions<T extends RecordWish> {
  readonly prompts: boolean;
  /** A line for people about what takes long, and one at the end if a file was left as it is. */
  readonly say: (line: string) => void;
  readonly onRecorded?: (wish: T, outcome: RecordOutcome) => void;
}

/** So many files take a second or two; a person wonders after some. */
const PROGRESS_EVERY = 50;
/** How long another command may write records, in milliseconds. */
const WAIT_MS = 600_000;
const NAMED = 5;

/**
 * Writes the records of many entities. One command at a time does so in a workspace: others wait, and find nothing
 * left to do. Says how far it is, and at the end in one line which files were left as they are. Returns whether all
 * were recorded.
 */
export async function recordAll<T extends RecordWish>(
  workspaceRoot: string,
  wishes: readonly T[],
  { prompts, say, onRecorded }: RecordAllOptions<T>,
): Promise<boolean> {
  if (wishes.length === 0) return true;
  const lock = new WorkspaceLock(join(workspaceRoot, REAL_PLACES.stateDir, 'record', '.lock'), SYSTEM_CLOCK);
  const left: string[] = [];
  const request = {
    what: 'write records',
    signal: new AbortController().signal,
    until: Date.now() + WAIT_MS,
    onWait: (): void => {
      say('Another command writes records into imagery.yaml files; this one waits for it.');
    },
  };
  try {
    await lock.hold(request, async () => {
      for (const [place, wish] of wishes.entries()) {
        if (place > 0 && place % PROGRESS_EVERY === 0) {
          say(`Records in imagery.yaml: ${place} of ${wishes.length} files.`);
        }
        const { entity, parts = 'all' } = wish;
        const outcome = await writeRecord(workspaceRoot, entity, { parts, prompts });
        if (outcome.kind === 'refused') left.push(`${entity.file} (${outcome.why})`);
        onRecorded?.(wish, outcome);
      }
    });
  } catch (error) {
    if (!(error instanceof LockTimeout)) throw error;
    say('The records were left for later, since another command writes them. Try: npx chargen record');
    return false;
  }
  if (left.length === 0) return true;
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
  const files = left.length === 1 ? 'file was' : 'files were';
  say(
    `${left.length} ${files} left without the new record: ` +
      `${left.slice(0, NAMED).join('; ')}${more}. Try: npx chargen record`,
  );
  return false;
}
