import { AUDIT_FINDINGS } from 'chargen-core/names';
import { EXIT } from '../exit-code.js';
import type { CommandSpec } from '../spec.js';
import { SCOPE, FILTER, DRY_RUN, SCENE, SCENES_ARG } from './options.js';

export const PICTURE_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'reroll',
    summary: 'ask for another picture of a scene: raises its take in the file',
    details:
      'Changes one field of the scene and no other byte of the file. Earlier pictures stay in the store. With --takes it ' +
      'asks for so many new takes, and writes "takes" too. Nothing is bought before the next run.',
    args: [{ ...SCENES_ARG, name: '[scenes...]' }],
    options: [
      { flags: '--takes <n>', says: 'so many new takes, to choose from' },
      { flags: '--rejected', says: 'all scenes whose picture was rejected, in place of named ones' },
      SCOPE,
      FILTER,
    ],
    examples: [
      { line: 'chargen reroll cidrella-vexweld/guild-medallion', says: 'take 2, the next time take 3' },
      {
        line: 'chargen reroll cidrella-vexweld/guild-medallion --takes 4',
        says: 'four more, to choose from',
      },
      { line: 'chargen reroll --rejected', says: 'every rejected picture' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/reroll.js'),
  },
  {
    path: 'takes',
    summary: 'the takes of a scene, and where their pictures are',
    details: 'Asks nothing of Google. What the shared store has is fetched.',
    args: [SCENE],
    examples: [
      { line: 'chargen takes cidrella-vexweld/guild-medallion', says: 'a star marks the one in use' },
      { line: 'chargen takes cidrella-vexweld/guild-medallion --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../../commands/takes.js'),
  },
  {
    path: 'use',
    summary: 'make a take the picture of its scene: writes "take" into the file and lays it; pays nothing',
    details:
      'The picture that lay there goes into images/takes. If the picture of the take is nowhere, nothing is written, and ' +
      'the run that made it is named.',
    args: [SCENE, { name: '<take>', says: 'its number, as chargen takes lists it' }],
    examples: [{ line: 'chargen use cidrella-vexweld/guild-medallion 1', says: 'the first take again' }],
    exits: [EXIT.done, EXIT.badInput, EXIT.running],
    load: () => import('../../commands/use.js'),
  },
  {
    path: 'lock',
    summary: 'never touch the picture of a scene: writes "locked: true" into the file',
    args: [SCENES_ARG],
    examples: [{ line: 'chargen lock cidrella-vexweld/guild-medallion', says: 'also if its prompt changes' }],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/lock.js'),
  },
  {
    path: 'unlock',
    summary: 'let a locked scene be made again',
    args: [SCENES_ARG],
    examples: [{ line: 'chargen unlock cidrella-vexweld/guild-medallion', says: 'the opposite of lock' }],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/unlock.js'),
  },
  {
    path: 'keep',
    summary: 'keep a picture that you edited by hand: its scene is locked',
    args: [SCENES_ARG],
    examples: [{ line: 'chargen keep cidrella-vexweld/guild-medallion', says: 'your picture stays' }],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/keep.js'),
  },
  {
    path: 'discard',
    summary: 'give up a picture that you edited by hand; a copy stays in .chargen/store/edited',
    details:
      "The tool's own picture comes back from the store, else from the last commit; else the next run makes it.",
    args: [SCENES_ARG],
    examples: [
      {
        line: 'chargen discard cidrella-vexweld/guild-medallion',
        says: 'the picture of the recipe comes back',
      },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/discard.js'),
  },
  {
    path: 'audit',
    worlds: 'each',
    summary: 'pictures without recipe, recipes without picture, changed bytes, missing alt texts',
    details: `Ends with 1 if something is found, so that CI can hold "every picture has its recipe". It compares files with each other and asks nothing of Google.\n\nWhat it looks for: ${Object.entries(
      AUDIT_FINDINGS,
    )
      .map(([kind, meaning]) => `${kind} (${meaning})`)
      .join('; ')}.`,
    options: [
      SCOPE,
      FILTER,
      {
        flags: '--ignore <finding>',
        says: 'what not to look for; may be given several times',
        choices: Object.keys(AUDIT_FINDINGS),
        repeatable: true,
      },
    ],
    examples: [
      { line: 'chargen audit', says: 'the whole world' },
      { line: 'chargen audit --ignore without-alt-text --ignore lfs-pointer', says: 'recipes alone, in CI' },
      { line: 'chargen audit --scope chapters --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/audit.js'),
  },
  {
    path: 'provenance',
    summary:
      "what a scene's picture and its exported copies state about their origin, as read from the files",
    details: 'Recipe, IPTC fields and C2PA manifest. No signature is checked.',
    args: [SCENE],
    examples: [
      { line: 'chargen provenance cidrella-vexweld/workshop-tinkering', says: 'original and copies' },
      { line: 'chargen provenance cidrella-vexweld/workshop-tinkering --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../../commands/provenance.js'),
  },
  {
    path: 'adopt',
    worlds: 'each',
    summary: 'count pictures from before chargen as done, if an inventory or their names tie them to a scene',
    details:
      'A copy is laid under the name of the scene, with a recipe beside it; the picture itself stays where it is. ' +
      'What is not beyond doubt is listed and left alone, each picture that no scene names with the scene whose name ' +
      'is nearest. For these you decide one by one, with --as.',
    args: [{ name: '[picture]', says: 'one picture, with --as' }],
    options: [
      { flags: '--as <scene>', says: 'the scene that the picture shows, as <entity>/<scene>' },
      SCOPE,
      FILTER,
      DRY_RUN,
      { flags: '--all', says: 'list every picture that is left, not only the first ones' },
    ],
    examples: [
      { line: 'chargen adopt --dry-run', says: 'what would be adopted; nothing is written' },
      { line: 'chargen adopt --scope characters', says: 'do it, for the characters' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/adopt.js'),
  },
  {
    path: 'record',
    worlds: 'each',
    summary: 'write the record of generated pictures into the files, from the recipes',
    details: 'Runs do this by themselves. It changes only the section that the tool writes.',
    options: [SCOPE, FILTER],
    examples: [{ line: 'chargen record', says: 'after a merge, say' }],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/record.js'),
  },
];
