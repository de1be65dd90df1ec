import type { CommandSpec, OptionSpec } from '../cli/spec.js';

/** Names in the world, looked up only if a word is one of them. */
export interface WorldNames {
  slugs(): Promise<readonly string[]>;
  /** `<slug>/<scene>` of the entity that has been written so far, else `<slug>/` of all. */
  scenes(written: string): Promise<readonly string[]>;
  runs(): Promise<readonly string[]>;
}

const GLOBALS: readonly OptionSpec[] = [
  { flags: '--root <folder>', says: '' },
  { flags: '--profile <name>', says: '' },
  { flags: '--json', says: '' },
  { flags: '--help', says: '' },
];

/** What may stand in the place of the last word. */
export async function candidates(
  words: readonly string[],
  commands: readonly CommandSpec[],
  names: WorldNames,
): Promise<readonly string[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const plain = before.filter((word) => !word.startsWith('-'));
  const spec = commands
    .filter((one) => one.path.split(' ').every((word, index) => plain[index] === word))
    .sort((a, b) => b.path.length - a.path.length)[0];
  const found =
    spec === undefined ? commandWords(plain, commands) : await inCommand(spec, before, current, names);
  return [...new Set(found)].filter((one) => one.startsWith(current)).sort();
}

function commandWords(plain: readonly string[], commands: readonly CommandSpec[]): string[] {
  const next = commands.flatMap(({ path }) => {
    const words = path.split(' ');
    return plain.every((word, index) => words[index] === word) ? (words[plain.length] ?? []) : [];
  });
  return plain.length === 0 ? [...next, 'help', '--help', '--version'] : next;
}

async function inCommand(
  spec: CommandSpec,
  before: readonly string[],
  current: string,
  names: WorldNames,
): Promise<readonly string[]> {
  const options = [...(spec.options ?? []), ...GLOBALS];
  const last = before.at(-1) ?? '';
  const open = options.find((option) => takesValue(option) && flagsOf(option).includes(last));
  if (open !== undefined) {
    if (open.choices !== undefined) return open.choices;
    if (flagsOf(open).includes('--filter')) return names.slugs();
    if (flagsOf(open).includes('--scene')) return names.scenes(current);
    return [];
  }
  if (current.startsWith('-')) return options.flatMap(flagsOf).filter((flag) => flag.startsWith('--'));
  const [argument] = spec.args ?? [];
  if (argument === undefined) return options.flatMap(flagsOf).filter((flag) => flag.startsWith('--'));
  if (/scene/.test(argument.name)) return names.scenes(current);
  if (/run/.test(argument.name)) return names.runs();
  return /shell/.test(argument.name) ? ['bash', 'zsh', 'fish'] : [];
}

function flagsOf(option: OptionSpec): string[] {
  return option.flags.match(/--?[\w-]+/g) ?? [];
}

function takesValue(option: OptionSpec): boolean {
  return option.flags.includes('<');
}
