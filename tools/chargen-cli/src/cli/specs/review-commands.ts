import { EXIT } from '../exit-code.js';
import type { CommandSpec } from '../spec.js';
import { SELECTION, SCENES_ARG } from './options.js';

const NOTE = { flags: '--note <text>', says: 'kept with the decision; one line' } as const;
const UNDO = { flags: '--undo', says: 'take the decision back: the picture is unreviewed again' } as const;
const DETAILS =
  'Holds for the picture that lies there now: another take is unreviewed by itself. Written into approval.jsonl of the ' +
  'entity, for git; no picture is made again for it, and nothing of a run depends on it.';

export const REVIEW_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'review',
    summary: 'which pictures are unreviewed, approved or rejected, and which are to be made again',
    options: [
      ...SELECTION,
      {
        flags: '--only <state>',
        says: 'only these (default: all that are not approved)',
        choices: ['unreviewed', 'approved', 'rejected', 'again'],
      },
    ],
    examples: [
      { line: 'chargen review', says: 'what is still to be looked at' },
      { line: 'chargen review --only again --json', says: 'what was rejected and no run was started for' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/review.js'),
  },
  {
    path: 'approve',
    summary: 'a picture is good',
    details: DETAILS,
    args: [SCENES_ARG],
    options: [NOTE, UNDO],
    examples: [
      { line: 'chargen approve cidrella-vexweld/guild-medallion', says: 'the picture that lies there now' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/approve.js'),
  },
  {
    path: 'reject',
    summary: 'a picture is to be made again; say why with --note',
    details: `${DETAILS} It is listed as to be made again until a run is started for it: chargen reroll --rejected.`,
    args: [SCENES_ARG],
    options: [NOTE, UNDO],
    examples: [
      {
        line: 'chargen reject cidrella-vexweld/guild-medallion --note blurred',
        says: 'with the reason',
      },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/reject.js'),
  },
];
