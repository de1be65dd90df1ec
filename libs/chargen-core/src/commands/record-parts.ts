import type { World } from '../content/index.js';
import { recordAll, type RecordAllOptions, type RecordWish } from '../record/record-all.js';
import type { RunReport } from '../report/outcome.js';

/**
 * Writes the records of entities of which a run made a part. Nx does not name skipped tasks to the hook that writes
 * records, and a part of an entity is a skipped task.
 */
export function recordParts(
  workspaceRoot: string,
  world: World,
  report: Pick<RunReport, 'entities'>,
  options: RecordAllOptions<RecordWish>,
): Promise<boolean> {
  const parts = new Set(report.entities.flatMap(({ id, verdict }) => (verdict === 'unfinished' ? [id] : [])));
  const wishes = world.entities.flatMap(({ id, entity }) =>
    entity !== undefined && parts.has(id) ? [{ entity }] : [],
  );
  return recordAll(workspaceRoot, wishes, options);
}
