import type { AspectRatio, ImageSize } from '../catalogue/index.js';
import type { DataPath, Dialect, Entity, EntityType, InventoryEntry } from './entity.js';
import type { Diagnostic } from './diagnostic.js';
import type { SIBLING_FILES } from './file-names.js';
import type { AnalysisEntry } from './picture-analysis.js';

/** What a reader is given: one parsed imagery.yaml and the files beside it that its dialect may need. */
export interface ReaderInput {
  readonly data: unknown;
  /** Folder and file of the entity, relative to the workspace. */
  readonly root: string;
  readonly file: string;
  /** The folder's name, and the type that the folder above it stands for (`characters/` …), if any. */
  readonly folder: string;
  readonly folderType: EntityType | undefined;
  /** Parsed siblings that exist, by file name, such as `image-ideas.yaml`. */
  readonly siblings: ReadonlyMap<string, unknown>;
}

/** What holds for a scene that does not state its own. */
export const SCENE_DEFAULTS: { readonly aspectRatio: AspectRatio; readonly imageSize: ImageSize } = {
  aspectRatio: '1:1',
  imageSize: '1K',
};

/** An entity, or none if an error stops the whole file. */
export interface ReaderOutcome {
  readonly entity: Entity | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Pictures that the file lists. Kept apart from the entity, which holds only what was authored: the tool's own
   * records may stand in the same list, and they must not change what an entity asks for.
   */
  readonly inventory?: readonly InventoryEntry[];
  /** What the file states of pictures that were analyzed. */
  readonly analyses?: readonly AnalysisEntry[];
}

/** What the rest of chargen needs to know of a dialect, so that nothing outside of the readers asks which one it is. */
export interface DialectForm {
  /** Files that are read beside imagery.yaml. */
  readonly siblings: readonly (typeof SIBLING_FILES)[number][];
  /**
   * The list of the author's that takes the record of generated pictures and what analysis found; undefined for
   * sections of their own.
   */
  readonly inventory: string | undefined;
  /** Pictures are named by hand, and each is expected to be there; else files name many that never were. */
  readonly declaresPictures: boolean;
  /** The file whose top-level list `scenes` takes a new scene; undefined if scenes are parts of something larger. */
  readonly scenesIn: string | undefined;
}

/** A form in which everything has a section of its own, and scenes are parts of zones or images. */
export const PLAIN_FORM: DialectForm = {
  siblings: [],
  inventory: undefined,
  declaresPictures: false,
  scenesIn: undefined,
};

/** A dialect: how it is recognised and how it is read. A new one is a file and a line in `dialects/table.ts`. */
export interface DialectReader {
  readonly dialect: Dialect;
  /** One line for people, used if the error about an unknown shape names the nearest dialect. */
  readonly looksLike: string;
  /** True if the shape is this dialect's. Must not throw for any data. */
  recognises(input: ReaderInput): boolean;
  /** Keys that a file of this dialect has, to find the nearest dialect of an unknown shape. */
  readonly marks: readonly DataPath[];
  readonly form: DialectForm;
  read(input: ReaderInput): ReaderOutcome;
}
