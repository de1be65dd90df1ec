import type { Diagnostic, Entity, ResolvedReference, Scene } from '../content/index.js';
import type { CompiledPrompt } from '../prompt/index.js';
import type { CanonicalRequest, ContentKey, Recipe } from '../recipe/index.js';
import type { GeneratedResult } from '../store/index.js';
import type { Asked, AskedChange } from './asked.js';
import type { CostEstimate } from './cost.js';
import type { RequestFile } from './request.js';

/** Why a finished picture counts as what is asked for. */
export type DoneBy =
  /** The recipe bears the present key. */
  | { readonly kind: 'key' }
  /** People have changed nothing, but this version of the tool would word the request differently. */
  | { readonly kind: 'asked' }
  /** What it was made with is gone and the scene still names it, so it is not made again without it. */
  | { readonly kind: 'held'; readonly missing: readonly string[] };

/** What is in the place of a scene that is to be made. */
export type EarlierPicture =
  | 'never-made'
  /** It was made, and its file is gone. */
  | 'missing'
  /** It is there, and something else is asked for now. */
  | 'outdated';

/** Where a scene stands. */
export type SceneState =
  /** The author has locked it. */
  | { readonly kind: 'locked' }
  /** The picture has the recipe's bytes (or is a Git LFS pointer to them), and is what people asked for. */
  | {
      readonly kind: 'done';
      /** The recipe's. */
      readonly key: ContentKey;
      readonly recipe: Recipe;
      readonly pointer: boolean;
      readonly by: DoneBy;
    }
  /** The picture was paid for; it only has to be laid into its folder. */
  | {
      readonly kind: 'reused';
      readonly key: ContentKey;
      readonly result: GeneratedResult;
      /** Where it is under another name, relative to the workspace; undefined if the store has it. */
      readonly from: string | undefined;
    }
  /** The model refused exactly this request before, or answered it with nothing usable. */
  | {
      readonly kind: 'refused' | 'unusable';
      readonly key: ContentKey;
      readonly reason: string;
      readonly message: string;
    }
  | {
      readonly kind: 'pending';
      readonly key: ContentKey;
      readonly why: string;
      /** What people changed since its picture was made; empty if there is none, or if it is not known. */
      readonly changes: readonly AskedChange[];
      readonly before: EarlierPicture;
    }
  /** Its key cannot be known before another scene's picture is made. */
  | {
      readonly kind: 'waits';
      readonly on: readonly string[];
      /** As of a pending scene, without those of the pictures that it waits for. */
      readonly changes: readonly AskedChange[];
      readonly before: EarlierPicture;
    }
  /** An error of the author's stands in the way. */
  | { readonly kind: 'blocked'; readonly diagnostics: readonly Diagnostic[] }
  /** The picture is not what the tool wrote: an author's work. */
  | { readonly kind: 'edited'; readonly path: string; readonly why: string };

/** What of a scene's state counts in the sums of a plan. */
export type CountedState =
  | { readonly kind: Exclude<SceneState['kind'], 'done' | 'pending' | 'waits'> }
  | Pick<Extract<SceneState, { kind: 'done' }>, 'kind' | 'by'>
  | Pick<Extract<SceneState, { kind: 'pending' }>, 'kind' | 'key' | 'before' | 'changes'>
  | Pick<Extract<SceneState, { kind: 'waits' }>, 'kind' | 'on' | 'before' | 'changes'>;

/** What of a planned scene counts in the sums of a plan. */
export interface CountedScene extends Pick<PlannedScene, 'name' | 'model' | 'key' | 'cost'> {
  readonly entity: Pick<Entity, 'type' | 'slug'>;
  readonly state: CountedState;
  readonly hasRequest: boolean;
  /** What its request takes of the model, about. */
  readonly tokens: number;
}

export interface PlannedReference {
  readonly reference: ResolvedReference;
  readonly state: 'resolved' | 'to-be-made' | 'dangling' | 'left-out';
  readonly file: RequestFile | undefined;
  /** Why it is left out or dangling. */
  readonly why: string | undefined;
}

/** A scene with all that was found out about it. */
export interface PlannedScene {
  readonly entity: Entity;
  readonly scene: Scene;
  /** `character/cidrella-vexweld/workshop-tinkering` */
  readonly name: string;
  readonly state: SceneState;
  readonly model: string;
  readonly prompt: CompiledPrompt;
  readonly references: readonly PlannedReference[];
  /** Known for every state but locked, waits and blocked. */
  readonly request: CanonicalRequest | undefined;
  readonly key: ContentKey | undefined;
  /** What asking for it would cost at batch price, in any state; without pictures that are still to be made. */
  readonly cost: CostEstimate;
  /** What people asked for. */
  readonly asked: Asked;
  /** References in the order in which they are sent. */
  readonly files: readonly RequestFile[];
  /** Warnings and notes that do not stop the scene. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of a take that the scene does not name: it is not made, since its scene is done or asks for another take alone. */
  readonly isUnasked?: true;
}
