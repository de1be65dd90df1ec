import { join } from 'node:path';
import {
  locateInWorkspace,
  type Diagnostic,
  type LoadedEntity,
  type LocatedDiagnostic,
  type World,
} from '../content/index.js';
import type { GeminiDoor } from '../gemini/index.js';
import {
  addCosts,
  estimateCost,
  expectedOutputBytes,
  FileDigests,
  FoundPictures,
  inputTokens,
  NO_COST,
  Planner,
  sceneName,
  scenePaths,
  sceneRequest,
  type ChargenSettings,
  type CostEstimate,
  type Places,
  type PlannedScene,
} from '../plan/index.js';
import { itemName, type ContentKey } from '../recipe/index.js';
import { layPicture, layRefusal, type RecordContext } from '../record/lay-picture.js';
import { whyNotLayable } from '../record/picture-folder.js';
import { costOf } from '../report/cost-of.js';
import {
  countOutcomes,
  entityVerdict,
  type EntityOutcome,
  type GeneratePlan,
  type Outcome,
  type RunReport,
  type SceneOutcome,
} from '../report/outcome.js';
import {
  describeStop,
  PastAnswers,
  refusalAdvice,
  runBatches,
  RunDirectories,
  type EngineOutcome,
  type RunListener,
  type TextReader,
  type Work,
  type WorkItem,
} from '../run/index.js';
import type { ResultStore } from '../store/index.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import type { Clock } from '../util/clock.js';
import { removeTemporaryFiles } from '../util/temporary-files.js';
import { unreachable } from '../util/unreachable.js';
import { deliveredByJob } from './delivered.js';
import { checkCanon, type CanonCheck } from './canon-check.js';
import { pullCommand, pullPictures } from './lfs.js';
import { isRetryableStop, type RunControl } from './run-control.js';
import { openStore } from './open-store.js';
import { describeState } from './plan-item.js';

export interface GenerateOptions {
  readonly workspaceRoot: string;
  readonly world: World;
  /** Folders of the entities that were asked for, relative to the workspace. */
  readonly roots: readonly string[];
  readonly settings: ChargenSettings;
  readonly places: Places;
  readonly control: RunControl;
  /** Rejects with words for people where there is no API key. Called only when something is to be asked. */
  readonly openDoor: () => Promise<GeminiDoor>;
  readonly listener: RunListener;
  /** Called once for each entity, as soon as nothing more will change for it. */
  readonly onEntity: (outcome: EntityOutcome) => void;
  /** Called once, when it is known what is to be done and before anything is. */
  readonly onPlan: (plan: GeneratePlan) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Makes every picture that the chosen entities ask for and do not have, and reports what became of each. */
export async function generatePictures(options: GenerateOptions): Promise<RunReport> {
  const { workspaceRoot, places } = options;
  const { control, listener, clock } = options;
  const store = openStore({ workspaceRoot, places, remote: control.remote, listener, clock });
  const digests = await FileDigests.open(workspaceRoot, join(workspaceRoot, places.stateDir, 'digests.json'));
  return new Generation(options, store, digests).run();
}

/** A scene of a chosen entity: how it stood when the call began, and how it stands now. */
interface Tracked {
  readonly loaded: LoadedEntity;
  first: PlannedScene['state']['kind'];
  now: PlannedScene;
  warnings: readonly string[];
  /** What stopped it here, whatever the plan says. */
  failure: Extract<Outcome, { kind: 'failed' }> | undefined;
}

class Generation {
  readonly #options: GenerateOptions;
  readonly #store: ResultStore;
  readonly #digests: FileDigests;
  readonly #record: RecordContext;
  readonly #found: FoundPictures;
  readonly #past: PastAnswers;
  readonly #chosen: readonly LoadedEntity[];
  readonly #tracked = new Map<string, Tracked>();
  readonly #told = new Set<string>();
  readonly #outcomes: EntityOutcome[] = [];
  readonly #startedAt: number;
  #firstPlan: Work | undefined;
  #canon: CanonCheck | undefined;

