import { EXIT } from '../exit-code.js';
import type { CommandSpec } from '../spec.js';
import { SCOPE, FILTER, SELECTION, SCENE, TAKES } from './options.js';

export const PLANNING_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'status',
    worlds: 'each',
    summary: 'unfinished runs, who is at work, and how many pictures are where; asks nothing of Google',
    options: SELECTION,
    examples: [
      { line: 'chargen status', says: 'at a glance' },
      { line: 'chargen status --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.running, EXIT.uncertain, EXIT.badInput],
    load: () => import('../../commands/status.js'),
  },
  {
    path: 'plan',
    worlds: 'each',
    summary: 'what would be made, reused or left alone, and why; makes no call',
    details:
      'Judges every scene by its content key. Nothing is written and nothing is asked of Google, so no key is needed. More than 100 scenes are added up by type and entity.',
    options: [
      ...SELECTION,
      { flags: '--all', says: 'show also the scenes that are done' },
      { flags: '--full', says: 'show every scene, of a large world too' },
      TAKES,
    ],
    examples: [
      { line: 'chargen plan', says: 'the whole world' },
      { line: 'chargen plan --scope chapters', says: 'exactly what a run for the chapters makes' },
      { line: 'chargen plan --scene pell-underquay/lamp-round', says: 'one scene, and what it waits for' },
      { line: 'chargen plan --filter cidrella-vexweld --json', says: 'one entity, for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../../commands/plan.js'),
  },
  {
    path: 'check',
    worlds: 'each',
    summary: 'every mistake in the files, one a line: file:line:column severity code message',
    details: 'Ends with 1 if there is an error. Warnings and notes leave it at 0.',
    options: [SCOPE, FILTER],
    examples: [
      { line: 'chargen check', says: 'the whole world' },
      { line: 'chargen check --scope locations --json', says: 'locations only, for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../../commands/check.js'),
  },
  {
    path: 'why',
    summary: 'what makes a scene pending, against the recipe of its present picture',
    args: [SCENE],
    examples: [
      { line: 'chargen why cidrella-vexweld/workshop-tinkering', says: 'words that changed are marked' },
      { line: 'chargen why character/cidrella-vexweld/guild-medallion --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../../commands/why.js'),
  },
  {
    path: 'prompt',
    summary: 'the whole prompt of a scene, where each part was written, and what was left out and why',
    details:
      "With --all, every prompt of a selection as one page in Markdown, with figures at its head: the share of the author's words, lengths, contradictions found.",
    args: [{ name: '[scene]', says: 'as <entity>/<scene> or <type>/<entity>/<scene>' }],
    options: [
      { flags: '--text', says: 'only the text that is sent' },
      { flags: '--diff', says: 'the words that changed since the present picture was made' },
      { flags: '--all', says: 'a page with every prompt of the selection' },
      { flags: '--out <file>', says: 'with --all: where to write the page (default: standard output)' },
      SCOPE,
      FILTER,
    ],
    examples: [
      { line: 'chargen prompt cidrella-vexweld/workshop-tinkering', says: 'with its sources' },
      { line: 'chargen prompt cidrella-vexweld/workshop-tinkering --text', says: 'to paste it elsewhere' },
      { line: 'chargen prompt cidrella-vexweld/workshop-tinkering --diff', says: 'against its picture' },
      { line: 'chargen prompt --all --scope chapters --out prompts.md', says: 'to read them before a batch' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../../commands/prompt.js'),
  },
  {
    path: 'style suggest',
    summary: "propose a style.yaml from what the authors' prompts have in common",
    details:
      'Shows the phrases with counts as a diff. A style guide that is there is never changed; one that is not is written with --write, or if you agree.',
    options: [{ flags: '--write', says: 'write it, if there is none' }],
    examples: [{ line: 'chargen style suggest', says: 'only look' }],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../../commands/style-suggest.js'),
  },
];
