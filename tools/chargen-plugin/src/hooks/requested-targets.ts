const TARGET_OPTION = /^(?:-t|--targets?)(?:=(.*))?$/;

/**
 * The names of the targets that a command line of Nx asks for by name (`process.argv`): those of `run-many -t a b`,
 * `affected --targets=a,b`, `run project:target:configuration`, `target project` and `project:target`.
 */
export function requestedTargets(argv: readonly string[]): string[] {
  const words = argv.slice(2);
  const [first = ''] = words;
  const named = targetOptions(words);
  if (first === 'run-many' || first === 'affected') return named;
  const place =
    first === 'run' ? (words.find((word, index) => index > 0 && !word.startsWith('-')) ?? '') : first;
  return [...named, place.split(':')[1] ?? (first === 'run' ? '' : place)].filter((name) => name !== '');
}

function targetOptions(words: readonly string[]): string[] {
  const names: string[] = [];
  let isList = false;
  for (const word of words) {
    const option = TARGET_OPTION.exec(word);
    if (option !== null) {
      isList = true;
      names.push(...(option[1] ?? '').split(','));
    } else if (word.startsWith('-')) isList = false;
    else if (isList) names.push(...word.split(','));
  }
  return names.filter((name) => name !== '');
}
