import { EXIT } from '../exit-code.js';
import type { CommandSpec } from '../spec.js';
import { SELECTION, DRY_RUN, PREVIEW, YES, WAIT, MAX_COST, TAKES, EVENTS, RUN_EXITS } from './options.js';

export const RUN_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'batch generate',
    worlds: 'each',
    summary: 'make all pending pictures in one Gemini batch, at half price',
    details:
      'Runs through Nx, so that its cache and its hooks hold, and waits for Google. Stop it whenever you like: jobs go on there, and the same command collects them. At the end the terminal rings, and CHARGEN_NOTIFY reports elsewhere: a command that gets the path of the report, or an https address that gets it as JSON.',
    options: [...SELECTION, DRY_RUN, PREVIEW, YES, WAIT, MAX_COST, TAKES, EVENTS],
    examples: [
      {
        line: 'chargen batch generate --scope characters --dry-run',
        says: 'what it would do and cost; no call',
      },
      {
        line: 'chargen batch generate --scope characters --yes',
        says: 'all pending pictures of the characters',
      },
      {
        line: 'chargen batch generate --filter cidrella-vexweld --preview',
        says: 'a preview, without a key',
      },
      {
        line: 'chargen batch generate --filter cidrella-vexweld --takes 4 --dry-run',
        says: 'four takes of each picture that is to be made, and their cost',
      },
      { line: 'chargen batch generate --yes --wait 20m --max-cost 5 --json', says: 'for scripts' },
    ],
    exits: RUN_EXITS,
    load: () => import('../../commands/batch-generate.js'),
  },
  {
    path: 'batch analyze',
    worlds: 'each',
    summary: 'let a model describe the reference pictures, for prompts that know them',
    options: [...SELECTION, DRY_RUN, PREVIEW, YES, WAIT, MAX_COST, EVENTS],
    examples: [
      {
        line: 'chargen batch analyze --scope characters --dry-run',
        says: 'which, and for how much; no call',
      },
      {
        line: 'chargen batch analyze --scope characters --filter cidrella-vexweld --yes',
        says: "one character's pictures",
      },
    ],
    exits: RUN_EXITS,
    load: () => import('../../commands/batch-analyze.js'),
  },
  {
    path: 'batch pipeline',
    worlds: 'each',
    summary: 'analyze, then generate with what was found',
    details:
      'Pictures are asked for only once every analysis is in, since what is found changes prompts; in a terminal you are asked in between, with the files to look at. --wait holds for each of the two, --max-cost for both together.',
    options: [...SELECTION, DRY_RUN, PREVIEW, YES, WAIT, MAX_COST, TAKES, EVENTS],
    examples: [
      { line: 'chargen batch pipeline --scope characters --dry-run', says: 'both plans; no call' },
      { line: 'chargen batch pipeline --filter cidrella-vexweld --yes --json', says: 'both, for scripts' },
    ],
    exits: RUN_EXITS,
    load: () => import('../../commands/batch-pipeline.js'),
  },
  {
    path: 'batch resume',
    worlds: 'each',
    summary: 'go on with an unfinished run',
    details: 'Without a run id it goes on with all of them. Nothing that was sent is sent again.',
    args: [{ name: '[runId]', says: 'a run, or the beginning of its id' }],
    options: [WAIT, MAX_COST, EVENTS],
    examples: [
      { line: 'chargen batch resume', says: 'all that is unfinished' },
      { line: 'chargen batch resume --wait 0 --json', says: 'take what is finished, and do not wait' },
    ],
    exits: RUN_EXITS,
    load: () => import('../../commands/batch-resume.js'),
  },
  {
    path: 'batch history',
    worlds: 'none',
    summary: 'runs so far; with a run id its jobs, report and failures',
    args: [{ name: '[runId]', says: 'a run, or the beginning of its id' }],
    examples: [
      { line: 'chargen batch history', says: 'all runs, the newest first' },
      { line: 'chargen batch history --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../../commands/batch-history.js'),
  },
];
