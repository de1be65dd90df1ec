import { EXIT } from './exit-code.js';
import type { CommandSpec, OptionSpec } from './spec.js';

export const SCOPES = ['characters', 'locations', 'chapters', 'all'] as const;

const SCOPE: OptionSpec = { flags: '--scope <type>', says: 'which entities (default: all)', choices: SCOPES };
const FILTER: OptionSpec = {
  flags: '--filter <slug>',
  says: 'only these: a slug, part of one, or a pattern with *; may be given several times',
  repeatable: true,
};

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    path: 'plan',
    summary: 'what would be made, reused or left alone, and why; makes no call',
    details:
      'Judges every scene by its content key. Nothing is written and nothing is asked of Google, so no key is needed.',
    options: [SCOPE, FILTER, { flags: '--all', says: 'show also the scenes that are done' }],
    examples: [
      { line: 'chargen plan', says: 'the whole world' },
      { line: 'chargen plan --scope chapters', says: 'chapters only' },
      { line: 'chargen plan --filter cidrella-vexweld --json', says: 'one entity, for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../commands/plan.js'),
  },
  {
    path: 'check',
    summary: 'every mistake in the files, one a line: file:line:column severity code message',
    details: 'Ends with 1 where there is an error. Warnings and notes leave it at 0.',
    options: [SCOPE, FILTER],
    examples: [
      { line: 'chargen check', says: 'the whole world' },
      { line: 'chargen check --scope locations --json', says: 'locations only, for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../commands/check.js'),
  },
];
