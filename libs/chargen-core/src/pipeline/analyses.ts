import { join } from 'node:path';
import {
  AnalysisPlanner,
  AnswerReader,
  modelProblem,
  nonceOf,
  requestOf,
  NONCE_FIELD,
  refusedAdvice,
  schemaOf,
  writeSidecar,
  type AnalysisTarget,
  type LoadedSchema,
  type PlannedAnalysis,
  type ValidateAnswer,
} from '../analysis/index.js';
import type { ModelTerms } from '../catalogue/index.js';
import type { Diagnostic, LoadedEntity } from '../content/index.js';
import { modelTerms } from '../plan/index.js';
import {
  asContentKey,
  contentKey,
  resultOfAnalysis,
  type AnalysisFile,
  type ContentKey,
} from '../recipe/index.js';
import { indexAnswer } from '../record/note-asked.js';
import { notLaidOutcome } from '../report/not-laid.js';
import type { SceneOutcome } from '../report/outcome.js';
import { failedAttempts, type EngineOutcome, type TextReader } from '../run/index.js';
import { unreachable } from '../util/unreachable.js';
import { analysisOutcome } from './analysis-outcome.js';
import { analysisWork } from './analysis-work.js';
import type {
  Failure,
  ItemFacts,
  ItemKind,
  LayOutcome,
  PlanRound,
  Standing,
  Subject,
  Tracked,
} from './item-kind.js';
import type { GenerateOptions } from './options.js';
import type { Tools } from './tools.js';

export interface AnalysesOptions
  extends
    Pick<Tools, 'store' | 'digests'>,
    Pick<GenerateOptions, 'workspaceRoot' | 'world' | 'settings' | 'places' | 'clock'> {
  readonly schema: LoadedSchema;
  readonly validate: ValidateAnswer;
}

export interface AnalysisSubject extends Subject {
  readonly target: AnalysisTarget;
}

/** Pictures that are to be described. */
export class Analyses implements ItemKind<PlannedAnalysis> {
  readonly target = 'analyze';
  readonly readText: TextReader;
  readonly readPastText: TextReader;
  readonly subjects: readonly AnalysisSubject[];
  readonly #byName: ReadonlyMap<string, AnalysisSubject>;
  readonly #options: AnalysesOptions;
  readonly #answers: AnswerReader;
  #remembered: Promise<void> | undefined;

  constructor(
    options: AnalysesOptions,
    targets: readonly { readonly loaded: LoadedEntity; readonly target: AnalysisTarget }[],
  ) {
    const { schema: loaded, validate } = options;
    const { schema } = loaded;
    this.#options = options;
    this.#answers = new AnswerReader(schema, validate);
    this.readText = this.#answers.read;
    // A reader of its own: what it rejects was not asked for in this call.
    this.readPastText = new AnswerReader(schema, validate).read;
    this.subjects = targets.map(({ loaded, target }) => ({ name: target.name, loaded, target }));
    this.#byName = new Map(this.subjects.map((one) => [one.name, one]));
  }

  asks(): boolean {
    return true;
  }

