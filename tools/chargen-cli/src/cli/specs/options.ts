import { EXIT } from '../exit-code.js';
import type { OptionSpec } from '../spec.js';
import { describeDefault, SCOPES, VARIABLES } from 'chargen-core/names';

/**
 * The flag that sets for one command what an environment variable sets for all, in the words of the variable. `otherwise`
 * is the default of a command that has its own.
 */
export function flagOf(
  name: 'CHARGEN_WAIT' | 'CHARGEN_MAX_COST' | 'CHARGEN_TAKES' | 'CHARGEN_PROFILE',
  otherwise?: string,
): OptionSpec {
  const { flag, meaning } = VARIABLES[name];
  const usual = `${name}, else ${describeDefault(VARIABLES[name])}`;
  return { flags: flag, says: plain(`${meaning} (default: ${otherwise ?? usual})`) };
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

export const SCOPE: OptionSpec = {
  flags: '--scope <type>',
  says: 'which entities (default: all)',
  choices: SCOPES,
};
export const FILTER: OptionSpec = {
  flags: '--filter <slug>',
  says: 'only these: a slug, part of one, or a pattern with *; may be given several times',
  repeatable: true,
};

export const SELECTION: readonly OptionSpec[] = [
  SCOPE,
  FILTER,
  {
    flags: '--tag <tag>',
    says: 'only scenes with this tag, of their own or of their entity',
    repeatable: true,
  },
  { flags: '--scene <scene>', says: 'only this scene, as <entity>/<scene>', repeatable: true },
  { flags: '--project <name>', says: 'only this project of Nx', repeatable: true },
];
export const DRY_RUN: OptionSpec = { flags: '--dry-run', says: 'only show what would be done' };
export const PREVIEW: OptionSpec = {
  flags: '--preview',
  says: 'let the emulator draw, without a key: into images/preview, at no cost',
};
export const YES: OptionSpec = { flags: '-y, --yes', says: 'do not ask whether to go on' };
export const WAIT = flagOf('CHARGEN_WAIT');
export const MAX_COST = flagOf('CHARGEN_MAX_COST');
export const PROFILE = flagOf('CHARGEN_PROFILE');
export const TAKES = flagOf('CHARGEN_TAKES');
export const EVENTS: OptionSpec = { flags: '--events', says: 'progress as lines of JSON on standard error' };
export const RUN_EXITS = [
  EXIT.done,
  EXIT.partial,
  EXIT.badInput,
  EXIT.running,
  EXIT.budget,
  EXIT.uncertain,
  EXIT.unavailable,
  EXIT.interrupted,
] as const;
export const BACKUP = { name: '<folder>', says: 'the backup, outside of the workspace' } as const;
export const SCENE = { name: '<scene>', says: 'as <entity>/<scene> or <type>/<entity>/<scene>' } as const;
export const SCENES_ARG = {
  name: '<scenes...>',
  says: 'as <entity>/<scene> or <type>/<entity>/<scene>',
} as const;
