import type { AspectRatio, ImageSize } from '../catalogue/index.js';
import type { DataPath } from 'yaml-splice/read';
import type { EntityType } from './entity-types.js';

export { ENTITY_TYPES, type EntityType } from './entity-types.js';
/** The line of what is at a path is looked up only when it is reported. */
export type { DataPath } from 'yaml-splice/read';

/** `character/cidrella-vexweld`: unique in a world. */
export type EntityId = `${EntityType}/${string}`;

/** What a reference shows, which decides the order of references and what the prompt states about each. */
export const REFERENCE_ROLES = ['portrait', 'place', 'style', 'object', 'other'] as const;
export type ReferenceRole = (typeof REFERENCE_ROLES)[number];

/** A picture that the author drew or chose, declared under an id. */
export interface AuthoredPicture {
  readonly id: string;
  /**
   * Where it is, relative to the workspace, with forward slashes. Several if the author did not state
   * which (`portrait.png`, else `portrait.jpg`): the first that exists is meant.
   */
  readonly paths: readonly [string, ...string[]];
  readonly role: ReferenceRole;
  readonly description?: string;
  /** Raised by the author to have the picture analyzed again; left out for 1. */
  readonly take?: number;
  readonly at: DataPath;
}

interface ReferenceBase {
  readonly role: ReferenceRole;
  /** True: without it the scene is not made. False: it is left out, and that is reported. */
  readonly required: boolean;
  readonly at: DataPath;
  /** Why the author wants it seen, in the author's words. */
  readonly reason?: string;
  /** The author did not state the role; it is only the usual one of that type. */
  readonly isRoleAssumed?: true;
}

/** What a scene says it wants to see, before it is looked up in the world. */
export type SceneReference = ReferenceBase &
  (
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'own-scene'; readonly scene: string }
    /** Another entity's authored picture: the one named, else its first of the role. */
    | {
        readonly kind: 'entity';
        readonly type: EntityType;
        readonly slug: string;
        readonly picture?: string;
        /** Picture ids that are unique in the world and tried first; the picture of the role stands in for them. */
        readonly prefer?: readonly { readonly id: string; readonly at: DataPath }[];
      }
    /** The picture of another entity's scene. */
    | {
        readonly kind: 'entity-scene';
        readonly type: EntityType;
        readonly slug: string;
        readonly scene: string;
      }
    /** A place of a location: the scene that shows the zone, else its overview. */
    | { readonly kind: 'zone'; readonly slug: string; readonly zone?: string }
    /** An id that is unique in the world, such as `thane-blackwood-portrait` in an inventory. */
    | { readonly kind: 'picture-id'; readonly id: string }
  );

/** The order in which sections stand in a prompt. */
const PROMPT_SECTIONS = [
  'must-see',
  'composition',
  'subject',
  'states',
  'place',
  'light',
  'palette',
  'traits',
  'style',
  'mood',
] as const;
export type PromptSection = (typeof PROMPT_SECTIONS)[number];

/** A piece of a prompt and where it came from. */
export interface PromptPart {
  readonly section: PromptSection;
  readonly text: string;
  /** 1 must stay; higher numbers are left out first if the prompt grows too long. */
  readonly weight: 1 | 2 | 3 | 4 | 5;
  /** For people: file and field, such as `imagery.yaml scenes[2].prompt`. */
  readonly source: string;
  /** Set if analysis found it: workspace, entity and scene may switch such parts off. */
  readonly learned?: 'traits' | 'attire' | 'palette' | 'style';
  /** Only for prompts of scenes that refer to a picture with one of these paths; left out for all. */
  readonly onlyWith?: readonly string[];
  /** Whom it is about; the text has no name, so that a person bears one name in a prompt. */
  readonly who?: { readonly slug: string; readonly name: string };
  /** Set for parts of a place's file. Of a `site`, place and mood go only into overviews, light only at its hour. */
  readonly scope?: 'site' | 'zone';
  /** The name of the hour that light was stated for, as the author wrote it: `golden_hour`, `primary`. */
  readonly hour?: string;
  /** Whether the scene shows the time before, in or after a change; the text states what changes. */
  readonly phase?: 'before' | 'during' | 'after';
}

/** What an author stated apart about how a person looks. */
export interface Looks {
  /** Body, face, hair, marks: what stays from picture to picture. */
  readonly identity?: string;
  readonly attire?: string;
  /** Short lines that hold for every picture, such as `visual_consistency` of image-ideas.yaml. */
  readonly always: readonly string[];
  /** The file and field of `always`. */
  readonly alwaysSource?: string;
  readonly alwaysAt?: DataPath;
  /** The file of `always`, relative to the workspace. */
  readonly alwaysFile?: string;
}

