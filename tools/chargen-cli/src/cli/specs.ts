import { GALLERY } from '../commands/gallery-spec.js';
import { EXIT } from './exit-code.js';
import type { CommandSpec, OptionSpec } from './spec.js';

export const SCOPES = ['characters', 'locations', 'chapters', 'all'] as const;

const SCOPE: OptionSpec = { flags: '--scope <type>', says: 'which entities (default: all)', choices: SCOPES };
const FILTER: OptionSpec = {
  flags: '--filter <slug>',
  says: 'only these: a slug, part of one, or a pattern with *; may be given several times',
  repeatable: true,
};

const SELECTION: readonly OptionSpec[] = [
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
const DRY_RUN: OptionSpec = { flags: '--dry-run', says: 'only show what would be done' };
const PREVIEW: OptionSpec = {
  flags: '--preview',
  says: 'let the emulator draw, without a key: into images/preview, and paid by nobody',
};
const YES: OptionSpec = { flags: '-y, --yes', says: 'do not ask whether to go on' };
const WAIT: OptionSpec = {
  flags: '--wait <time>',
  says: 'how long to wait for Google: 20m, 2h, 0, unlimited (default: unlimited, 20m in CI)',
};
const MAX_COST: OptionSpec = { flags: '--max-cost <usd>', says: 'send nothing that may cost more' };
const EVENTS: OptionSpec = { flags: '--events', says: 'progress as lines of JSON on standard error' };
const RUN_EXITS = [
  EXIT.done,
  EXIT.partial,
  EXIT.badInput,
  EXIT.running,
  EXIT.budget,
  EXIT.uncertain,
  EXIT.unavailable,
  EXIT.interrupted,
] as const;
const BACKUP = { name: '<folder>', says: 'the backup, outside of the workspace' } as const;
const SCENE = { name: '<scene>', says: 'as <entity>/<scene> or <type>/<entity>/<scene>' } as const;
const SCENES_ARG = { name: '<scenes...>', says: 'as <entity>/<scene> or <type>/<entity>/<scene>' } as const;

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    path: 'batch generate',
    summary: 'make all pending pictures in one Gemini batch, at half price',
    details:
      'Runs through Nx, so that its cache and its hooks hold, and waits for Google. Stop it whenever you like: jobs go on there, and the same command collects them. At the end the terminal rings, and CHARGEN_NOTIFY reports elsewhere: a command that gets the path of the report, or an https address that gets it as JSON.',
    options: [...SELECTION, DRY_RUN, PREVIEW, YES, WAIT, MAX_COST, EVENTS],
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
      { line: 'chargen batch generate --yes --wait 20m --max-cost 5 --json', says: 'for scripts' },
    ],
    exits: RUN_EXITS,
    load: () => import('../commands/batch-generate.js'),
  },
  {
    path: 'batch analyze',
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
    load: () => import('../commands/batch-analyze.js'),
  },
  {
    path: 'batch pipeline',
    summary: 'analyze, then generate with what was found',
    details:
      'Pictures are asked for only once every analysis is in, since what is found changes prompts; in a terminal you are asked in between, with the files to look at. --wait holds for each of the two, --max-cost for both together.',
    options: [...SELECTION, DRY_RUN, PREVIEW, YES, WAIT, MAX_COST, EVENTS],
    examples: [
      { line: 'chargen batch pipeline --scope characters --dry-run', says: 'both plans; no call' },
      { line: 'chargen batch pipeline --filter cidrella-vexweld --yes --json', says: 'both, for scripts' },
    ],
    exits: RUN_EXITS,
    load: () => import('../commands/batch-pipeline.js'),
  },
  {
    path: 'batch resume',
    summary: 'go on with an unfinished run',
    details: 'Without a run id it goes on with all of them. Nothing that was sent is sent again.',
    args: [{ name: '[runId]', says: 'a run, or the beginning of its id' }],
    options: [WAIT, MAX_COST, EVENTS],
    examples: [
      { line: 'chargen batch resume', says: 'whatever is unfinished' },
      { line: 'chargen batch resume --wait 0 --json', says: 'take what is finished, and do not wait' },
    ],
    exits: RUN_EXITS,
    load: () => import('../commands/batch-resume.js'),
  },
  {
    path: 'batch history',
    summary: 'runs so far; with a run id its jobs, report and failures',
    args: [{ name: '[runId]', says: 'a run, or the beginning of its id' }],
    examples: [
      { line: 'chargen batch history', says: 'all runs, the newest first' },
      { line: 'chargen batch history --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../commands/batch-history.js'),
  },
  {
    path: 'status',
    summary: 'unfinished runs, who is at work, and how many pictures are where; asks nothing of Google',
    options: SELECTION,
    examples: [
      { line: 'chargen status', says: 'at a glance' },
      { line: 'chargen status --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.running, EXIT.uncertain, EXIT.badInput],
    load: () => import('../commands/status.js'),
  },
  {
    path: 'plan',
    summary: 'what would be made, reused or left alone, and why; makes no call',
    details:
      'Judges every scene by its content key. Nothing is written and nothing is asked of Google, so no key is needed.',
    options: [...SELECTION, { flags: '--all', says: 'show also the scenes that are done' }],
    examples: [
      { line: 'chargen plan', says: 'the whole world' },
      { line: 'chargen plan --scope chapters', says: 'exactly what a run for the chapters makes' },
      { line: 'chargen plan --scene pell-underquay/lamp-round', says: 'one scene, and what it waits for' },
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
  {
    path: 'why',
    summary: 'what makes a scene pending, against the recipe of its present picture',
    args: [SCENE],
    examples: [
      { line: 'chargen why cidrella-vexweld/workshop-tinkering', says: 'words that changed are marked' },
      { line: 'chargen why character/cidrella-vexweld/guild-medallion --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../commands/why.js'),
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
    load: () => import('../commands/prompt.js'),
  },
  {
    path: 'style suggest',
    summary: "propose a style.yaml from what the authors' prompts have in common",
    details:
      'Shows the phrases with counts as a diff. A style guide that is there is never changed; one that is not is written with --write, or if you say so.',
    options: [{ flags: '--write', says: 'write it, if there is none' }],
    examples: [{ line: 'chargen style suggest', says: 'only look' }],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../commands/style-suggest.js'),
  },
  {
    path: 'now',
    summary: 'make one picture at once, by one synchronous request at full price',
    details:
      'For people who work on one picture. Key, store and recipe are those of a batch, so that no run pays for it again.',
    args: [SCENE],
    options: [YES, MAX_COST],
    examples: [
      { line: 'chargen now cidrella-vexweld/workshop-tinkering --yes', says: 'without asking' },
      { line: 'chargen now cidrella-vexweld/guild-medallion --max-cost 0.5 --json', says: 'for scripts' },
    ],
    exits: RUN_EXITS,
    load: () => import('../commands/now.js'),
  },
  {
    path: 'collect',
    summary: 'take what Google has finished; submits nothing',
    details: 'What was taken is reported by CHARGEN_NOTIFY too; see chargen batch generate --help.',
    options: [WAIT, EVENTS],
    examples: [
      { line: 'chargen collect', says: 'look once' },
      { line: 'chargen collect --wait 2h --json', says: 'wait for it, for scripts' },
    ],
    exits: RUN_EXITS.filter((code) => code !== EXIT.budget),
    load: () => import('../commands/collect.js'),
  },
  {
    path: 'retry',
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
    load: () => import('../commands/retry.js'),
  },
  {
    path: 'refresh',
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
    load: () => import('../commands/refresh.js'),
  },
  {
    path: 'cancel',
    summary: 'cancel a run; what Google has served by then is billed and can be collected',
    details:
      'With --and-retry, what the run still waits for is asked for anew at once, also if Google does not end the job. It says what may be paid twice, and asks. Results that come late are taken, and replace nothing.',
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
    load: () => import('../commands/cancel.js'),
  },
  {
    path: 'reroll',
    summary: 'ask for another picture of a scene: raises its take in the file',
    details:
      'Changes one field of the scene and no other byte of the file. Earlier pictures stay in the store.',
    args: [SCENES_ARG],
    examples: [
      { line: 'chargen reroll cidrella-vexweld/guild-medallion', says: 'take 2, the next time take 3' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../commands/reroll.js'),
  },
  {
    path: 'lock',
    summary: 'never touch the picture of a scene: writes "locked: true" into the file',
    args: [SCENES_ARG],
    examples: [
      { line: 'chargen lock cidrella-vexweld/guild-medallion', says: 'whatever its prompt becomes' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../commands/lock.js'),
  },
  {
    path: 'unlock',
    summary: 'let a locked scene be made again',
    args: [SCENES_ARG],
    examples: [{ line: 'chargen unlock cidrella-vexweld/guild-medallion', says: 'the opposite of lock' }],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../commands/unlock.js'),
  },
  {
    path: 'keep',
    summary: 'keep a picture that you edited by hand: its scene is locked',
    args: [SCENES_ARG],
    examples: [{ line: 'chargen keep cidrella-vexweld/guild-medallion', says: 'your picture stays' }],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../commands/keep.js'),
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
    load: () => import('../commands/discard.js'),
  },
  {
    path: 'adopt',
    summary:
      'count pictures from before chargen as done, where an inventory or their names tie them to a scene',
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
    load: () => import('../commands/adopt.js'),
  },
  {
    path: 'record',
    summary: 'write the record of generated pictures into the files, from the recipes',
    details: 'Runs do this by themselves. It changes only the section that the tool writes.',
    options: [SCOPE, FILTER],
    examples: [{ line: 'chargen record', says: 'after a merge, say' }],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput],
    load: () => import('../commands/record.js'),
  },
  GALLERY,
  {
    path: 'cost',
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
    load: () => import('../commands/cost.js'),
  },
  {
    path: 'store gc',
    summary: 'free space in .chargen; never the only copy of a paid picture',
    options: [DRY_RUN],
    examples: [
      { line: 'chargen store gc --dry-run', says: 'how much could go, and what stays' },
      { line: 'chargen store gc', says: 'free it' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../commands/store-gc.js'),
  },
  {
    path: 'store backup',
    summary: 'copy what was paid for into a folder elsewhere; only what is new',
    details:
      'Copies the store, and pictures that are only in their folders. Each file is checked by its sha256, and nothing is removed from a backup.',
    args: [BACKUP],
    examples: [
      { line: 'chargen store backup ../chargen-backup', says: 'the first time, and each time again' },
      { line: 'chargen store backup ../chargen-backup --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput, EXIT.interrupted],
    load: () => import('../commands/store-backup.js'),
  },
  {
    path: 'store verify',
    summary: 'read a backup and name each file that is damaged or missing',
    args: [BACKUP],
    examples: [
      { line: 'chargen store verify ../chargen-backup', says: 'ends with 1 if a file is not whole' },
      { line: 'chargen store verify ../chargen-backup --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput, EXIT.interrupted],
    load: () => import('../commands/store-verify.js'),
  },
  {
    path: 'store restore',
    summary: 'fill the store from a backup, so that nothing is paid again',
    details:
      'Writes only into .chargen/store, and replaces no answer there. The next run puts the pictures into their folders and pays nothing for them.',
    args: [BACKUP],
    examples: [
      { line: 'chargen store restore ../chargen-backup', says: 'after git clean, or in a new clone' },
      { line: 'chargen store restore ../chargen-backup --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput, EXIT.interrupted],
    load: () => import('../commands/store-restore.js'),
  },
  {
    path: 'models',
    summary: 'which models there are, what a picture of each size costs, and until when',
    details:
      'From the catalogue, with the page and the day that each fact is from, and from what nx.json describes. With --live, Google is asked which models the key can use; that costs nothing.',
    options: [
      { flags: '--all', says: 'list also models that Google has retired' },
      { flags: '--live', says: 'compare with the models that Google serves to the key' },
    ],
    examples: [
      { line: 'chargen models', says: 'prices at once and in a batch; no call' },
      { line: 'chargen models --all --json', says: 'for scripts' },
    ],
    exits: [EXIT.done, EXIT.badInput, EXIT.unavailable, EXIT.interrupted],
    load: () => import('../commands/models.js'),
  },
  {
    path: 'doctor',
    summary: 'what is not as it should be: key, models, limits, lock, Git LFS, Nx, Node, cache',
    details:
      'With --live it checks, for a few cents, that the real service answers as chargen expects: one upload, one text job and one picture job of one item each. It states the price and asks. It leaves while the jobs are at work, and the same command goes on.',
    options: [
      { flags: '--offline', says: 'ask nothing of Google' },
      { flags: '--live', says: 'check with the real service, for a few cents; asks first' },
      YES,
      { flags: '--wait <time>', says: 'with --live: how long to wait for its jobs (default: 2m)' },
    ],
    examples: [
      { line: 'chargen doctor', says: 'asks Google whether it knows the models' },
      { line: 'chargen doctor --offline --json', says: 'without a call, for scripts' },
    ],
    exits: [
      EXIT.done,
      EXIT.partial,
      EXIT.badInput,
      EXIT.running,
      EXIT.uncertain,
      EXIT.unavailable,
      EXIT.interrupted,
    ],
    load: () => import('../commands/doctor.js'),
  },
  {
    path: 'completion',
    summary: 'completion for your shell: commands, options, slugs, scenes and runs',
    args: [{ name: '<shell>', says: 'bash, zsh or fish' }],
    examples: [
      { line: 'chargen completion bash', says: 'source <(chargen completion bash)' },
      { line: 'chargen completion zsh', says: 'source <(chargen completion zsh)' },
      { line: 'chargen completion fish', says: 'into ~/.config/fish/completions/chargen.fish' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../commands/completion.js'),
  },
  {
    path: 'init',
    summary: 'make this folder a workspace of chargen, and draw a first preview',
    details:
      'Writes only what is missing, shows each file first, and can take everything back. An existing world stays where it is.',
    options: [
      {
        flags: '--content <folder>',
        says: 'where the world lies (default: here, or content/ for a new one)',
      },
      {
        flags: '--workspace-id <id>',
        says: 'part of the names of jobs at Google (default: made from the name in package.json)',
      },
      { flags: '--no-sample', says: 'write no sample character' },
      { flags: '--no-install', says: 'install no packages' },
      { flags: '--no-preview', says: 'draw no preview' },
      DRY_RUN,
      { flags: '--undo', says: 'take back what init wrote; files that you changed since then stay' },
      YES,
    ],
    examples: [
      { line: 'chargen init --dry-run', says: 'what it would write' },
      { line: 'chargen init --yes --no-install', says: 'write it, and install by hand' },
      { line: 'chargen init --undo', says: 'take it back' },
    ],
    exits: [EXIT.done, EXIT.partial, EXIT.badInput, EXIT.interrupted],
    load: () => import('../commands/init.js'),
  },
];
