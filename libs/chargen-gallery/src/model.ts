import type { EntityType } from 'chargen-core/names';

/**
 * What the page is given. Shared by the side that makes it and the browser code that shows it, so it holds types and
 * plain values only. All texts are as their authors or the model wrote them: nothing here is HTML.
 */

/** Where a scene stands, as a writer sees it. */
export const SCENE_STATES = [
  'done',
  'reused',
  'pending',
  'in-flight',
  'waits',
  'failed',
  'refused',
  'unusable',
  'blocked',
  'edited',
  'locked',
] as const;
export type SceneState = (typeof SCENE_STATES)[number];

/** What else can be said of a scene, in any state. */
export const SCENE_FLAGS = [
  'unreviewed',
  'approved',
  'rejected',
  'preview-only',
  'outdated',
  'candidate',
  'replaced',
  'off-canon',
  'rejected-take',
  'shape',
] as const;
export type SceneFlag = (typeof SCENE_FLAGS)[number];

/** What a person decided about the picture that is there now. */
export interface ReviewView {
  readonly state: 'unreviewed' | 'approved' | 'rejected';
  /** sha256 of the picture: what is decided holds for these bytes alone. */
  readonly sha256: string;
  /** Empty for none. */
  readonly note: string;
}

export { ENTITY_TYPES, type EntityType } from 'chargen-core/names';

/** A picture file with its thumbnail. */
export interface PictureLink {
  /** Relative to the gallery's folder, percent-encoded. */
  readonly href: string;
  /** Relative to the gallery's folder; none for a file that is no whole picture. */
  readonly thumb?: string;
  /** Pixels; 0 if not known. */
  readonly width: number;
  readonly height: number;
}

export interface EntityCard {
  /** `character/cidrella-vexweld` */
  readonly id: string;
  readonly type: EntityType;
  /** Where a chapter stands in the story, if that is known. */
  readonly chapter?: number;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Its imagery.yaml, relative to the workspace. */
  readonly file: string;
  readonly portrait?: PictureLink;
  /** How many pictures it gives as references of itself. */
  readonly references: number;
  /** Ids of those in which analysis sees something else than its canonical appearance. */
  readonly offCanon: readonly string[];
  /** What is wrong with the whole file, as `file:line:column message`. */
  readonly errors: readonly string[];
  /** The number of its details file. */
  readonly details: number;
}

export interface SceneCard {
  /** `character/cidrella-vexweld/workshop-tinkering` */
  readonly id: string;
  /** Index into `entities`. */
  readonly entity: number;
  readonly title: string;
  readonly state: SceneState;
  /** Why it stands there, as a sentence without its full stop. */
  readonly reason: string;
  readonly flags: readonly SceneFlag[];
  readonly tags: readonly string[];
  /** Ids of the runs that asked for it. */
  readonly runs: readonly string[];
  /** The author's words, or the compiled text if there are none; for searching. */
  readonly prompt: string;
  /** Asked for; the picture may differ. */
  readonly aspectRatio: string;
  readonly picture?: PictureLink;
  /** Left out if there is no picture to be reviewed. */
  readonly review?: ReviewView;
  /** In words, for people who cannot see it. */
  readonly alt: string;
  /** US dollars that making it now is expected to cost: 0 if nothing is asked, null if no price is known. */
  readonly estimatedUsd: number | null;
}

export interface RunCard {
  readonly id: string;
  /** ISO time. */
  readonly startedAt: string;
  readonly mode: 'real' | 'preview';
  /** Scenes by what became of them. */
  readonly totals: Readonly<Record<string, number>>;
  /** US dollars; null if a price is not known. */
  readonly costUsd: number | null;
  readonly durationMs: number;
  readonly stopMessage: string;
  /** Its contact sheet, relative to the gallery's folder. */
  readonly sheet: string;
}

