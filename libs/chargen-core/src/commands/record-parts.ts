import type { World } from '../content/index.js';
import { recordAll, type RecordAllOptions, type RecordWish } from '../record/record-all.js';
import type { Outcome, RunReport } from '../report/outcome.js';

const MADE: ReadonlySet<Outcome['kind']> = new Set(['generated', 'reused', 'analyzed']);

/**
 * Writes the records of entities of which a run made something. Nx does not name skipped tasks to the hook that writes
 * records, and a part of an entity is a skipped task; of the others this finds those that the hook could not write, as
 * a file that was saved at that moment, which it can report to the daemon's log alone.
 */
export function recordParts(
  workspaceRoot: string,
  world: World,
  report: Pick<RunReport, 'entities' | 'target'>,
  options: RecordAllOptions<RecordWish>,
): Promise<boolean> {
  const made = new Set(
    report.entities.flatMap(({ id, verdict, scenes }) =>
      verdict === 'unfinished' || scenes.some(({ outcome }) => MADE.has(outcome.kind)) ? [id] : [],
    ),
  );
  const parts = report.target === 'analyze' ? 'analyses' : 'all';
  const wishes = world.entities.flatMap(({ id, entity }) =>
    entity !== undefined && made.has(id) ? [{ entity, parts } as const] : [],
  );
  return recordAll(workspaceRoot, wishes, options);
}
