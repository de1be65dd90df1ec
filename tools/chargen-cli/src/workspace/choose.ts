import { chooseEntities, SCOPES, type LoadedEntity, type World } from 'chargen-core';
import { z } from 'zod';
import { CliError } from '../cli/cli-error.js';

/** The part of a command's options that says which entities are meant. */
export const choiceSchema = z.object({
  scope: z.enum(SCOPES).default('all'),
  filter: z.array(z.string()).default([]),
});

/** The entities that a command line means. Throws CliError where a word of it means none. */
export function choose(world: World, choice: z.infer<typeof choiceSchema>): readonly LoadedEntity[] {
  const outcome = chooseEntities(world, choice);
  if (outcome.kind === 'chosen') return outcome.entities;
  const { word, guess } = outcome;
  const where = choice.scope === 'all' ? 'No entity' : `None of the ${choice.scope}`;
  const hint = guess === undefined ? '' : ` Did you mean "${guess}"?`;
  throw new CliError(`${where} is called "${word}".${hint} The names are those of the folders.`);
}
