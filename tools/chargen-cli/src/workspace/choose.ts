import {
  chooseEntities,
  MAX_TAKES,
  selectScenes,
  takesIn,
  unknownEntity,
  type LoadedEntity,
  type Selection,
  type World,
} from 'chargen-core';
import { SCOPES, type Scope } from 'chargen-core/names';
import { z } from 'chargen-core/zod';
import { CliError } from '../cli/cli-error.js';
import type { GlobalOptions } from '../cli/spec.js';
import { givenNames } from './given-names.js';

/** The part of a command's options that selects which entities are meant. */
export const choiceSchema = z.object({
  scope: z.enum(SCOPES).default('all'),
  filter: z.array(z.string()).default([]),
});

/** The same, down to single scenes. */
export const selectionSchema = choiceSchema.extend({
  tag: z.array(z.string()).default([]),
  scene: z.array(z.string()).default([]),
  project: z.array(z.string()).default([]),
});

/** What a plan and the run that follows it are for. */
export interface Selected {
  /** Entities of which something is selected. */
  readonly entities: readonly LoadedEntity[];
  /** Undefined for the whole world. */
  readonly selection: Selection | undefined;
  /** How many takes each scene that is to be made is asked for; undefined if the files decide. */
  readonly takes?: number | undefined;
}

/** The value of `--takes`. Throws CliError if it is none. */
export function takesCalled(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const takes = takesIn(Number(text));
  if (takes === undefined)
    throw new CliError(`--takes is "${text}"; write a whole number from 1 to ${MAX_TAKES}.`);
  return takes;
}

/** The scenes that a command line means. Throws CliError if a word of it means none. */
export function select(
  { world, workspaceRoot }: { readonly world: World; readonly workspaceRoot: string },
  options: z.infer<typeof selectionSchema>,
): Selected {
  const { scope, filter, tag, scene, project } = options;
  const outcome = selectScenes(
    world,
    { scope, filter, tags: tag, scenes: scene, projects: project },
    (loaded) => givenNames(workspaceRoot, loaded),
  );
  if (outcome.kind === 'unknown') throw new CliError(outcome.message);
  return outcome;
}

/** The entities that a command line means. Throws CliError if a word of it means none. */
export function choose(world: World, choice: z.infer<typeof choiceSchema>): readonly LoadedEntity[] {
  const outcome = chooseEntities(world, choice);
  if (outcome.kind === 'chosen') return outcome.entities;
  throw new CliError(unknownEntity(choice.scope, outcome));
}

/** A selection as words of a command line. */
export function selectionWords({
  scope,
  filter,
  tag,
  scene,
  project,
}: z.infer<typeof selectionSchema>): string[] {
  const each = (flag: string, values: readonly string[]): string[] =>
    values.map((value) => `${flag} ${shellWord(value)}`);
  return [
    ...(scope === 'all' ? [] : [`--scope ${scope}`]),
    ...each('--filter', filter),
    ...each('--tag', tag),
    ...each('--scene', scene),
    ...each('--project', project),
  ];
}

/** The command that shows the plan of a selection, or of a part of it. */
export function planCommand(
  choice: z.infer<typeof selectionSchema>,
  { root, world }: Pick<GlobalOptions, 'root' | 'world'>,
  flags: readonly string[],
  { scope = choice.scope, takes }: { scope?: Scope | undefined; takes?: number | undefined },
): string {
  const where = { '--root': root, '--world': world };
  const places = Object.entries(where).flatMap(([flag, value]) =>
    value === undefined ? [] : [`${flag} ${shellWord(value)}`],
  );
  const asked = takes === undefined ? [] : [`--takes ${takes}`];
  return ['chargen plan', ...places, ...selectionWords({ ...choice, scope }), ...asked, ...flags].join(' ');
}

function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
