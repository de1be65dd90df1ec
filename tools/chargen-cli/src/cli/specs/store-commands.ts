import { EXIT } from '../exit-code.js';
import type { CommandSpec } from '../spec.js';
import { DRY_RUN, BACKUP } from './options.js';

export const STORE_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'cost',
    worlds: 'none',
    summary: 'what was paid so far',
    options: [
      {
        flags: '--by <group>',
        says: 'group by (default: month)',
        choices: ['month', 'model', 'run', 'entity'],
      },
    ],
    examples: [
      { line: 'chargen cost', says: 'by month' },
      { line: 'chargen cost --by entity --json', says: 'each answer too, for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../../commands/cost.js'),
  },
  {
    path: 'store gc',
    worlds: 'none',
    summary: 'free space in .chargen, or in the shared store; never the only copy of a paid picture',
    details:
      'With --shared, pictures that no scene of this workspace names and that are older than half a year move from the shared store to .chargen/store.',
    options: [
      DRY_RUN,
      { flags: '--shared', says: 'the store that machines share, in place of .chargen' },
      { flags: '--older-than <days>', says: 'with --shared: only what is older (default: 180; at least 30)' },
      { flags: '-y, --yes', says: 'with --shared: do not ask' },
    ],
    examples: [
      { line: 'chargen store gc --dry-run', says: 'how much could go, and what stays' },
      { line: 'chargen store gc', says: 'free it' },
      { line: 'chargen store gc --shared --dry-run', says: 'the same of the shared store' },
    ],
    exits: [EXIT.done, EXIT.badInput, EXIT.unavailable, EXIT.interrupted],
    load: () => import('../../commands/store-gc.js'),
  },
  {
    path: 'store claims',
    summary: 'who is about to pay for what, in the store that machines share',
    details:
      'A claim keeps other machines from paying for the same. It ends with the result, some minutes after a machine that sent nothing died, or when a job of it must have ended.',
    options: [
      {
        flags: '--break <item>',
        says: 'end the claims on <entity>/<scene> or on a key; it may then be paid for twice',
      },
      { flags: '-y, --yes', says: 'do not ask whether to break them' },
    ],
    examples: [
      { line: 'chargen store claims', says: 'who, since when, for what' },
      {
        line: 'chargen store claims --break cidrella-vexweld/guild-medallion --yes',
        says: 'of a machine that never comes back; asks without --yes',
      },
    ],
    exits: [EXIT.done, EXIT.badInput, EXIT.unavailable, EXIT.interrupted],
    load: () => import('../../commands/store-claims.js'),
  },
  {
    path: 'store backup',
    worlds: 'none',
    summary: 'copy what was paid for into a folder elsewhere; only what is new',
    details:
      'Copies the store, and pictures that are only in their folders. Each file is checked by its sha256, and nothing is removed from a backup.',
    args: [BACKUP],
    examples: [
      { line: 'chargen store backup ../chargen-backup', says: 'the first time, and each time again' },
      { line: 'chargen store backup ../chargen-backup --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput, EXIT.interrupted],
    load: () => import('../../commands/store-backup.js'),
  },
  {
    path: 'store verify',
    worlds: 'none',
    summary: 'read a backup and name each file that is damaged or missing',
    args: [BACKUP],
    examples: [
      { line: 'chargen store verify ../chargen-backup', says: 'ends with 1 if a file is not whole' },
      { line: 'chargen store verify ../chargen-backup --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput, EXIT.interrupted],
    load: () => import('../../commands/store-verify.js'),
  },
  {
    path: 'store restore',
    worlds: 'none',
    summary: 'fill the store from a backup, so that nothing is paid again',
    details:
      'Writes only into .chargen/store, and replaces no answer there. The next run puts the pictures into their folders and pays nothing for them.',
    args: [BACKUP],
    examples: [
      { line: 'chargen store restore ../chargen-backup', says: 'after git clean, or in a new clone' },
      { line: 'chargen store restore ../chargen-backup --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput, EXIT.interrupted],
    load: () => import('../../commands/store-restore.js'),
  },
];
