import type { LocatedDiagnostic } from '../content/index.js';
import type { CostEstimate } from '../plan/index.js';
import { noPictureOf, type Unusable } from '../recipe/index.js';
import type { KeptVersion } from '../record/leftovers.js';
import type { FailureClass, SharedStoreTrouble, StopReason } from '../run/index.js';
import type { StuckJob } from './job-times.js';
import type { RunCost } from './run-cost.js';

/** What a call brought from Google, also if another call asked for it. */
interface FromGoogle {
  readonly costUsd: number | null;
  /** The run that asked for it, which may be one of another day or machine; reports of older versions lack it. */
  readonly run?: string;
  readonly warnings: readonly string[];
}

interface NothingUsable {
  /** Google's finish or block reason, or the word that chargen gives to an answer without one. */
  readonly reason: string;
  readonly message: string;
  readonly advice: string;
}

/** The causes of a failed request, and those that are found before Google is asked. */
export type FailedClass = FailureClass | 'blocked' | 'edited' | 'lfs-pointer' | 'moved' | 'not-written';

/** What became of a scene in one call. The only union that the terminal, Nx, report.json and the gallery read. */
export type Outcome =
  /** Nothing had to be done. */
  | { readonly kind: 'done' }
  | (FromGoogle & { readonly kind: 'generated' })
  /** A picture was described. */
  | (FromGoogle & { readonly kind: 'analyzed' })
  /** From the store: paid for before. */
  | { readonly kind: 'reused'; readonly warnings: readonly string[] }
  /** Google or the model declined. That is kept by key, and not asked for again unchanged. */
  | (NothingUsable & { readonly kind: 'refused' })
  /** An answer came and holds nothing usable. It may have been billed, and is kept by key like a refusal. */
  | (NothingUsable & { readonly kind: 'unusable'; readonly class: Unusable })
  | {
      readonly kind: 'failed';
      readonly class: FailedClass;
      readonly message: string;
      readonly advice: string;
    }
  /** Google works on it, or it could not be asked for yet. */
  | { readonly kind: 'pending'; readonly why: string; readonly retryable: boolean }
  /** A picture that it shows is not there yet. */
  | { readonly kind: 'waits'; readonly on: readonly string[] }
  | { readonly kind: 'locked' };

export interface SceneOutcome {
  /** `character/cidrella-vexweld/workshop-tinkering` */
  readonly scene: string;
  readonly title: string;
  readonly key: string | undefined;
  /** Relative to the workspace, if there is a picture. */
  readonly picture: string | undefined;
  readonly outcome: Outcome;
  /** How the picture fits the canonical appearance, if it was judged. */
  readonly canon?: CanonVerdict | undefined;
}

/** What the model said of a picture beside the canonical appearance; for a person to judge, never acted on. */
export interface CanonVerdict {
  readonly matches: boolean;
  /** From 0 to 1. */
  readonly confidence: number;
  readonly contradictions: readonly string[];
}

export interface EntityOutcome {
  /** Relative to the workspace. */
  readonly root: string;
  readonly file: string;
  readonly id: string;
  readonly scenes: readonly SceneOutcome[];
  readonly diagnostics: readonly LocatedDiagnostic[];
  readonly verdict: EntityVerdict;
}

/** What the whole entity comes to: this decides its task. */
export type EntityVerdict = 'done' | 'failed' | 'unfinished';

/** What became of a subject whose answer is kept and holds nothing usable. */
export function nothingUsable(reason: string, message: string, advice: string): Outcome {
  const found = noPictureOf(reason);
  if (found === 'refused') return { kind: 'refused', reason, message, advice };
  return { kind: 'unusable', class: found, reason, message, advice };
}

/** Whether an answer is kept that holds nothing usable, so that it is not asked for again unchanged. */
export function isSettledWithout(
  outcome: Outcome,
): outcome is Extract<Outcome, { kind: 'refused' | 'unusable' }> {
  return outcome.kind === 'refused' || outcome.kind === 'unusable';
}

/** What is about to be done. */
export interface GeneratePlan {
  readonly scenes: number;
  readonly entities: number;
  readonly done: number;
  readonly reused: number;
  readonly pending: number;
  readonly waits: number;
  /** How many of those that are pending or wait are further takes of scenes, which their `takes` asks for. */
  readonly takes: number;
  /** Scenes that are to be made only because others show them: what was asked for does not name them. */
  readonly along: readonly string[];
  readonly estimate: CostEstimate;
}

/** What was paid for and is only in folders of one machine that git ignores. */
export interface OnlyCopies {
  /** Answers, one for each content key. */
  readonly answers: number;
  /** US dollars of those whose price is known. */
  readonly costUsd: number;
  /** Answers of unknown price, which the sum leaves out. */
  readonly unknown: number;
}

export interface RunReport {
  readonly v: 1;
  readonly target: 'generate' | 'analyze';
  readonly mode: 'real' | 'preview';
  readonly runId: string | undefined;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly totals: Readonly<Record<Outcome['kind'], number>>;
  readonly entities: readonly EntityOutcome[];
  readonly estimate: CostEstimate;
  /** US dollars of everything that this call collected, refusals and unusable answers too; null if a price is not known. */
  readonly costUsd: number | null;
  /** The same by the run that asked: a run other than `runId` asked before this call did. */
  readonly costByRun?: readonly RunCost[];
  /** What judging the pictures cost in addition, if that was asked for. */
  readonly canonCostUsd?: number | null;
  /** Pictures that are still to be judged. */
  readonly canonOpen?: number;
  /** Only in the report of a call that brought something from Google. */
  readonly onlyCopies?: OnlyCopies;
  /** Left out if all was shared, or there is no shared store. */
  readonly sharing?: SharedStoreTrouble;
  /** Versions of authors' files that a person has to compare; left out if there are none. */
  readonly keptVersions?: readonly KeptVersion[];
  /** Jobs at Google that take longer than the history of the workspace explains; left out if there are none. */
  readonly stuck?: readonly StuckJob[];
  readonly stop: StopReason | undefined;
  readonly stopMessage: string | undefined;
}

/**
 * `failOnRefusal` turns refusals and unusable answers, which are outcomes, into failures. A scene that only
 * waits (for a key, the end of an outage, a cap or a job) is not a failure: Nx would replay it from its cache, or call
 * the task flaky once it succeeds.
 */
export function entityVerdict(
  scenes: readonly SceneOutcome[],
  diagnostics: readonly LocatedDiagnostic[],
  failOnRefusal: boolean,
): EntityVerdict {
  const kinds = scenes.map((scene) => scene.outcome);
  const stopped = diagnostics.some((one) => one.severity === 'error');
  const failed = kinds.some(
    (one) => (one.kind === 'failed' && !isAuthors(one)) || (failOnRefusal && isSettledWithout(one)),
  );
  if (stopped || failed) return 'failed';
  const isOpen = kinds.some((one) => one.kind === 'pending' || one.kind === 'waits' || isAuthors(one));
  return isOpen ? 'unfinished' : 'done';
}

/** An author's act is no failure of the work, and no cache may take an author's bytes for its result. */
function isAuthors(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && (outcome.class === 'edited' || outcome.class === 'moved');
}

export function countOutcomes(scenes: readonly SceneOutcome[]): Record<Outcome['kind'], number> {
  const totals: Record<Outcome['kind'], number> = {
    done: 0,
    generated: 0,
    analyzed: 0,
    reused: 0,
    refused: 0,
    unusable: 0,
    failed: 0,
    pending: 0,
    waits: 0,
    locked: 0,
  };
  for (const scene of scenes) totals[scene.outcome.kind] += 1;
  return totals;
}