/** Threshold for one harm category, in Gemini's own words. */
export interface SafetySetting {
  readonly category: string;
  readonly threshold: string;
}

/** What part of a location a scene shows, so that others can ask for that part by its name. */
export interface ScenePlace {
  readonly kind: 'overview' | 'zone' | 'beat';
  /** The zone's slug, as its author wrote it. */
  readonly zone?: string;
  readonly zoneName?: string;
}

/** One picture that an entity asks for. */
export interface Scene {
  /** Unique in its entity; also the picture's file name without its extension. */
  readonly id: string;
  readonly title: string;
  /** What the author wrote for people who cannot see the picture. It does not concern the picture itself. */
  readonly altText?: string;
  /**
   * The author's own words, if there are any. They are sent as they stand; of the parts only those that
   * the compiler's rule names are added.
   */
  readonly prompt?: string;
  readonly promptSource?: string;
  /** What else the author stated about the picture, to be compiled. */
  readonly parts: readonly PromptPart[];
  /** The scene's mood word, looked up in the world's style. */
  readonly mood?: string;
  readonly negative: readonly string[];
  readonly aspectRatio: AspectRatio;
  readonly imageSize: ImageSize;
  readonly references: readonly SceneReference[];
  readonly model?: string;
  readonly temperature?: number;
  readonly safetySettings: readonly SafetySetting[];
  /** Raised by the author to roll again; part of the content key. Starts at 1. */
  readonly take: number;
  /** How many takes are asked for in the run that makes it, as the scene or its file's defaults state; 1 to 20. */
  readonly takes?: number;
  /** Set by the planner for a take that the scene does not name: its files lie apart (`plan/takes.ts`). */
  readonly isSpare?: true;
  /**
   * Asks for wording of at least this version of the prompt compiler; a picture of older wording is pending then. The
   * highest of the scene's, its file's defaults' and the style guide's. Left out if nothing asks for it.
   */
  readonly wording?: number;
  /** Raised to ask again for what the model refused before, with the same request. Left out for 1. */
  readonly attempt?: number;
  /** Never touched by the tool. */
  readonly locked: boolean;
  /** False: what analysis found is not added to its prompt. */
  readonly useTraits?: boolean;
  readonly tags: readonly string[];
  readonly at: DataPath;
  /** The file that the scene was written in, relative to the workspace (`image-ideas.yaml` for C2). */
  readonly file: string;
  /** When it happens, in the author's words: `late afternoon`. */
  readonly hour?: string;
  /** Codes of hints that the author does not want to read about this scene. */
  readonly silenced?: readonly string[];
  /** Set for the scenes of a location. */
  readonly place?: ScenePlace;
}

/** A picture that a file lists without asking for it: what an inventory knows of pictures that were there before. */
export interface InventoryEntry {
  readonly id: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly title?: string;
  /** The file's name before it was renamed. */
  readonly originalName?: string;
  /** The scene that it was made for, if the entry names one. */
  readonly scene?: string;
  readonly at: DataPath;
}

/** The readers of content, each for one shape of imagery.yaml. */
export type Dialect = 'canonical' | 'C1+C2' | 'L1' | 'L2' | 'L3' | 'L4' | 'L5' | 'L6' | 'H1';

export interface Palette {
  readonly dominant: readonly string[];
  readonly accent: readonly string[];
  readonly avoid: readonly string[];
}

/** A character, location or chapter, in any dialect. */
export interface Entity {
  readonly type: EntityType;
  readonly slug: string;
  readonly dialect: Dialect;
  /** Its folder, relative to the workspace, with forward slashes. */
  readonly root: string;
  /** Its imagery.yaml, relative to the workspace. */
  readonly file: string;
  readonly name: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Where a chapter stands in the story, by its author or by its folder's name (`ch03-…`); may be a fraction. */
  readonly chapterNumber?: number;
  readonly appearance?: string;
  readonly looks?: Looks;
  /** Codes of hints that the author does not want to read about this entity. */
  readonly silenced?: readonly string[];
  readonly palette?: Palette;
  readonly style?: string;
  /** Canonical traits, written by hand or (`learned`) read from what analysis wrote into imagery.yaml. */
  readonly traits: readonly PromptPart[];
  readonly pictures: readonly AuthoredPicture[];
  readonly scenes: readonly Scene[];
  /** Scenes that are not among these because of errors in their fields, by id; left out for none. */
  readonly unread?: readonly string[];
}

export function entityId(type: EntityType, slug: string): EntityId {
  return `${type}/${slug}`;
}