  round(): PlanRound<PlannedAnalysis> {
    const planner = new AnalysisPlanner(this.#options);
    return {
      plan: (name) => {
        const subject = this.#byName.get(name);
        if (subject === undefined) throw new Error(`${name} is not a picture of this run.`);
        return planner.plan(subject.loaded, subject.target);
      },
      work: async (tracked) => {
        await this.#rememberAttempts();
        return analysisWork(tracked, this.#answers, this.#terms());
      },
    };
  }

  /** Once, before this call asks for anything: what it asks for itself is counted by the reader. */
  #rememberAttempts(): Promise<void> {
    const { workspaceRoot, places } = this.#options;
    const batchFolder = join(workspaceRoot, places.stateDir, 'batch');
    this.#remembered ??= failedAttempts(batchFolder, 'analyze', 'unreadable-answer').then((attempts) => {
      this.#answers.remember(attempts);
    });
    return this.#remembered;
  }

  facts({ state, file, asked }: PlannedAnalysis): ItemFacts {
    // The bytes must be here to be uploaded; the digest that a Git LFS pointer holds is enough for all else.
    const needsBytes = state.kind === 'pending' && file?.pointer === true && file.path !== undefined;
    return {
      key: state.kind === 'absent' || state.kind === 'blocked' ? undefined : state.key,
      asked: asked?.digest,
      standing: standingOf(state),
      shows: [],
      pointers: needsBytes ? [file.path] : [],
    };
  }

  #terms(): ModelTerms {
    return modelTerms(this.#options.settings, this.#options.clock.now());
  }

  obstacle(): Promise<Failure | undefined> {
    const problem = modelProblem(this.#options.settings.analysisModel, this.#terms());
    if (problem === undefined) return Promise.resolve(undefined);
    const advice = 'Change nx.json, then run the same command again.';
    return Promise.resolve({ kind: 'failed', class: 'blocked', message: problem, advice });
  }

  async lay(planned: PlannedAnalysis): Promise<LayOutcome<PlannedAnalysis>> {
    const { workspaceRoot, places, schema, validate } = this.#options;
    const { state, request } = planned;
    if (state.kind === 'done') await this.#noteAsked(planned, state.file);
    if (state.kind !== 'stored') return { kind: 'nothing-to-lay' };
    const { key, result } = state;
    if (result.kind === 'analyzed') {
      const answer = { [NONCE_FIELD]: nonceOf(key), ...result.answer };
      const validation = validate(schemaOf(requestOf(result, request), schema.schema), answer);
      if (validation.kind === 'invalid') {
        const message = `The answer in the store does not fit the schema: ${validation.errors.join('; ')}.`;
        const advice = 'Raise `take` of the reference to ask again.';
        return {
          kind: 'failed',
          failure: { kind: 'failed', class: 'unreadable-answer', message, advice },
        };
      }
    }
    const laid = await writeSidecar(workspaceRoot, places, planned, result);
    if (laid.kind !== 'laid') return { kind: 'failed', failure: notLaidOutcome(laid, 'analysis') };
    await this.#indexAnswer(planned, key);
    return {
      kind: 'laid',
      planned: { ...planned, state: { kind: 'done', key, file: laid.file } },
      warnings: [],
    };
  }

  async #indexAnswer({ asked, request, file }: PlannedAnalysis, key: ContentKey): Promise<void> {
    if (asked === undefined || file === undefined) return;
    await indexAnswer(this.#options.store, { asked, request, files: [file] }, key);
  }

  /** As of pictures: a later version must find what is done by its key alone. */
  async #noteAsked(planned: PlannedAnalysis, sidecar: AnalysisFile): Promise<void> {
    const { asked, request } = planned;
    if (request === undefined || sidecar.key !== contentKey(request)) return;
    if (asked === undefined || sidecar.asked?.digest === asked.digest) return;
    await this.#indexAnswer(planned, asContentKey(sidecar.key));
    const { answered: _before, ...result } = resultOfAnalysis(sidecar);
    // What cannot be replaced now is written down by the next run.
    await writeSidecar(this.#options.workspaceRoot, this.#options.places, planned, result);
  }

  /** It describes the picture that was sent. */
  async isIntact({ state, file }: PlannedAnalysis): Promise<boolean> {
    if (state.kind !== 'done' || file?.path === undefined || file.pointer) return true;
    const facts = await this.#options.digests.findNow(file.path);
    return facts.kind === 'picture' && facts.sha256 === file.sha256;
  }

  outcome(tracked: Tracked<PlannedAnalysis>, request: EngineOutcome | undefined): SceneOutcome | undefined {
    const { state, target } = tracked.planned;
    const outcome = analysisOutcome(tracked, request, this.#options.places);
    const isGivenUp = state.kind === 'pending' && this.#answers.isGivenUp(state.key);
    if (outcome?.outcome.kind !== 'pending' || !isGivenUp) return outcome;
    const message =
      'It was asked about more than once, in this command or in earlier ones, and no answer could be used. It is not asked, and paid, again by itself.';
    const failure = {
      kind: 'failed',
      class: 'unreadable-answer',
      message,
      advice: refusedAdvice(target),
    } as const;
    return { ...outcome, outcome: failure };
  }

  /** What is wrong with a scene or the style does not concern the pictures that are there. */
  diagnostics(loaded: LoadedEntity, planned: readonly PlannedAnalysis[]): readonly Diagnostic[] {
    const own = loaded.diagnostics.filter((one) => one.severity === 'error' && one.scene === undefined);
    const blocked = planned.flatMap(({ state }) => (state.kind === 'blocked' ? state.diagnostics : []));
    return [...own, ...blocked];
  }

  /** How many answers of each job are beside the pictures: a clone that has them all downloads no old results. */
  delivered(tracked: ReadonlyMap<string, Tracked<PlannedAnalysis>>): Promise<ReadonlyMap<string, number>> {
    const keys = new Map<string, Set<string>>();
    for (const { planned } of tracked.values()) {
      if (planned.state.kind !== 'done') continue;
      const { job } = planned.state.file.provenance;
      keys.set(job, (keys.get(job) ?? new Set()).add(planned.state.key));
    }
    return Promise.resolve(new Map([...keys].map(([job, of]) => [job, of.size])));
  }
}

function standingOf(state: PlannedAnalysis['state']): Standing {
  switch (state.kind) {
    case 'absent':
      return 'absent';
    case 'done':
    case 'recorded':
      return 'settled';
    case 'stored':
      return 'stored';
    case 'pending':
      return 'open';
    case 'blocked':
      return 'stopped';
    default:
      return unreachable(state);
  }
}
