import { posix } from 'node:path';
import { textForPlaces } from './locate-in-workspace.js';
import { readSources, textOfSource, type EntitySources } from './source-files.js';
import type { LoadedEntity } from './world.js';

/** The texts of an entity's files, for places in them. They are read once, and only if one is asked for. */
export class EntityTexts {
  #sources: EntitySources | undefined;
  #areAllOwn = true;

  constructor(
    readonly workspaceRoot: string,
    readonly loaded: LoadedEntity,
  ) {}

  /** `file` is relative to the workspace. */
  readonly textOf = (file: string): string => {
    const { folder } = this.loaded;
    const { main, siblings } = (this.#sources ??= readSources(this.workspaceRoot, folder));
    const source = file === folder.file ? main : siblings.get(posix.relative(folder.root, file));
    this.#areAllOwn &&= source !== undefined;
    return source?.kind === 'text' ? textOfSource(source) : textForPlaces(this.workspaceRoot, file);
  };

  /** Whether places in these texts are those of what the entity was read from: a file may have been saved since. */
  get areAsRead(): boolean {
    const isSame = this.#sources === undefined || this.#sources.digest === this.loaded.sourceDigest;
    return this.#areAllOwn && isSame;
  }
}
