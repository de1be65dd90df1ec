import { join } from 'node:path';
import {
  analysisWireText,
  AnalysisPlanner,
  AnswerReader,
  modelProblem,
  nonceOf,
  NONCE_FIELD,
  refusedAdvice,
  schemaOf,
  writeSidecar,
  type AnalysisTarget,
  type JsonMap,
  type PlannedAnalysis,
  type ValidateAnswer,
} from '../analysis/index.js';
import type { LoadedEntity } from '../content/index.js';
import type { GeminiDoor } from '../gemini/index.js';
import {
  addCosts,
  estimateCost,
  expectedOutputBytes,
  inputTokens,
  type ChargenSettings,
  type FileDigests,
  type Places,
} from '../plan/index.js';
import { itemName, typeAnswer, type ContentKey } from '../recipe/index.js';
import type { CanonVerdict, Outcome, SceneOutcome } from '../report/outcome.js';
import {
  describeStop,
  PastAnswers,
  runBatches,
  type EngineOutcome,
  type RunListener,
  type Work,
  type WorkItem,
} from '../run/index.js';
import type { ResultStore } from '../store/index.js';
import type { Clock } from '../util/clock.js';
import { unreachable } from '../util/unreachable.js';
import { pullCommand, pullPictures } from './lfs.js';
import { isRetryableStop, type RunControl } from './run-control.js';

export interface AnalysisRunOptions {
  readonly workspaceRoot: string;
  readonly settings: ChargenSettings;
  readonly places: Places;
  readonly control: RunControl;
  readonly openDoor: () => Promise<GeminiDoor>;
  readonly listener: RunListener;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly store: ResultStore;
  readonly digests: FileDigests;
  readonly schema: JsonMap;
  readonly validate: ValidateAnswer;
}

type Failure = Extract<Outcome, { kind: 'failed' }>;

/** A picture: how it stood when the call began, and how it stands now. */
export interface TrackedAnalysis {
  first: PlannedAnalysis['state']['kind'];
  now: PlannedAnalysis;
  /** What stopped it here, whatever the plan says. */
  failure: Failure | undefined;
}

/** Has some pictures analyzed, in one run with all that is missing, and lays what is known beside them. */
export class AnalysisRun {
  readonly #options: AnalysisRunOptions;
  readonly #targets: readonly { readonly loaded: LoadedEntity; readonly target: AnalysisTarget }[];
  readonly #tracked = new Map<string, TrackedAnalysis>();
  readonly #answers: AnswerReader;
  readonly #past: PastAnswers;

