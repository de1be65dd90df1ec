import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Service } from './service.js';
import type { ShownCommand } from './docs-commands.js';
import { REPOSITORY, run, type TestWorkspace } from './workspace.js';

export interface Rig {
  readonly workspace: TestWorkspace;
  readonly service: Service;
}

/** What is done with a command of the documentation that is not just run and expected to end with 0; all that are run end with that. */
export interface Exception {
  readonly command: RegExp;
  readonly why: string;
  /**
   * `help`: it is not run, since it serves for ever, opens a window, waits for a person, installs packages or needs a file
   * that the sample world does not have;
   * its `--help` must know each option that is shown.
   */
  readonly instead?: 'help';
  /** Options that it is run with besides. */
  readonly with?: readonly string[];
  /** What must be so before it is run, as the text around it says. */
  readonly prepare?: (rig: Rig, command: ShownCommand) => Promise<void>;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    command: /npx gemini-emulator(?! ledger| conformance)/,
    instead: 'help',
    why: 'serves until it is stopped',
  },
  {
    command: /chargen store (claims|gc .*--shared)/,
    instead: 'help',
    why: 'needs a store that machines share',
  },
  { command: /npx chargen-cache-server/, instead: 'help', why: 'serves until it is stopped' },
  { command: /nx graph(?!.*--file)/, instead: 'help', why: 'opens a browser' },
  { command: /chargen gallery.*(--serve|--open)/, instead: 'help', why: 'serves until it is stopped' },
  { command: /chargen init(?!.*--dry-run)/, instead: 'help', why: 'installs packages, and asks' },
  { command: /nx (add|migrate)/, instead: 'help', why: 'installs packages' },
  {
    command: /chargen adopt .*--as/,
    instead: 'help',
    why: 'the sample world has no picture that no scene names; existing-world.test.ts of the command adopts one',
  },
  { command: /nx .*--watch|nx watch/, instead: 'help', why: 'watches until it is stopped' },
  {
    command: /chargen audit/,
    instead: 'help',
    why: 'it ends with 1 as soon as it finds something, and the sample world has pictures without alt text',
  },
  {
    command: /nx run-many -t export/,
    why: 'it is off until nx.json asks for it, as the text before it shows',
    prepare: async ({ workspace }) => {
      const nx = JSON.parse(await workspace.read('nx.json')) as {
        plugins: { options: Record<string, unknown> }[];
      };
      const options = nx.plugins[0]?.options;
      if (options !== undefined) options['export'] = { widths: [64] };
      await workspace.write('nx.json', JSON.stringify(nx));
    },
  },
  {
    command: /chargen (keep|discard) /,
    why: 'there is something to choose only after a picture was edited by hand',
    prepare: async ({ workspace }, { args }) => {
      const name = args[1] ?? '';
      const [slug = '', scene = ''] = name.split('/').slice(-2);
      const chargen = join(REPOSITORY, 'tools/chargen-cli/bin/chargen.mjs');
      // An example of `keep` before it has locked the scene.
      await run(process.execPath, [chargen, 'unlock', name], workspace.root, workspace.environment());
      const picture = `content/characters/${slug}/images/${scene}.png`;
      await appendFile(workspace.path(picture), 'a stroke of the pen');
    },
  },
  {
    command: /nx g chargen-plugin:init /,
    why: 'it would lead this workspace to another world; test/generators.test.ts of the plugin runs it in a new one',
    with: ['--dry-run'],
  },
  {
    command: /gemini-emulator ledger/,
    why: 'there must be a ledger',
    prepare: async ({ workspace, service }, { args }) => {
      const file = args.find((arg) => arg.endsWith('.ndjson'));
      if (file === undefined) return;
      const lines = service.emulator.ledger.requests().map((entry) => JSON.stringify(entry));
      await writeFile(workspace.path(file), `${lines.join('\n')}\n`);
    },
  },
];

/** What stands for the reader's own in a command, and what the sample world has in its place. */
export async function withoutPlaceholders(args: readonly string[], rig: Rig): Promise<string[]> {
  const words: string[] = [];
  for (const arg of args) {
    const word = arg
      .replace(/<(type)>\/<(entity|slug)>\/<scene>/, 'character/cidrella-vexweld/guild-medallion')
      .replace(/<(entity|slug)>\/<scene>/, 'cidrella-vexweld/guild-medallion')
      .replace(/^<(entity|slug)>$/, 'cidrella-vexweld')
      .replace(/^<project>$/, 'character-cidrella-vexweld')
      // The address of the emulator that the page has started.
      .replace(/^http:\/\/127\.0\.0\.1:8787$/, rig.service.emulator.url);
    const isRun = /^(<run(Id|-id)?>|20\d\d-\d\d-\d\dT.*)$/.test(word);
    words.push(isRun ? await lastRun(rig) : word);
  }
  return words;
}

async function lastRun({ workspace }: Rig): Promise<string> {
  const runs = await readdir(workspace.path('.chargen/batch'));
  const last = runs
    .filter((name) => /^20\d\d-/.test(name))
    .sort()
    .at(-1);
  if (last === undefined) throw new Error('There is no run yet.');
  return last;
}
