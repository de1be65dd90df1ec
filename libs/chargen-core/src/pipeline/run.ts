import { join } from 'node:path';
import { findKeptVersions, foldersWrittenIn, settleLeftovers } from '../record/leftovers.js';
import type { LoadedEntity } from '../content/index.js';
import type { Selection } from '../plan/index.js';
import { isSettledWithout, type GeneratePlan, type RunReport } from '../report/outcome.js';
import type { EngineOutcome, Work } from '../run/index.js';
import { removeTemporaryFiles } from '../util/temporary-files.js';
import type { CanonCheck } from './canon-check.js';
import { EntityReports } from './entity-reports.js';
import type { ItemKind, Standing, Tracked } from './item-kind.js';
import { ItemRun } from './item-run.js';
import type { SettledEntities } from './kept-judgements.js';
import type { GenerateOptions } from './options.js';
import type { Tools } from './tools.js';
import { writeReport } from './write-report.js';

/** Judges what was made, once nothing more comes. */
export type Judge<P> = (
  kind: ItemKind<P>,
  tracked: ReadonlyMap<string, Tracked<P>>,
  request: EngineOutcome,
) => Promise<CanonCheck>;

/** What a run makes. */
export interface RunWork<P> {
  /** Of these entities. */
  readonly kindOf: (chosen: readonly LoadedEntity[]) => ItemKind<P>;
  /** Entities in which nothing is to be done; by default all are planned. */
  readonly settled?: () => Promise<SettledEntities>;
  readonly judge?: Judge<P> | undefined;
}

/**
 * A run from the choice of entities to the report, on one page. It is the same for pictures and for analyses:
 *
 * 0. settled   entities in which nothing is to be done are reported and left alone (`settled-entities.ts`)
 * 1. plan      each scene or picture gets a key and a state (`ItemRun.prepare`; `plan/`, `analysis/`)
 * 2. lay       what the store has is written into the entity's folder (`ItemKind.lay`; `record/`)
 * 3. request   what is missing is paid for, once (`ItemRun.request`; `run/`), and 1 and 2 are repeated for what
 *              each part that came has changed
 * 4. judge     only with `canonCheck`: pictures are compared with the canonical appearances
 * 5. report    each entity as soon as it is settled, then the whole as report.json (`report/`)
 *
 * What is special about a kind is in `pictures.ts` and `analyses.ts`.
 */
export async function runPipeline<P>(
  { kindOf, settled: find, judge }: RunWork<P>,
  options: GenerateOptions,
  tools: Tools,
): Promise<RunReport> {
  const startedAt = options.clock.now();
  const { workspaceRoot, places, world } = options;
  const folders = foldersWrittenIn(world, tools.chosen, places);
  await removeTemporaryFiles([join(workspaceRoot, places.stateDir)]);
  await settleLeftovers(workspaceRoot, folders);
  const settled: SettledEntities = (await find?.()) ?? new Map();
  const kind = kindOf(tools.chosen.filter((loaded) => !settled.has(loaded)));
  const items = new ItemRun(kind, { ...options, ...tools });
  const reports = new EntityReports(kind, options, tools.chosen, items.tracked);
  // At once: what was found of their pictures is true now.
  reports.reportKnown(settled.values());
  // Entities are reported with the judgement of their pictures, which are judged together.
  const lookAgain = (): Promise<void> => items.lookAgain(({ loaded }) => reports.isReported(loaded));
  const reportSettled = async (): Promise<void> => {
    if (judge !== undefined) return;
    await lookAgain();
    reports.reportSettled();
  };

  const work = await items.prepare();
  options.onPlan(describePlan(kind, items.tracked, tools, settled, work, options.named ?? options.selection));
  await reportSettled();
  const request = await items.request(reportSettled);
  const canon = await judge?.(kind, items.tracked, request);
  await lookAgain();
  reports.reportRest(request, canon);
  return writeReport(options, {
    target: kind.target,
    startedAt,
    work,
    request,
    canon,
    entities: reports.all,
    keptVersions: await findKeptVersions(workspaceRoot, folders),
  });
}

function describePlan<P>(
  kind: ItemKind<P>,
  tracked: ReadonlyMap<string, Tracked<P>>,
  { chosen }: Tools,
  settled: SettledEntities,
  work: Work,
  named: Selection | undefined,
): GeneratePlan {
  const shown = [...tracked.values()].filter(
    ({ planned, subject }) => kind.asks(subject.name) && kind.facts(planned).standing !== 'absent',
  );
  const scenes = shown.filter(({ subject }) => subject.of === undefined);
  const takes = shown.filter(({ subject, origin }) => subject.of !== undefined && origin === 'open');
  const known = [...settled.values()].flatMap((entity) => entity.scenes);
  const knownDone = known.filter(({ outcome }) => !isSettledWithout(outcome));
  const count = (origin: Standing, of = shown): number => of.filter((one) => one.origin === origin).length;
  return {
    scenes: scenes.length + known.length,
    entities: chosen.length,
    done: count('settled', scenes) + knownDone.length,
    reused: count('stored'),
    pending: work.items.length,
    waits: work.waiting,
    takes: takes.length,
    along:
      named === undefined
        ? []
        : shown.flatMap(({ planned, subject: { name } }) =>
            kind.facts(planned).standing === 'open' && !named.hasName(name) ? [name] : [],
          ),
    estimate: work.estimate,
  };
}
