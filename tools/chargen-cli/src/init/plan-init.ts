import { readdirSync, statSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import {
  newFile,
  newIdEnding,
  NX_VERSION,
  packageSpecs,
  planSetup,
  requireFitNx,
  type FileEdit,
  type Repository,
  type SetupPlan,
} from 'chargen-plugin/setup';
import { CliError } from '../cli/cli-error.js';
import { textOfFile } from '../workspace/text-of-file.js';
import { SAMPLE_CHARACTER, SAMPLE_PATH } from './sample.js';

export interface InitPlan {
  readonly root: string;
  /** Relative to it; empty for itself. */
  readonly contentRoot: string;
  readonly edits: readonly FileEdit[];
  /** Where the sample character goes; undefined if none is written. */
  readonly sample: string | undefined;
  /** Whether there was a world before. */
  readonly hasWorld: boolean;
}

export interface InitOptions {
  readonly contentRoot: string | undefined;
  readonly workspaceId: string | undefined;
  readonly sample: boolean;
}

/** The plan that `nx add chargen-plugin` applies too, with Nx itself and a first character. Writes nothing. */
export function planInit(root: string, options: InitOptions): InitPlan {
  const repository: Repository = {
    name: basename(root),
    read: (path) => textOfFile(join(root, path)),
    isFolder: (path) => statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() === true,
    foldersIn: (path) => foldersIn(root, path),
  };
  const { edits, contentRoot, hasWorld } = setupOf(repository, root, options);
  if (!options.sample || hasWorld) return { root, contentRoot, edits, sample: undefined, hasWorld };
  const sample = posix.join(contentRoot, SAMPLE_PATH);
  const character = newFile(repository, sample, SAMPLE_CHARACTER, 'a first character with one scene');
  const all = [...edits, ...(character === undefined ? [] : [character])];
  return { root, contentRoot, edits: all, sample, hasWorld };
}

/** None of a folder that cannot be read. */
function foldersIn(root: string, path: string): string[] {
  try {
    return readdirSync(join(root, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => posix.join(path, name));
  } catch {
    return [];
  }
}

function setupOf(repository: Repository, root: string, options: InitOptions): SetupPlan {
  const { contentRoot, workspaceId } = options;
  const packages = { nx: NX_VERSION, ...packageSpecs(root) };
  try {
    requireFitNx(root);
    return planSetup(repository, { contentRoot, workspaceId, idEnding: newIdEnding(), packages });
  } catch (error) {
    throw new CliError(`In ${root}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
