/** What the plan looks at: a folder on the disk, or the tree of a generator. Paths are relative to it. */
export interface Repository {
  /** The name of its folder. */
  readonly name: string;
  /** The text of a file; undefined if there is none. */
  readonly read: (path: string) => string | undefined;
  readonly isFolder: (path: string) => boolean;
  /** Paths of the folders in a folder; '' is the repository itself. */
  readonly foldersIn: (path: string) => readonly string[];
}
