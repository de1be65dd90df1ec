import { ENTITY_TYPES, SELECTION_VARIABLE } from 'chargen-core';
import { CliError } from '../cli/cli-error.js';
import type { TargetRun } from './target-run.js';

/** An argument of a command line may have 128 KiB on Linux. */
const MAX_ARGUMENT = 100_000;

/**
 * Nx starts whole entities and those that they show; the executor makes of them what was selected, and what that
 * waits for. A preview costs nothing, so that it draws all of them.
 */
export function selectionVariable({ selected, target, preview }: TargetRun): Record<string, string> {
  if (selected?.selection === undefined || target !== 'generate' || preview) return {};
  const text = JSON.stringify(selected.selection.names);
  if (text.length > MAX_ARGUMENT) {
    throw new CliError('So many scenes cannot be named to Nx at once. Select fewer, or whole entities.');
  }
  return { [SELECTION_VARIABLE]: text };
}

/**
 * As many as the plan was made with, also if the environment says otherwise: a blank, since Nx fills an empty variable
 * from .env. A preview is asked for no more takes than the files state.
 */
export function takesVariable({ selected, target, preview }: TargetRun): Record<string, string> {
  if (selected === undefined || target !== 'generate' || preview) return {};
  return { CHARGEN_TAKES: String(selected.takes ?? ' ') };
}

/** Which tasks Nx is asked for. */
export function nxArguments({ workspace, target, selected, preview, skipNxCache }: TargetRun): string[] {
  const chosen = selected?.entities;
  const { options, world } = workspace;
  const name = target === 'generate' ? options.generateTargetName : options.analyzeTargetName;
  const types = ENTITY_TYPES.map((type) => `tag:type:${type}`).join(',');
  const everything = options.tag === undefined ? types : `tag:${options.tag}`;
  const folders = (chosen ?? []).map((loaded) => `directory:${loaded.folder.root}`).join(',');
  const all = chosen === undefined || chosen.length === world.entities.length;
  if (!all && folders.length > MAX_ARGUMENT) {
    throw new CliError('So many entities cannot be named to Nx at once. Leave the filter out, or narrow it.');
  }
  return [
    'run-many',
    '-t',
    name,
    `--projects=${all ? everything : folders}`,
    ...(preview ? ['-c', 'preview'] : []),
    ...(skipNxCache ? ['--skip-nx-cache'] : []),
    '--outputStyle=stream',
  ];
}
