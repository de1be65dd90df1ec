import { OPTION_MEANINGS } from 'chargen-core/names';
import { EXIT } from '../exit-code.js';
import type { CommandSpec } from '../spec.js';
import { DRY_RUN, YES } from './options.js';

export const SETUP_COMMANDS: readonly CommandSpec[] = [
  {
    path: 'models',
    worlds: 'each',
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
    load: () => import('../../commands/models.js'),
  },
  {
    path: 'doctor',
    worlds: 'each',
    summary: 'what is not as it should be: key, models, limits, lock, Git LFS, Nx, Node, cache',
    details:
      'With --live it checks, for a few cents, that the real service answers as chargen expects: one upload, one text job and one picture job of one item each. It states the price and asks. It ends while the jobs still run, and the same command goes on.',
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
    load: () => import('../../commands/doctor.js'),
  },
  {
    path: 'completion',
    worlds: 'none',
    summary: 'completion for your shell: commands, options, slugs, scenes and runs',
    args: [{ name: '<shell>', says: 'bash, zsh or fish' }],
    examples: [
      { line: 'chargen completion bash', says: 'source <(chargen completion bash)' },
      { line: 'chargen completion zsh', says: 'source <(chargen completion zsh)' },
      { line: 'chargen completion fish', says: 'into ~/.config/fish/completions/chargen.fish' },
    ],
    exits: [EXIT.done, EXIT.badInput],
    load: () => import('../../commands/completion.js'),
  },
  {
    path: 'init',
    worlds: 'none',
    summary: 'make this folder a workspace of chargen, and draw a first preview',
    details:
      'Writes only what is missing, shows each file first, and can take everything back. An existing world stays where it is.',
    options: [
      {
        flags: '--content <folder>',
        says: `${OPTION_MEANINGS.contentRoot} (default: where one is, or content/ for a new one)`,
      },
      {
        flags: '--workspace-id <id>',
        says: `${OPTION_MEANINGS.workspaceId} (default: made from the name in package.json)`,
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
    load: () => import('../../commands/init.js'),
  },
];
