import type { AskedFields } from './asked-fields.js';
import type { Diagnostic } from './diagnostic.js';
import type { Entity, EntityId, EntityType, InventoryEntry } from './entity.js';
import type { AnalysisEntry } from './picture-analysis.js';

/** Where an entity's folder is, known from its path alone: a broken file has a place too. */
export interface EntityFolder {
  /** Relative to the workspace, with forward slashes. */
  readonly root: string;
  readonly file: string;
  readonly folder: string;
  readonly folderType: EntityType | undefined;
}

/** An entity as far as it could be read. */
export interface LoadedEntity {
  readonly folder: EntityFolder;
  /** `character/cidrella-vexweld`; for a file that could not be read, by its folder. */
  readonly id: EntityId;
  /** Undefined if an error stops the whole file. */
  readonly entity: Entity | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** sha256 of the files that were read, so that a broken file's project changes when the file does. */
  readonly sourceDigest: string;
  /** Pictures that the file lists; they can be referred to by id. */
  readonly inventory?: readonly InventoryEntry[];
  /** What the file states of pictures that were analyzed; never part of what it asks for. */
  readonly analyses?: readonly AnalysisEntry[];
  /** Digests of what people wrote for its pictures; there if the entity is. */
  readonly asked?: AskedFields;
}
