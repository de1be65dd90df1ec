import { join } from 'node:path';
import type { LoadedEntity } from '../content/index.js';
import type { FoundPictures, PlannedScene } from '../plan/index.js';
import type { EntityOutcome } from '../report/outcome.js';
import { ResultStore } from '../store/index.js';
import { EntityReports } from './entity-reports.js';
import type { Tracked } from './item-kind.js';
import type { SettledEntities } from './kept-judgements.js';
import type { GenerateOptions } from './options.js';
import { Pictures } from './pictures.js';
import type { Tools } from './tools.js';

/**
 * The chosen entities in which nothing is to be done, neither paid for nor laid: most of a world, most of the time. A
 * refusal that lies beside its scene is nothing to be done: entities with one were judged anew in each run, twice. What
 * was kept of one counts as long as all that it was judged by is as it was. The others are judged, each until a scene
 * has something to do; nothing of them is remembered but what is kept.
 */
export async function settledEntities(
  options: GenerateOptions,
  tools: Tools,
  found: FoundPictures,
): Promise<SettledEntities> {
  const settled = new Map<LoadedEntity, EntityOutcome>();
  const kept = isOrdinary(options) ? options.kept?.open(options) : undefined;
  if (kept === undefined) return settled;
  for (const loaded of tools.chosen) {
    let outcome = await kept.find('settled', loaded, found);
    if (outcome === undefined) {
      tools.digests.looked?.begin();
      outcome = await judge(options, tools, loaded, found);
      const looked = tools.digests.looked?.end();
      if (outcome !== undefined) await kept.note('settled', loaded, outcome, looked, found);
    }
    if (outcome !== undefined) settled.set(loaded, outcome);
  }
  kept.keep();
  return settled;
}

/** Not if a person asked for something in this run alone, or if each picture is to be judged by a model. */
function isOrdinary({ selection, takes, settings, places, world }: GenerateOptions): boolean {
  const isForAll = selection === undefined && takes === undefined;
  // What is wrong in the style is reported with each entity, and is not among what an entity is known by.
  return isForAll && !settings.canonCheck && places.mode === 'real' && world.styleDiagnostics.length === 0;
}

async function judge(
  options: GenerateOptions,
  { digests, ...tools }: Tools,
  loaded: LoadedEntity,
  found: FoundPictures,
): Promise<EntityOutcome | undefined> {
  const { workspaceRoot, places } = options;
  const { looked } = digests;
  const store = new ResultStore(join(workspaceRoot, places.stateDir, 'store'), undefined, looked);
  const pictures = new Pictures(options, { ...tools, digests, store, chosen: [loaded] }, found);
  const tracked = new Map<string, Tracked<PlannedScene>>();
  const round = pictures.round(tracked);
  for (const subject of pictures.subjects) {
    const planned = await round.plan(subject.name);
    const { standing, pointers } = pictures.facts(planned);
    if (pointers.length > 0 || !(await pictures.isLaid(planned))) return undefined;
    tracked.set(subject.name, { subject, origin: standing, planned, warnings: [], failure: undefined });
  }
  // Before the places of what is wrong are looked up in them.
  const planned = [...tracked.values()].map((one) => one.planned);
  for (const { file } of pictures.diagnostics(loaded, planned)) looked?.look(join(workspaceRoot, file));
  const reports = new EntityReports(pictures, { ...options, onEntity: () => undefined }, [loaded], tracked);
  reports.reportSettled();
  const [outcome] = reports.all;
  return outcome?.verdict === 'done' ? outcome : undefined;
}