export interface GalleryIndex {
  readonly v: 1;
  readonly title: string;
  /** ISO time. */
  readonly madeAt: string;
  readonly entities: readonly EntityCard[];
  readonly scenes: readonly SceneCard[];
  readonly runs: readonly RunCard[];
  /** Of each job that Google has had for too long: its age, what is usual here, and the command that moves it. */
  readonly stuck: readonly string[];
  /** US dollars that the pictures shown have cost, as far as known. */
  readonly spentUsd: number;
  /** US dollars that what is pending is expected to cost. */
  readonly pendingUsd: number;
}

export interface PromptPiece {
  readonly section: string;
  readonly text: string;
  /** File and field. */
  readonly source: string;
}

export interface ReferenceView {
  readonly name: string;
  readonly role: string;
  readonly state: 'resolved' | 'to-be-made' | 'dangling' | 'left-out';
  readonly why: string;
  /** The scene whose picture it is. */
  readonly scene?: string;
  readonly picture?: PictureLink;
}

/** A name and what it is, for a list of facts. */
export type Fact = readonly [name: string, value: string];

export interface AnalysisView {
  readonly title: string;
  readonly description: string;
  readonly altText: string;
  readonly facts: readonly Fact[];
  readonly refused: string;
}

export interface CanonView {
  readonly matches: boolean;
  /** From 0 to 1. */
  readonly confidence: number;
  readonly verified: readonly string[];
  readonly contradictions: readonly string[];
}

/** A stretch of a text that became another: joining all but what was removed gives the new text. */
export interface DiffPart {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** A picture that a scene had or has, or an answer that gave none. */
export interface VersionView {
  readonly key: string;
  readonly run: string;
  /** ISO time. */
  readonly finishedAt: string;
  readonly take: number;
  readonly model: string;
  /** From its prompt to that of the present picture; empty if one of them is not known. */
  readonly diff: readonly DiffPart[];
  readonly costUsd: number | null;
  readonly picture?: PictureLink;
  /** Why there is none. */
  readonly refusal: string;
  readonly current: boolean;
  /** What an author noted when rejecting it. */
  readonly note: string;
}

export interface SceneDetails {
  readonly id: string;
  /** What a person can do about the state. */
  readonly advice: readonly string[];
  readonly prompt: readonly PromptPiece[];
  readonly leftOut: readonly PromptPiece[];
  readonly references: readonly ReferenceView[];
  /** What is asked for now. */
  readonly settings: readonly Fact[];
  /** How the present picture was made. */
  readonly recipe: readonly Fact[];
  readonly warnings: readonly string[];
  /** From the text that made the present picture to the one that would be sent now; empty if there is none. */
  readonly changed: readonly DiffPart[];
  readonly analysis?: AnalysisView;
  readonly canon?: CanonView;
  readonly preview?: PictureLink;
  /** Oldest first. */
  readonly versions: readonly VersionView[];
  /** Pictures of before chargen that may be the scene's, if it has none. */
  readonly candidates: readonly Candidate[];
  readonly diagnostics: readonly string[];
  readonly locked: boolean;
  readonly take: number;
  /** All takes of which a picture is in the folder, by number; the one that the scene names among them. */
  readonly takes: readonly { readonly take: number; readonly picture: PictureLink }[];
  /** The author's prompt as it stands; undefined if the prompt is compiled from other fields. */
  readonly ownPrompt?: string;
  /** The file that holds the scene, relative to the workspace. */
  readonly file: string;
}

/** A picture in an entity's folder that no scene has. */
export interface Candidate {
  /** Relative to the workspace. */
  readonly path: string;
  readonly picture: PictureLink;
}

/** The details of all scenes of one entity: one script file, loaded when one of them is looked at. */
export interface EntityDetails {
  readonly id: string;
  readonly scenes: readonly SceneDetails[];
  readonly references: readonly OwnReference[];
  /** How its author says that it looks; empty if nothing is said. */
  readonly appearance: string;
}

/** A picture that an entity gives of itself, for others to be painted after. */
export interface OwnReference {
  readonly id: string;
  readonly role: string;
  readonly description: string;
  readonly picture?: PictureLink;
  readonly analysis?: AnalysisView;
  readonly canon?: CanonView;
}
