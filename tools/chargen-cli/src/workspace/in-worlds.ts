import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findScene, listRuns, pathFrom } from 'chargen-core';
import { worldName, type WorldEntry } from 'chargen-plugin/setup';
import { CliError } from '../cli/cli-error.js';
import { EXIT, type ExitCode } from '../cli/exit-code.js';
import type { CommandCall, CommandModule, CommandSpec } from '../cli/spec.js';
import { moreSerious } from '../run/exit-of-report.js';
import { select, selectionSchema } from './choose.js';
import { findWorkspace, worldHere, worldsText } from './find-workspace.js';
import { batchFolderOf } from './open-results.js';
import { openWorkspace, type Workspace } from './open-workspace.js';

type Run = Pick<CommandModule, 'run'>;

/**
 * Runs a command in the world that it means: the only one, the one that is named, the one that its folder is in or that
 * has the scenes that it names. A command for each world runs in all of these, one after the other; an error in one is
 * reported and stops no other, and the most serious exit code is that of the command.
 */
export async function inWorlds(
  spec: Pick<CommandSpec, 'worlds'>,
  call: CommandCall,
  command: Run,
  report: (error: unknown) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (spec.worlds === 'none') return command.run(call);
  const found = severalWorlds(call);
  if (found === undefined || worldHere(found, call.globals) !== undefined) return command.run(call);
  const meant = await worldsOf(found.entries, call);
  const of = (entry: WorldEntry): CommandCall => ({
    ...call,
    globals: { ...call.globals, world: worldName(entry) },
  });
  const [only, ...others] = meant;
  if (only !== undefined && others.length === 0) return command.run(of(only));
  if (only === undefined || spec.worlds !== 'each') {
    const why =
      only === undefined ? 'No world has all that was named.' : 'It is not known which world is meant.';
    throw new CliError(`${why} ${worldsText(found.entries)}`);
  }
  return inEach(meant.map(of), call, command, report);
}

/** Undefined if there is one world, or none that could be found: the command reports that. */
function severalWorlds({ globals }: CommandCall): ReturnType<typeof findWorkspace> | undefined {
  try {
    const found = findWorkspace(globals.root);
    return found.entries.length > 1 ? found : undefined;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

/** In JSON one answer, by the names of the worlds. */
async function inEach(
  calls: readonly CommandCall[],
  { io, globals: { json } }: CommandCall,
  command: Run,
  report: (error: unknown) => Promise<ExitCode>,
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  if (json) await io.out('{"worlds":{\n');
  for (const [n, call] of calls.entries()) {
    const { world = '.' } = call.globals;
    if (json) await io.out(`${n === 0 ? '' : ','}${JSON.stringify(world)}:`);
    else io.err(`${n === 0 ? '' : '\n'}${io.paint('bold', `World ${world}`)}\n`);
    exit = moreSerious(exit, await command.run(call).catch(report));
    // A person who pressed Ctrl-C does not want the next world either.
    if (exit === EXIT.interrupted) break;
  }
  if (json) await io.out('}}\n');
  return exit;
}

/** The worlds that have everything that the command line names. */
async function worldsOf(entries: readonly WorldEntry[], call: CommandCall): Promise<WorldEntry[]> {
  const names = call.args.length > 0 || SELECTING.some((name) => call.options[name] !== undefined);
  if (!names) return [...entries];
  const meant: WorldEntry[] = [];
  for (const entry of entries) {
    const globals = { ...call.globals, world: worldName(entry) };
    if (await hasNamed(await openWorkspace(globals), call)) meant.push(entry);
  }
  return meant;
}

const SELECTING = ['filter', 'tag', 'scene', 'project'] as const;

async function hasNamed(workspace: Workspace, { args, options }: CommandCall): Promise<boolean> {
  for (const name of args) {
    const isScene = findScene(workspace.world, name).kind === 'found';
    if (!isScene && !isFileOf(workspace, name) && !(await isRunOf(workspace, name))) return false;
  }
  try {
    select(workspace, selectionSchema.parse(options));
    return true;
  } catch (error) {
    if (error instanceof CliError) return false;
    throw error;
  }
}

/** A picture that a command names by its path, from here. */
function isFileOf({ workspaceRoot, options }: Workspace, name: string): boolean {
  const path = pathFrom(workspaceRoot, resolve(name));
  const isInside = options.contentRoot === '' || path.startsWith(`${options.contentRoot}/`);
  return isInside && options.owns(path) && existsSync(resolve(name));
}

async function isRunOf(workspace: Workspace, id: string): Promise<boolean> {
  const runs = await listRuns(batchFolderOf(workspace));
  return runs.some(
    (one) =>
      one.kind === 'run' &&
      one.run.runId.startsWith(id) &&
      one.run.workspaceId === workspace.settings.workspaceId,
  );
}
