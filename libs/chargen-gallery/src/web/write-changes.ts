import type { Change, DiffLine, Proposal } from '../protocol.js';
import { ask } from './api.js';

/** A change, as it was shown. */
export interface Wanted {
  readonly change: Change;
  readonly proposal: Extract<Proposal, { kind: 'proposed' }>;
}

/** The file is no longer the one that was shown. */
export class Changed extends Error {}

/**
 * Writes changes one after the other, since several may be in one file; what is written is what was shown, or nothing.
 * `written` takes each in, also if a later one fails: what an attempt before this one has written is not written twice.
 */
export async function writeChanges(wanted: readonly Wanted[], written: Wanted[]): Promise<void> {
  for (const one of wanted.slice(written.length)) {
    await writeOne(one, written);
    written.push(one);
  }
}

async function writeOne({ change, proposal }: Wanted, written: readonly Wanted[]): Promise<void> {
  let { digest } = proposal;
  if (written.some((other) => other.proposal.file === proposal.file)) {
    const now = await ask('propose', { change });
    if (now.kind !== 'proposed' || changedLines(now) !== changedLines(proposal))
      throw new Changed(`${proposal.file} was changed meanwhile.`);
    digest = now.digest;
  }
  const applied = await ask('apply', { change, digest });
  if (applied.kind === 'conflict') throw new Changed(applied.message);
}

/** The same lines go and come; their places may differ by what was written before. */
function changedLines({ lines }: Wanted['proposal']): string {
  const isChange = ({ kind }: DiffLine): boolean => kind === 'gone' || kind === 'new';
  return JSON.stringify(lines.filter(isChange).map(({ kind, text }) => [kind, text]));
}
