import { ContentReader, type World } from 'chargen-core/graph';
import type { ResolvedOptions } from '../plugin-options.js';

/** One reader a workspace and process: in the Nx daemon only the files that changed are read as YAML again. */
const readers = new Map<string, ContentReader>();

/** The paths, among those that Nx found, that belong to the world. */
export function contentFiles(files: readonly string[], options: ResolvedOptions): string[] {
  const root = options.contentRoot;
  return files.filter((file) => root === '' || file.startsWith(`${root}/`));
}

export function readWorld(workspaceRoot: string, files: readonly string[], options: ResolvedOptions): World {
  let reader = readers.get(workspaceRoot);
  if (reader === undefined) {
    reader = new ContentReader(workspaceRoot);
    readers.set(workspaceRoot, reader);
  }
  return reader.load(contentFiles(files, options), options.styleFile);
}
