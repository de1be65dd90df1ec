import type { CommandSpec } from './spec.js';

/** Options before a command that take a value of their own. */
const WITH_VALUE: readonly string[] = ['--root', '--world', '--profile'];

/** Words that are no commands of the table. */
const OTHERS: readonly string[] = ['help', '__complete'];

/** What is wrong with the command that a command line names, with the nearest one; undefined if it is known. */
export async function unknownCommand(
  argv: readonly string[],
  commands: readonly CommandSpec[],
): Promise<string | undefined> {
  const words = argv.filter(
    (word, index) => !word.startsWith('-') && !WITH_VALUE.includes(argv[index - 1] ?? ''),
  );
  const [first, second] = words;
  if (first === undefined || OTHERS.includes(first)) return undefined;
  const ofFirst = commands.filter(({ path }) => path.split(' ')[0] === first);
  const isGroup = ofFirst.some(({ path }) => path.includes(' '));
  if (ofFirst.length > 0 && (!isGroup || second === undefined)) return undefined;
  const written = isGroup ? `${first} ${second ?? ''}` : first;
  if (commands.some(({ path }) => path === written)) return undefined;
  // Loaded only now: help and completion must not wait for it.
  const { nearest } = await import('chargen-core');
  const paths = commands.map(({ path }) => path);
  // The last word of a longer command is how most people remember it: `generate`.
  const byLastWord = new Map(paths.map((path) => [path.split(' ').at(-1) ?? path, path]));
  const last = words.at(isGroup ? 1 : 0) ?? '';
  const close =
    byLastWord.get(last) ??
    nearest(written, paths) ??
    byLastWord.get(nearest(last, [...byLastWord.keys()]) ?? '');
  const hint = close === undefined ? 'See them all with: chargen --help' : `Did you mean: chargen ${close}`;
  return `There is no command "${written}". ${hint}`;
}
