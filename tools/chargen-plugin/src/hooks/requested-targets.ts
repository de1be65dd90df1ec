import { optionValues } from './option-values.js';

const TARGET_OPTION = /^(?:-t|--targets?)(?:=(.*))?$/;

/**
 * The names of the targets that a command line of Nx asks for by name (`process.argv`): those of `run-many -t a b`,
 * `affected --targets=a,b`, `run project:target:configuration`, `target project` and `project:target`.
 */
export function requestedTargets(argv: readonly string[]): string[] {
  const words = argv.slice(2);
  const [first = ''] = words;
  const named = optionValues(words, TARGET_OPTION);
  if (first === 'run-many' || first === 'affected') return named;
  const place =
    first === 'run' ? (words.find((word, index) => index > 0 && !word.startsWith('-')) ?? '') : first;
  return [...named, place.split(':')[1] ?? (first === 'run' ? '' : place)].filter((name) => name !== '');
}