  constructor(options: GenerateOptions, store: ResultStore, digests: FileDigests) {
    this.#options = options;
    this.#store = store;
    this.#digests = digests;
    this.#startedAt = options.clock.now();
    const { workspaceRoot, places, world, roots, listener } = options;
    this.#record = { workspaceRoot, places, store, digests };
    this.#found = new FoundPictures(world, places, digests);
    this.#past = new PastAnswers({
      batchFolder: this.#batchFolder,
      kind: 'generate',
      store,
      readText: READS_NO_TEXT,
      listener,
    });
    const wanted = new Set(roots);
    this.#chosen = world.entities.filter((loaded) => wanted.has(loaded.folder.root));
  }

  async run(): Promise<RunReport> {
    const options = this.#options;
    let engine: EngineOutcome | undefined;
    try {
      await this.#removeLeftovers();
      await this.#replan();
      await this.#fetchPointers();
      const work = await this.#workLeftByOthers();
      this.#firstPlan = work;
      options.onPlan(this.#describePlan(work));
      this.#tellFinished(undefined);
      engine = await runBatches({
        workspaceRoot: options.workspaceRoot,
        batchFolder: this.#batchFolder,
        kind: 'generate',
        settings: options.settings,
        store: this.#store,
        openDoor: options.openDoor,
        plan: async () => {
          await this.#replan();
          return this.#openWork();
        },
        onCollected: async () => {
          await this.#replan();
          this.#tellFinished(undefined);
        },
        delivered: () => deliveredByJob(options.workspaceRoot, options.world, options.places),
        listener: options.listener,
        signal: options.signal,
        clock: options.clock,
        pollInterval: options.control.pollInterval,
        settleMs: options.control.settleMs,
        retryPause: options.control.retryPause,
        waitMs: options.control.waitMs,
        submit: options.control.submit,
        pay: { kind: 'batch' },
        maxCost: options.control.maxCost,
        readText: READS_NO_TEXT,
      });
      await this.#replan();
      this.#canon = await this.#checkCanon(engine);
    } finally {
      await this.#digests.save();
    }
    this.#tellFinished(engine);
    return this.#report(engine);
  }

  /** Files that a killed process was writing in the folders that this call writes into. */
  async #removeLeftovers(): Promise<void> {
    const { workspaceRoot, places } = this.#options;
    const folders = this.#chosen.flatMap(({ folder }) => [
      join(workspaceRoot, folder.root),
      join(workspaceRoot, folder.root, places.imagesDir),
    ]);
    await removeTemporaryFiles([join(workspaceRoot, places.stateDir), ...folders]);
  }

  /** What is to be paid for, once all that other machines paid for is here. */
  async #workLeftByOthers(): Promise<Work> {
    for (;;) {
      const work = await this.#openWork();
      const came = await this.#store.bring(work.items.map((item) => item.key));
      if (came === 0) return work;
      await this.#replan();
    }
  }

  get #batchFolder(): string {
    const { workspaceRoot, places } = this.#options;
    return join(workspaceRoot, places.stateDir, 'batch');
  }

  /** What is to be paid for, once every picture has been found that lies in the results of old runs. */
  async #openWork(): Promise<Work> {
    for (;;) {
      const work = await this.#work();
      const found = await this.#past.bring(work.items.map((item) => item.key));
      if (found === 0) return work;
      await this.#replan();
    }
  }

  /** Plans the chosen scenes anew and lays whatever the store has into their folders. */
  async #replan(): Promise<void> {
    for (;;) {
      const planner = this.#planner();
      let laid = 0;
      for (const loaded of this.#chosen) {
        for (const scene of loaded.entity?.scenes ?? []) {
          if (loaded.entity === undefined) continue;
          const before = this.#tracked.get(sceneName(loaded.entity, scene));
          // What is done stays done while this process runs; looking again would read every recipe in each wave.
          if (before?.now.state.kind === 'done' && !before.now.state.pointer) continue;
          const planned = await planner.plan(loaded.entity, scene);
          const tracked = this.#track(loaded, planned);
          await this.#checkFolder(tracked);
          if (await this.#lay(tracked)) laid += 1;
        }
      }
      if (laid === 0) return;
    }
  }

  #planner(): Planner {
    const { world, settings, places } = this.#options;
    return new Planner({
      world,
      settings,
      places,
      store: this.#store,
      digests: this.#digests,
      found: this.#found,
    });
  }

  #track(loaded: LoadedEntity, planned: PlannedScene): Tracked {
    const present = this.#tracked.get(planned.name);
    if (present !== undefined) {
      present.now = planned;
      const wasPaid = this.#past.has(planned.key) || this.#store.isBrought(planned.key);
      if (wasPaid) present.first = 'reused';
      return present;
    }
    const tracked: Tracked = {
      loaded,
      first: planned.state.kind,
      now: planned,
      warnings: [],
      failure: undefined,
    };
    this.#tracked.set(planned.name, tracked);
    return tracked;
  }

  /** Nothing is paid for that could not be laid, unless another picture shows it: then it is kept in the store. */
  async #checkFolder(tracked: Tracked): Promise<void> {
    const { kind } = tracked.now.state;
    if (tracked.failure !== undefined || (kind !== 'pending' && kind !== 'waits')) return;
    const message = await whyNotLayable(this.#record, tracked.now);
    if (message === undefined) return;
    tracked.failure = {
      kind: 'failed',
      class: 'not-written',
      message,
      advice: 'Mend the cause, then run the same command again; nothing is paid for twice.',
    };
  }

  /** True where a file was written, so that the plan has to look again. */
  async #lay(tracked: Tracked): Promise<boolean> {
    const planned = tracked.now;
    if (tracked.failure !== undefined) return false;
    try {
      if (planned.state.kind === 'reused') {
        const { result, from } = planned.state;
        const laid = await layPicture(this.#record, planned, result, from);
        tracked.warnings = laid.warnings;
        return true;
      }
      if (planned.state.kind === 'refused') {
        const stored = await this.#store.find(planned.state.key);
        if (stored?.kind === 'refused') {
          await layRefusal(this.#record, planned, stored, refusalAdvice(stored.reason));
        }
      }
    } catch (error) {
      tracked.failure = {
        kind: 'failed',
        class: 'not-written',
        message: `The picture could not be written: ${error instanceof Error ? error.message : String(error)}`,
        advice:
          'It is safe in the store. Mend the cause, then run the same command again; nothing is paid for twice.',
      };
    }
    return false;
  }

  /** Pictures that are still Git LFS pointers must never be handed to Nx as pictures. */
  async #fetchPointers(): Promise<void> {
    const done = [...this.#tracked.values()].filter(
      ({ now }) => now.state.kind === 'done' && now.state.pointer,
    );
    const pending = [...this.#tracked.values()].filter(
      ({ now }) => now.state.kind === 'pending' && now.files.some((file) => file.pointer),
    );
    const pictures = done.flatMap(({ now }) =>
      now.state.kind === 'done'
        ? [
            scenePaths(now.entity, now.scene, this.#options.places).picture(
              now.state.recipe.picture.extension,
            ),
          ]
        : [],
    );
    const references = pending.flatMap(({ now }) =>
      now.files.flatMap((file) => (file.pointer ? [file.path ?? ''] : [])),
    );
    const paths = [...new Set([...pictures, ...references])].filter((path) => path !== '');
    if (paths.length === 0) return;
    const outcome = await pullPictures(this.#options.workspaceRoot, paths);
    for (const path of paths) this.#digests.forget(path);
    await this.#replan();
    for (const tracked of [...done, ...pending]) {
      const { state, files } = tracked.now;
      const still =
        (state.kind === 'done' && state.pointer) ||
        (state.kind === 'pending' && files.some((file) => file.pointer));
      if (!still) continue;
      const missing =
        state.kind === 'done' ? pictures : files.flatMap((file) => (file.pointer ? [file.path ?? ''] : []));
      const why = outcome.kind === 'failed' ? outcome.why : 'it did not bring them';
      tracked.failure = {
        kind: 'failed',
        class: 'lfs-pointer',
        message: `${missing.join(', ')}: only the Git LFS pointer is here, and git lfs pull failed (${why}).`,
        advice: `Fetch the picture with: ${pullCommand(missing)}`,
      };
    }
  }

  /** Everything that is pending for the chosen scenes, other entities' scenes that they show included. */
  async #work(): Promise<Work> {
    const planner = this.#planner();
    const pending = new Map<ContentKey, PlannedScene[]>();
    const estimates = new Map<string, CostEstimate>();
    const seen = new Set<string>();
    let waiting = 0;
    const queue = [...this.#tracked.values()]
      .filter((one) => one.failure === undefined)
      .map((one) => one.now);
    for (let planned = queue.pop(); planned !== undefined; planned = queue.pop()) {
      if (seen.has(planned.name)) continue;
      seen.add(planned.name);
      if (planned.state.kind === 'pending') {
        const list = pending.get(planned.state.key) ?? [];
        list.push(planned);
        pending.set(planned.state.key, list);
        if (planned.request !== undefined) estimates.set(planned.state.key, estimateCost(planned.request));
      }
      if (planned.state.kind !== 'waits') continue;
      waiting += 1;
      estimates.set(
        planned.name,
        estimateCost(sceneRequest(planned.scene, planned.model, planned.prompt.text, [])),
      );
      for (const { reference } of planned.references) {
        if (reference.kind === 'scene') queue.push(await planner.plan(reference.entity, reference.scene));
      }
    }
    const items = [...pending]
      .map(([key, scenes]) => workItem(key, scenes))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const entities = new Set([...pending.values()].flat().map((one) => one.entity.root));
    return {
      items: items.filter((item) => !item.files.some((file) => file.pointer)),
      waiting,
      estimate: addCosts(estimates.values()),
      entities: entities.size,
    };
  }

  #describePlan(work: Work): GeneratePlan {
    const kinds = [...this.#tracked.values()];
    const count = (kind: PlannedScene['state']['kind']): number =>
      kinds.filter((one) => one.first === kind).length;
    return {
      scenes: kinds.length,
      entities: this.#chosen.length,
      done: count('done') + count('locked'),
      reused: count('reused'),
      pending: work.items.length,
      waits: work.waiting,
      estimate: work.estimate,
    };
  }

  /** Undefined where it was not asked for. Where pictures are still to come, all are judged together then. */
  async #checkCanon(engine: EngineOutcome): Promise<CanonCheck | undefined> {
    if (!this.#judges) return undefined;
    const tracked = [...this.#tracked.values()];
    const scenes = tracked.flatMap(({ loaded, now }) =>
      now.state.kind === 'done' ? [{ loaded, scene: now.scene }] : [],
    );
    const { control } = this.#options;
    // One cap for the whole call: what the pictures cost is no longer there for judging them.
    const costs = new Map(tracked.map((one) => [one.now.key, costOfMade(one) ?? 0]));
    const spent = [...costs.values()].reduce((total, cost) => total + cost, 0);
    const maxCost = control.maxCost === undefined ? undefined : Math.max(0, control.maxCost - spent);
    return checkCanon({
      ...this.#options,
      control: { ...control, maxCost },
      store: this.#store,
      digests: this.#digests,
      scenes,
      asks: engine.stop === undefined,
    });
  }

  get #judges(): boolean {
    // The emulator's judgement would be worth nothing.
    return this.#options.settings.canonCheck && this.#options.places.mode === 'real';
  }

  /** Tells entities of which nothing is open any more; with the engine's outcome, all that are left. */
  #tellFinished(engine: EngineOutcome | undefined): void {
    // Pictures are judged together, after the last of them came.
    if (this.#judges && engine === undefined) return;
    for (const loaded of this.#chosen) {
      if (this.#told.has(loaded.folder.root)) continue;
      const scenes = (loaded.entity?.scenes ?? []).flatMap((scene) => {
        const name = `${loaded.id}/${scene.id}`;
        const tracked = this.#tracked.get(name);
        return tracked === undefined ? [] : [tracked];
      });
      const open = scenes.some(
        ({ now, failure }) =>
          failure === undefined && (now.state.kind === 'pending' || now.state.kind === 'waits'),
      );
      if (open && engine === undefined) continue;
      this.#told.add(loaded.folder.root);
      const outcome = this.#entityOutcome(loaded, scenes, engine);
      this.#outcomes.push(outcome);
      this.#options.onEntity(outcome);
    }
  }

  #entityOutcome(
    loaded: LoadedEntity,
    tracked: readonly Tracked[],
    engine: EngineOutcome | undefined,
  ): EntityOutcome {
    const { workspaceRoot, settings, world } = this.#options;
    const scenes = tracked.map((one) => this.#sceneOutcome(one, engine));
    const blocked = tracked.flatMap(({ now }) => (now.state.kind === 'blocked' ? now.state.diagnostics : []));
    const notes = tracked.flatMap(({ now }) => now.diagnostics);
    const diagnostics: readonly Diagnostic[] = [
      ...new Set([...world.styleDiagnostics, ...loaded.diagnostics, ...blocked, ...notes]),
    ];
    const located: readonly LocatedDiagnostic[] = locateInWorkspace(workspaceRoot, diagnostics);
    return {
      root: loaded.folder.root,
      file: loaded.folder.file,
      id: loaded.id,
      scenes,
      diagnostics: located,
      verdict: this.#verdictOf(tracked, entityVerdict(scenes, located, settings.failOnRefusal)),
    };
  }

  /** An entity whose pictures are still being judged is not in Nx's cache before the judgement is. */
  #verdictOf(tracked: readonly Tracked[], verdict: EntityOutcome['verdict']): EntityOutcome['verdict'] {
    const isOpen = tracked.some(({ now }) => this.#canon?.open.has(now.name) === true);
    return isOpen && verdict === 'done' ? 'unfinished' : verdict;
  }

  #sceneOutcome(tracked: Tracked, engine: EngineOutcome | undefined): SceneOutcome {
    const { now } = tracked;
    const key = now.key;
    const paths = scenePaths(now.entity, now.scene, this.#options.places);
    const picture = now.state.kind === 'done' ? paths.picture(now.state.recipe.picture.extension) : undefined;
    return {
      scene: now.name,
      title: now.scene.title,
      key,
      picture,
      outcome: tracked.failure ?? this.#outcomeOf(tracked, engine),
      canon: this.#canon?.verdicts.get(now.name),
    };
  }

  #outcomeOf(tracked: Tracked, engine: EngineOutcome | undefined): Outcome {
    const { state } = tracked.now;
    switch (state.kind) {
      case 'locked':
        return { kind: 'locked' };
      case 'done': {
        if (tracked.first === 'done') return { kind: 'done' };
        if (tracked.first === 'reused') return { kind: 'reused', warnings: tracked.warnings };
        const { costUsd, run } = state.recipe.provenance;
        return { kind: 'generated', costUsd, run, warnings: tracked.warnings };
      }
      case 'reused':
        return { kind: 'pending', why: describeState(tracked.now), retryable: true };
      case 'refused':
        return {
          kind: 'refused',
          reason: state.reason,
          message: state.message,
          advice: refusalAdvice(state.reason),
        };
      case 'edited':
        return {
          kind: 'failed',
          class: 'edited',
          message: `${state.path}: ${state.why}. It is left as it is.`,
          advice: editedAdvice(tracked.now.name),
        };
      case 'blocked':
        return {
          kind: 'failed',
          class: 'blocked',
          message: state.diagnostics.map((one) => one.message).join(' '),
          advice: 'Mend the file, then run the same command again.',
        };
      case 'waits': {
        const stop = engine?.stop;
        // A missing key stops what comes later as well; it is told as the same thing.
        if (stop !== undefined && !isRetryableStop(stop)) {
          return { kind: 'pending', why: describeStop(stop, 'generate'), retryable: false };
        }
        return { kind: 'waits', on: state.on };
      }
      case 'pending': {
        const failure = engine?.failures.get(state.key);
        if (failure !== undefined) {
          return { kind: 'failed', class: failure.class, message: failure.message, advice: failure.advice };
        }
        const stop = engine?.stop;
        const why = stop === undefined ? state.why : describeStop(stop, 'generate');
        return { kind: 'pending', why, retryable: stop === undefined || isRetryableStop(stop) };
      }
      default:
        return unreachable(state);
    }
  }

  async #report(engine: EngineOutcome | undefined): Promise<RunReport> {
    const { clock, places } = this.#options;
    const scenes = this.#outcomes.flatMap((one) => one.scenes);
    const canon = this.#canon;
    const stop = engine?.stop ?? canon?.stop;
    const report: RunReport = {
      v: 1,
      target: 'generate',
      mode: places.mode,
      runId: engine?.runId,
      startedAt: new Date(this.#startedAt).toISOString(),
      durationMs: clock.now() - this.#startedAt,
      totals: countOutcomes(scenes),
      entities: this.#outcomes,
      estimate: this.#firstPlan?.estimate ?? NO_COST,
      costUsd: costOf(scenes),
      ...(canon === undefined ? {} : { canonCostUsd: canon.costUsd, canonOpen: canon.open.size }),
      stop,
      stopMessage: stop === undefined ? undefined : describeStop(stop, 'generate'),
    };
    const text = `${JSON.stringify(report, undefined, 2)}\n`;
    const runs = new RunDirectories(this.#batchFolder);
    await writeFileAtomic(join(runs.folder, 'last-report.json'), text, runs.scratch);
    // A run that was resumed ends with this call as well.
    for (const runId of engine?.runIds ?? []) {
      const directory = runs.directory(runId);
      await directory.write(directory.reportPath, text);
    }
    return report;
  }
}

const READS_NO_TEXT: TextReader = () => ({ kind: 'rejected', why: 'a picture was asked for' });

/** US dollars of a picture that this call brought from Google; null where the price is not known. */
function costOfMade({ first, now }: Tracked): number | null {
  if (now.state.kind !== 'done' || first === 'done' || first === 'reused') return 0;
  return now.state.recipe.provenance.costUsd;
}

export function editedAdvice(scene: string): string {
  return (
    `Keep yours (the scene is then locked) with: npx chargen keep ${scene}\n` +
    `or have it replaced (yours stays in .chargen/store/edited) with: npx chargen discard ${scene}`
  );
}

/** The item for all scenes that ask for the same; its line bears the name of the first. */
function workItem(key: ContentKey, scenes: readonly PlannedScene[]): WorkItem {
  const first = [...scenes].sort((a, b) => (a.name < b.name ? -1 : 1))[0];
  if (first?.request === undefined) throw new Error(`The key ${key} has no request.`);
  const { request, files, name } = first;
  return {
    key,
    name: itemName(name, key),
    request,
    files,
    estimate: estimateCost(request),
    inputTokens: inputTokens(request),
    outputBytes: expectedOutputBytes(request.request.generationConfig.imageConfig?.imageSize),
  };
}
