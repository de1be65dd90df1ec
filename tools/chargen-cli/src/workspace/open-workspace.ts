import { join } from 'node:path';
import { ContentReader, filesNotRead, findImageryFiles, REAL_PLACES, type SceneContext } from 'chargen-core';
import type { ResolvedOptions } from 'chargen-plugin/options';
import { CliError } from '../cli/cli-error.js';
import type { GlobalOptions } from '../cli/spec.js';
import { findWorkspace, noWorld } from './find-workspace.js';

/** A workspace with its world read. */
export interface Workspace extends SceneContext {
  readonly options: ResolvedOptions;
  readonly hasPlugin: boolean;
  /** The imagery.yaml files, relative to the root. */
  readonly files: readonly string[];
}

/** Finds the workspace and reads its world. A workspace without any imagery.yaml is reported as bad input. */
export async function openWorkspace(globals: GlobalOptions, cwd = process.cwd()): Promise<Workspace> {
  const { root, options, hasPlugin } = findWorkspace(globals.root, cwd);
  let files: string[];
  try {
    files = await findImageryFiles(root, options.contentRoot);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(`The world in ${join(root, options.contentRoot)} cannot be read: ${why}`);
  }
  if (files.length === 0) {
    const notRead = await filesNotRead(root, options.contentRoot);
    const hints = notRead.slice(0, 3).map(({ file, message }) => `\n${file}: ${message}`);
    throw new CliError(`${noWorld(root)}${hints.join('')}`);
  }
  const world = new ContentReader(root).load(files, options.styleFile);
  const { settings } = options;
  return { workspaceRoot: root, options, settings, places: REAL_PLACES, hasPlugin, files, world };
}
