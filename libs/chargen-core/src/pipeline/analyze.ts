import { join } from 'node:path';
import { analysisTargets, loadAnswerSchema, loadValidation } from '../analysis/index.js';
import { locateInWorkspace, type LoadedEntity } from '../content/index.js';
import { FileDigests, type CostEstimate } from '../plan/index.js';
import { costOf } from '../report/cost-of.js';
import {
  countOutcomes,
  entityVerdict,
  type EntityOutcome,
  type RunReport,
  type SceneOutcome,
} from '../report/outcome.js';
import { describeStop, RunDirectories, type EngineOutcome } from '../run/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { AnalysisRun, type TrackedAnalysis } from './analysis-run.js';
import type { GenerateOptions } from './generate.js';
import { openStore } from './open-store.js';

/** As for generation: entities are chosen, the door is opened only where something is to be asked. */
export type AnalyzeOptions = GenerateOptions;

/**
 * Describes every picture of the chosen entities that is to be described and is not, and reports what became of
 * each. Rejects with words for people where the workspace's schema cannot be used.
 */
export async function analyzePictures(options: AnalyzeOptions): Promise<RunReport> {
  const { workspaceRoot, places, settings } = options;
  const schema = await loadAnswerSchema(workspaceRoot, settings);
  const validate = await loadValidation();
  const { control, listener, clock } = options;
  const store = openStore({ workspaceRoot, places, remote: control.remote, listener, clock });
  const digests = await FileDigests.open(workspaceRoot, join(workspaceRoot, places.stateDir, 'digests.json'));
  const wanted = new Set(options.roots);
  const chosen = options.world.entities.filter((loaded) => wanted.has(loaded.folder.root));
  const targets = chosen.flatMap((loaded) =>
    analysisTargets(options.world, loaded, settings.analyzePictures, places).map((target) => ({
      loaded,
      target,
    })),
  );
  const run = new AnalysisRun({ ...options, store, digests, schema, validate }, targets);
  return new Analysis(options, chosen, run).run().finally(() => digests.save());
}

class Analysis {
  readonly #options: AnalyzeOptions;
  readonly #chosen: readonly LoadedEntity[];
  readonly #run: AnalysisRun;
  readonly #told = new Set<string>();
  readonly #outcomes: EntityOutcome[] = [];
  readonly #startedAt: number;

  constructor(options: AnalyzeOptions, chosen: readonly LoadedEntity[], run: AnalysisRun) {
    this.#options = options;
    this.#chosen = chosen;
    this.#run = run;
    this.#startedAt = options.clock.now();
  }

  async run(): Promise<RunReport> {
    const work = await this.#run.prepare();
    const tracked = [...this.#run.tracked.values()].filter(({ now }) => now.state.kind !== 'absent');
    const count = (kind: TrackedAnalysis['first']): number =>
      tracked.filter((one) => one.first === kind).length;
    this.#options.onPlan({
      scenes: tracked.length,
      entities: this.#chosen.length,
      done: count('done') + count('recorded'),
      reused: count('stored'),
      pending: work.items.length,
      waits: 0,
      estimate: work.estimate,
    });
    this.#tellFinished(undefined);
    const engine = await this.#run.ask(() => {
      this.#tellFinished(undefined);
    });
    this.#tellFinished(engine);
    return this.#report(engine, work.estimate);
  }

  /** Tells entities of which nothing is open any more; with the engine's outcome, all that are left. */
  #tellFinished(engine: EngineOutcome | undefined): void {
    for (const loaded of this.#chosen) {
      if (this.#told.has(loaded.folder.root)) continue;
      const tracked = [...this.#run.tracked.values()].filter(({ now }) => now.loaded === loaded);
      const isOpen = tracked.some(
        ({ now, failure }) => failure === undefined && now.state.kind === 'pending',
      );
      if (isOpen && engine === undefined) continue;
      this.#told.add(loaded.folder.root);
      const outcome = this.#entityOutcome(loaded, tracked, engine);
      this.#outcomes.push(outcome);
      this.#options.onEntity(outcome);
    }
  }

  #entityOutcome(
    loaded: LoadedEntity,
    tracked: readonly TrackedAnalysis[],
    engine: EngineOutcome | undefined,
  ): EntityOutcome {
    const { workspaceRoot, settings } = this.#options;
    const scenes = tracked.flatMap((one): SceneOutcome[] => {
      const outcome = this.#run.outcome(one, engine);
      return outcome === undefined ? [] : [outcome];
    });
    const blocked = tracked.flatMap(({ now }) => (now.state.kind === 'blocked' ? now.state.diagnostics : []));
    // What is wrong with a scene or the style does not touch the pictures that are there.
    const own = loaded.diagnostics.filter((one) => one.severity === 'error' && one.scene === undefined);
    const diagnostics = locateInWorkspace(workspaceRoot, [...own, ...blocked]);
    return {
      root: loaded.folder.root,
      file: loaded.folder.file,
      id: loaded.id,
      scenes,
      diagnostics,
      verdict: entityVerdict(scenes, diagnostics, settings.failOnRefusal),
    };
  }

  async #report(engine: EngineOutcome, estimate: CostEstimate): Promise<RunReport> {
    const { clock, places, workspaceRoot } = this.#options;
    const scenes = this.#outcomes.flatMap((one) => one.scenes);
    const { stop, runId } = engine;
    const report: RunReport = {
      v: 1,
      target: 'analyze',
      mode: places.mode,
      runId,
      startedAt: new Date(this.#startedAt).toISOString(),
      durationMs: clock.now() - this.#startedAt,
      totals: countOutcomes(scenes),
      entities: this.#outcomes,
      estimate,
      costUsd: costOf(scenes),
      stop,
      stopMessage: stop === undefined ? undefined : describeStop(stop, 'analyze'),
    };
    const text = `${JSON.stringify(report, undefined, 2)}\n`;
    const runs = new RunDirectories(join(workspaceRoot, places.stateDir, 'batch'));
    await writeFileAtomic(join(runs.folder, 'last-analysis-report.json'), text, runs.scratch);
    // A run that was resumed ends with this call as well.
    for (const id of engine.runIds) {
      const directory = runs.directory(id);
      await directory.write(directory.reportPath, text);
    }
    return report;
  }
}
