import { Command, CommanderError, Option, type OutputConfiguration } from 'commander';
import { EXIT_MEANING, type ExitCode } from './exit-code.js';
import type { Io } from './io.js';
import { PROFILE } from './specs/options.js';
import type { CommandCall, CommandSpec, GlobalOptions } from './spec.js';

export type Runner = (spec: CommandSpec, call: CommandCall) => Promise<void>;
/** What `chargen` alone does. */
export type MenuRunner = (globals: GlobalOptions) => Promise<void>;

/** The command line of chargen, made from the table of commands. Loads none of them. */
export function buildProgram(
  commands: readonly CommandSpec[],
  version: () => string,
  io: Io,
  run: Runner,
  runMenu: MenuRunner,
): Command {
  const program = new Command('chargen')
    .description('Pictures for a story world, made in one Gemini batch and never paid twice.')
    .option('-V, --version', 'print the version')
    // Commander's own wants to have it before anybody asked, and it is in another file.
    .on('option:version', () => {
      const text = version();
      void io.out(`${text}\n`);
      throw new CommanderError(0, 'commander.version', text);
    })
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('(add --help for what can be written here)')
    .configureHelp({ showGlobalOptions: false })
    .configureOutput(outputTo(io))
    .exitOverride();
  addGlobals(program);
  program.action(async () => {
    // Without a person no choice can be made in a menu.
    if (io.interactive) await runMenu(globalsOf(program.opts()));
    else program.outputHelp();
  });
  const groups = new Map<string, Command>();
  for (const spec of commands) {
    const words = spec.path.split(' ');
    const name = words.at(-1) ?? spec.path;
    const parent = words.length > 1 ? groupOf(program, groups, words[0] ?? '', io) : program;
    parent.addCommand(commandOf(name, spec, io, run));
  }
  return program;
}

/** Help and errors of commander go where all output goes: an error repeats what was typed. */
function outputTo(io: Io): OutputConfiguration {
  return {
    writeOut: (text) => void io.out(text),
    writeErr: (text) => {
      io.err(text);
    },
    // Like every other error.
    outputError: (text, write) => {
      write(text.replace(/^error:/, io.paint('red', 'chargen:')));
    },
  };
}

const GROUPS: Readonly<Record<string, string>> = {
  batch: 'runs at Google: generate, analyze, resume, history',
  store: 'what was paid for: back it up, restore it, and free space',
  style: 'the look of the whole world',
};

function groupOf(program: Command, groups: Map<string, Command>, name: string, io: Io): Command {
  const present = groups.get(name);
  if (present !== undefined) return present;
  const group = new Command(name)
    .description(GROUPS[name] ?? name)
    .configureOutput(outputTo(io))
    .exitOverride();
  group.helpOption('-h, --help', 'show help').showHelpAfterError('(add --help for what can be written here)');
  groups.set(name, group);
  program.addCommand(group);
  return group;
}

function addGlobals(command: Command): void {
  command
    .addOption(
      new Option('--root <folder>', 'the folder of the workspace (default: found from here upwards)'),
    )
    .addOption(new Option('--world <folder>', 'one of several worlds, by its content root'))
    .addOption(new Option(PROFILE.flags, PROFILE.says))
    .addOption(new Option('--json', 'answer in JSON'));
}

function commandOf(name: string, spec: CommandSpec, io: Io, run: Runner): Command {
  const command = new Command(name).summary(spec.summary).configureOutput(outputTo(io)).exitOverride();
  command.description(spec.details === undefined ? spec.summary : `${spec.summary}\n\n${spec.details}`);
  command.helpOption('-h, --help', 'show help');
  command.showHelpAfterError(`(chargen ${spec.path} --help shows what can be written here)`);
  for (const { name: argument, says } of spec.args ?? []) command.argument(argument, says);
  for (const { flags, says, choices, repeatable } of spec.options ?? []) {
    const option = new Option(flags, says);
    if (choices !== undefined) option.choices(choices);
    if (repeatable === true) {
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    }
    command.addOption(option);
  }
  addGlobals(command);
  command.addHelpText('after', () => afterHelp(spec, io));
  command.action(async () => {
    const merged: Record<string, unknown> = command.optsWithGlobals();
    await run(spec, { args: [...command.args], options: merged, globals: globalsOf(merged), io });
  });
  return command;
}

function globalsOf(options: Readonly<Record<string, unknown>>): GlobalOptions {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    root: text(options['root']),
    json: options['json'] === true,
    profile: text(options['profile']),
    world: text(options['world']),
  };
}

function afterHelp(spec: CommandSpec, io: Io): string {
  const width = Math.max(...spec.examples.map(({ line }) => line.length));
  const examples = spec.examples.map(({ line, says }) => `  ${line.padEnd(width)}  ${io.paint('dim', says)}`);
  const exits = spec.exits.map((code: ExitCode) => `  ${String(code).padEnd(3)} ${EXIT_MEANING[code]}`);
  return ['', 'Examples:', ...examples, '', 'Exit codes:', ...exits].join('\n');
}