  constructor(
    options: AnalysisRunOptions,
    targets: readonly { readonly loaded: LoadedEntity; readonly target: AnalysisTarget }[],
  ) {
    this.#options = options;
    this.#targets = targets;
    this.#answers = new AnswerReader(options.schema, options.validate);
    this.#past = new PastAnswers({
      batchFolder: this.#batchFolder,
      kind: 'analyze',
      store: options.store,
      // A reader of its own: what it rejects was not asked for in this call.
      readText: new AnswerReader(options.schema, options.validate).read,
      listener: options.listener,
    });
  }

  get tracked(): ReadonlyMap<string, TrackedAnalysis> {
    return this.#tracked;
  }

  get #batchFolder(): string {
    const { workspaceRoot, places } = this.#options;
    return join(workspaceRoot, places.stateDir, 'batch');
  }

  /** Looks at every picture, at the store and at the results of old runs. Calls nothing. */
  async prepare(): Promise<Work> {
    await this.#replan();
    await this.#fetchPointers();
    const problem = modelProblem(this.#options.settings.analysisModel);
    if (problem !== undefined) {
      this.#failPending(() => ({
        kind: 'failed',
        class: 'blocked',
        message: problem,
        advice: 'Change nx.json, then run the same command again.',
      }));
    }
    return this.#openWork();
  }

  /** Asks what is missing, and waits as long as the control says. `onCollected` after each part that came. */
  async ask(onCollected: () => void): Promise<EngineOutcome> {
    const { workspaceRoot, settings, store, openDoor, listener, signal, clock, control } = this.#options;
    const outcome = await runBatches({
      workspaceRoot,
      batchFolder: this.#batchFolder,
      kind: 'analyze',
      settings,
      store,
      openDoor,
      plan: async () => {
        await this.#replan();
        return this.#openWork();
      },
      onCollected: async () => {
        await this.#replan();
        onCollected();
      },
      delivered: () => Promise.resolve(this.#delivered()),
      listener,
      signal,
      clock,
      ...control,
      pay: { kind: 'batch' },
      readText: this.#answers.read,
    });
    await this.#replan();
    return outcome;
  }

  /** How many answers of each job lie beside the pictures: a clone that has them all downloads no old results. */
  #delivered(): Map<string, number> {
    const keys = new Map<string, Set<string>>();
    for (const { now } of this.#tracked.values()) {
      if (now.state.kind !== 'done') continue;
      const { job } = now.state.file.provenance;
      keys.set(job, (keys.get(job) ?? new Set()).add(now.state.key));
    }
    return new Map([...keys].map(([job, of]) => [job, of.size]));
  }

  async #replan(): Promise<void> {
    const { workspaceRoot, settings, places, store, digests, schema } = this.#options;
    const model = settings.analysisModel;
    const planner = new AnalysisPlanner({ workspaceRoot, model, schema, places, store, digests });
    for (const { loaded, target } of this.#targets) {
      const planned = await planner.plan(loaded, target);
      const present = this.#tracked.get(target.name);
      const tracked = present ?? { first: planned.state.kind, now: planned, failure: undefined };
      tracked.now = planned;
      if (planned.state.kind === 'stored' && this.#past.has(planned.state.key)) tracked.first = 'stored';
      this.#tracked.set(target.name, tracked);
      await this.#lay(tracked);
    }
  }

  async #lay(tracked: TrackedAnalysis): Promise<void> {
    const { workspaceRoot, places, schema, validate } = this.#options;
    const { state, request } = tracked.now;
    if (state.kind !== 'stored' || tracked.failure !== undefined) return;
    const { key, result } = state;
    if (result.kind === 'analyzed') {
      const answer = { [NONCE_FIELD]: nonceOf(key), ...result.answer };
      const validation = validate(schemaOf(request, schema), answer);
      if (validation.kind === 'invalid') {
        tracked.failure = {
          kind: 'failed',
          class: 'unreadable-answer',
          message: `What the store holds does not fit the schema: ${validation.errors.join('; ')}.`,
          advice: 'Raise `take` of the reference to ask again.',
        };
        return;
      }
    }
    try {
      const file = await writeSidecar(workspaceRoot, places, tracked.now, result);
      tracked.now = { ...tracked.now, state: { kind: 'done', key, file } };
    } catch (error) {
      tracked.failure = {
        kind: 'failed',
        class: 'not-written',
        message: `The analysis could not be written: ${error instanceof Error ? error.message : String(error)}`,
        advice: 'It is safe in the store. Mend the cause, then run the same command again.',
      };
    }
  }

  /** The bytes must be here to be uploaded; the digest that a Git LFS pointer holds is enough for all else. */
  async #fetchPointers(): Promise<void> {
    const { workspaceRoot, digests } = this.#options;
    const paths = this.#pending().flatMap(({ now: { file } }) =>
      file?.pointer === true && file.path !== undefined ? [file.path] : [],
    );
    if (paths.length === 0) return;
    const outcome = await pullPictures(workspaceRoot, paths);
    for (const path of paths) digests.forget(path);
    await this.#replan();
    const why = outcome.kind === 'failed' ? outcome.why : 'it did not bring them';
    this.#failPending(({ file }) =>
      file?.pointer !== true
        ? undefined
        : {
            kind: 'failed',
            class: 'lfs-pointer',
            message: `${file.path ?? file.name}: only the Git LFS pointer is here, and git lfs pull failed (${why}).`,
            advice: `Fetch the picture with: ${pullCommand([file.path ?? file.name])}`,
          },
    );
  }

  #failPending(failureOf: (planned: PlannedAnalysis) => Failure | undefined): void {
    for (const tracked of this.#pending()) tracked.failure = failureOf(tracked.now);
  }

  #pending(): TrackedAnalysis[] {
    return [...this.#tracked.values()].filter(
      ({ now, failure }) => now.state.kind === 'pending' && failure === undefined,
    );
  }

  /** What is to be paid for, once every answer has been found that lies in the results of old runs. */
  async #openWork(): Promise<Work> {
    for (;;) {
      const work = this.#work();
      if ((await this.#past.bring(work.items.map((item) => item.key))) === 0) return work;
      await this.#replan();
    }
  }

  #work(): Work {
    const items = new Map<ContentKey, WorkItem>();
    const entities = new Set<string>();
    for (const { now } of this.#pending()) {
      const { state, request, file, target } = now;
      if (state.kind !== 'pending' || request === undefined || file === undefined) continue;
      if (this.#answers.isGivenUp(state.key)) continue;
      entities.add(target.entity.root);
      if (items.has(state.key)) continue;
      items.set(state.key, {
        key: state.key,
        name: itemName(target.name, state.key),
        request,
        files: [file],
        estimate: estimateCost(request),
        inputTokens: inputTokens(request),
        outputBytes: expectedOutputBytes(undefined),
        wireText: analysisWireText(state.key, this.#answers.complaint(state.key)),
      });
    }
    const list = [...items.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      items: list,
      waiting: 0,
      estimate: addCosts(list.map((item) => item.estimate)),
      entities: entities.size,
    };
  }

  /** Undefined for a picture that is not there. */
  outcome(tracked: TrackedAnalysis, engine: EngineOutcome | undefined): SceneOutcome | undefined {
    const { target, state, file } = tracked.now;
    if (state.kind === 'absent') return undefined;
    return {
      scene: target.name,
      title: target.title,
      key: state.kind === 'blocked' ? undefined : state.key,
      picture: file?.path,
      outcome: tracked.failure ?? this.#outcomeOf(tracked, engine),
      canon: canonOf(tracked.now),
    };
  }

  #warningsOf(planned: PlannedAnalysis): readonly string[] {
    const canon = canonOf(planned);
    return [
      ...(canon === undefined || canon.matches
        ? []
        : [`Not as the canonical appearance says: ${canon.contradictions.join('; ')}`]),
      // A preview writes into no file, whoever's entry it has.
      ...(this.#options.places.mode === 'real' ? keptEntry(planned) : []),
    ];
  }

  #outcomeOf(tracked: TrackedAnalysis, engine: EngineOutcome | undefined): Outcome {
    const { state } = tracked.now;
    switch (state.kind) {
      case 'done': {
        const { file } = state;
        if (file.kind === 'refused') {
          const advice = refusedAdvice(tracked.now.target);
          return { kind: 'refused', reason: file.reason, message: file.message, advice };
        }
        if (tracked.first === 'done') return { kind: 'done' };
        if (tracked.first === 'stored') return { kind: 'reused', warnings: this.#warningsOf(tracked.now) };
        return {
          kind: 'analyzed',
          costUsd: file.provenance.costUsd,
          run: file.provenance.run,
          warnings: this.#warningsOf(tracked.now),
        };
      }
      case 'recorded':
      case 'absent':
        return { kind: 'done' };
      case 'stored':
        return { kind: 'pending', why: 'its analysis lies in the store', retryable: true };
      case 'blocked':
        return {
          kind: 'failed',
          class: 'blocked',
          message: state.diagnostics.map((one) => one.message).join(' '),
          advice: 'Mend the file, then run the same command again.',
        };
      case 'pending': {
        const failure = engine?.failures.get(state.key);
        if (failure !== undefined) {
          return { kind: 'failed', class: failure.class, message: failure.message, advice: failure.advice };
        }
        const stop = engine?.stop;
        const why = stop === undefined ? 'it is being analyzed' : describeStop(stop, 'analyze');
        return { kind: 'pending', why, retryable: stop === undefined || isRetryableStop(stop) };
      }
      default:
        return unreachable(state);
    }
  }
}

/** How a picture fits its canonical appearance; undefined where there is none, or nothing was said. */
export function canonOf({ state, target }: PlannedAnalysis): CanonVerdict | undefined {
  if (state.kind !== 'done' || state.file.kind !== 'analyzed' || target.subjects.length === 0)
    return undefined;
  const { canon } = typeAnswer(state.file.analysis);
  if (canon === undefined) return undefined;
  return { matches: canon.matches, confidence: canon.confidence, contradictions: canon.contradictions };
}

/** Of a replaced picture it may tell what is no longer seen, and prompts are made of it all the same. */
function keptEntry({ loaded, target, file }: PlannedAnalysis): readonly string[] {
  const entry = (loaded.analyses ?? []).find(
    ({ picture, owner }) => picture === file?.path && owner === 'person',
  );
  if (entry === undefined) return [];
  return [
    `Its entry in ${target.entity.file} is a person's and stays as it is; what was found now stands in ` +
      `${target.sidecar}. Delete the entry to have it written anew.`,
  ];
}
