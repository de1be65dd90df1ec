import type { Diagnostic, LoadedEntity } from '../content/index.js';
import type { ContentKey } from '../recipe/index.js';
import type { Outcome, SceneOutcome } from '../report/outcome.js';
import type { EngineOutcome, RunKind, TextReader, Work } from '../run/index.js';

/** One scene, or one picture to analyze, of an entity that was chosen. */
export interface Subject {
  /** `character/cidrella-vexweld/workshop-tinkering`; unique among the subjects of a run. */
  readonly name: string;
  readonly loaded: LoadedEntity;
  /** Of a take that its scene does not name: the scene's name. */
  readonly of?: string;
}

/** Where an item stands, as far as the loop has to know. */
export type Standing =
  /** An optional picture that does not exist, or a take that is not asked for: it is in no report. */
  | 'absent'
  /** Nothing is to be done. */
  | 'settled'
  /** It was paid for; it only has to be laid. */
  | 'stored'
  /** It is to be paid for, now or when what it shows exists. */
  | 'open'
  /** It is not paid for until a person acts: refused, edited, or an error in the content. */
  | 'stopped';

export interface ItemFacts {
  /** Undefined if the key cannot be known yet, or if nothing is to be made. */
  readonly key: ContentKey | undefined;
  /** Digest of what people asked for, by which an answer to another version's words is found. */
  readonly asked: string | undefined;
  readonly standing: Standing;
  /** Names of the subjects whose results its key depends on. */
  readonly shows: readonly string[];
  /** Pictures, relative to the workspace, of which only the Git LFS pointer is here and whose bytes it needs. */
  readonly pointers: readonly string[];
}

export type Failure = Extract<Outcome, { kind: 'failed' }>;

/** What the loop knows of one subject. */
export interface Tracked<P> {
  readonly subject: Subject;
  /** Where it stood when the call began; `stored` also if this call found that it had been paid for before. */
  origin: Standing;
  /** The result of planning it last. */
  planned: P;
  warnings: readonly string[];
  /** What stopped it in this call, even if the plan would allow it. */
  failure: Failure | undefined;
}

/** What laying did. */
export type LayOutcome<P> =
  | { readonly kind: 'nothing-to-lay' }
  /** Files changed: how the subject stands now. The plan of those that show it is no longer true. */
  | { readonly kind: 'laid'; readonly planned: P; readonly warnings: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** One round of planning. It writes nothing, and judges each thing once. */
export interface PlanRound<P> {
  plan(name: string): Promise<P>;
  /** What is to be paid for, given how all subjects stand. */
  work(tracked: ReadonlyMap<string, Tracked<P>>): Promise<Work>;
}

/**
 * What differs between pictures and analyses. Everything else (what is paid for and how, when something is planned
 * again, what is written when, what is reported) is in the loop, once for all kinds. `P` is a planned item.
 */
export interface ItemKind<P> {
  readonly target: RunKind;
  readonly subjects: readonly Subject[];
  /** Reads a text answer of this call; a kind that asks for pictures rejects it. */
  readonly readText: TextReader;
  /** Reads a text answer that an earlier call received. */
  readonly readPastText: TextReader;
  /** Begins a round of planning on what is on the disk and in the store now. `tracked` is how all stand, always. */
  round(tracked: ReadonlyMap<string, Tracked<P>>): PlanRound<P>;
  /** Whether this run is to make a subject; one that it is not may be laid from the store all the same. */
  asks(name: string): boolean;
  facts(planned: P): ItemFacts;
  /** Why an open item must not be paid for although its plan asks for it; undefined if it may be. */
  obstacle(planned: P): Promise<Failure | undefined>;
  /** Writes what the store has into the entity's folder. The only method of a kind that writes; called for several at once. */
  lay(planned: P): Promise<LayOutcome<P>>;
  /** Whether the file of a settled item is still the one that was found or laid; an author may have saved another. */
  isIntact(planned: P): Promise<boolean>;
  /** Undefined for what is in no report. `request` is undefined as long as the request goes on. */
  outcome(tracked: Tracked<P>, request: EngineOutcome | undefined): SceneOutcome | undefined;
  /** What is wrong in the content of an entity, as far as it concerns this kind. */
  diagnostics(loaded: LoadedEntity, planned: readonly P[]): readonly Diagnostic[];
  /** How many answers of each job at Google are in the world already. */
  delivered(tracked: ReadonlyMap<string, Tracked<P>>): Promise<ReadonlyMap<string, number>>;
}
