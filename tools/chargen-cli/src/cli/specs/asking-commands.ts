import { EXIT } from '../exit-code.js';
import type { CommandSpec } from '../spec.js';
import {
  flagOf,
  SCOPE,
  FILTER,
  SELECTION,
  DRY_RUN,
  YES,
  WAIT,
  MAX_COST,
  EVENTS,
  RUN_EXITS,
  SCENE,
} from './options.js';

export const ASKING_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'now',
    summary: 'make one picture at once, by one synchronous request at full price',
    details:
      'For people who work on one picture. Key, store and recipe are those of a batch, so that no run pays for it again. ' +
      'It makes the one take that the scene names, regardless of "takes". For more takes after that: chargen reroll --takes.',
    args: [SCENE],
    options: [YES, MAX_COST],
    examples: [
      { line: 'chargen now cidrella-vexweld/workshop-tinkering --yes', says: 'without asking' },
      { line: 'chargen now cidrella-vexweld/guild-medallion --max-cost 0.5 --json', says: 'for scripts' },
    ],
    exits: RUN_EXITS,
    load: () => import('../../commands/now.js'),
  },
  {
    path: 'collect',
    worlds: 'each',
    summary: 'take what Google has finished; submits nothing',
    details: 'What was taken is reported by CHARGEN_NOTIFY too; see chargen batch generate --help.',
    options: [flagOf('CHARGEN_WAIT', '0'), EVENTS],
    examples: [
      { line: 'chargen collect', says: 'look once' },
      { line: 'chargen collect --wait 2h --json', says: 'wait for it, for scripts' },
    ],
    exits: RUN_EXITS.filter((code) => code !== EXIT.budget),
    load: () => import('../../commands/collect.js'),
  },
  {
    path: 'retry',
    worlds: 'each',
    summary: 'ask again, word for word, what was refused or failed; each is paid once more',
    details:
      'Raises "attempt" in the scene of each refusal, in the file, and starts a run. Changes no other byte of the file.',
    args: [{ name: '[scenes...]', says: 'as <entity>/<scene>; without any, all of the scope' }],
    options: [
      {
        flags: '--class <kind>',
        says: "only these: refused, Google's word (IMAGE_SAFETY …), or a class of failure (transient …)",
      },
      SCOPE,
      FILTER,
      DRY_RUN,
      YES,
      WAIT,
      MAX_COST,
      EVENTS,
      { flags: '--no-run', says: 'only raise "attempt" of what was refused; the next run asks' },
    ],
    examples: [
      { line: 'chargen retry --class IMAGE_SAFETY --dry-run', says: 'which would be asked again' },
      { line: 'chargen retry cidrella-vexweld/guild-medallion --yes', says: 'one scene' },
    ],
    exits: RUN_EXITS,
    load: () => import('../../commands/retry.js'),
  },
  {
    path: 'refresh',
    worlds: 'each',
    summary: 'which finished pictures would be asked for differently today; with --write they are made again',
    details:
      'An update of chargen makes no finished picture again by itself. This lists those that it would word differently, with what they cost, and writes nothing. With --write it writes "wording" into their scenes, so that the next run makes them again. Nothing is bought by it.',
    options: [
      ...SELECTION,
      { flags: '--write', says: 'write "wording" into each of these scenes; asks first in a terminal' },
      { flags: '--all', says: 'for the whole world: write it once, into the style guide' },
      YES,
    ],
    examples: [
      { line: 'chargen refresh', says: 'which, and for how much; nothing is written' },
      { line: 'chargen refresh --filter cidrella-vexweld --write --yes', says: "one character's pictures" },
      { line: 'chargen refresh --scope chapters --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput, EXIT.interrupted],
    load: () => import('../../commands/refresh.js'),
  },
  {
    path: 'cancel',
    summary: 'cancel a run; what Google has served by then is billed and can be collected',
    details:
      'With --and-retry, what the run still waits for is asked for anew at once, also if Google does not end the job. It shows what may be paid twice, and asks. Results that come late are taken, and replace nothing.',
    args: [{ name: '<runId>', says: 'a run, or the beginning of its id' }],
    options: [
      { flags: '--and-retry', says: 'ask anew for what it has not served, in a new job' },
      { flags: '--model <id>', says: 'with --and-retry: write this model into its scenes first' },
      YES,
      WAIT,
      MAX_COST,
      EVENTS,
    ],
    examples: [
      { line: 'chargen cancel 2025-12-19T12-00-00Z', says: 'see chargen status for the ids' },
      { line: 'chargen cancel 2025-12-19T12-00-00Z --and-retry', says: 'a job that is stuck at Google' },
    ],
    exits: RUN_EXITS,
    load: () => import('../../commands/cancel.js'),
  },
];
