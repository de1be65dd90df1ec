/**
 * The values of an option on a command line of Nx, as Nx reads a list: `--option=a,b`, `--option a b`, `-o a -o b`.
 * `option` matches the option's word; its first group is what stands behind an equals sign.
 */
export function optionValues(words: readonly string[], option: RegExp): string[] {
  const values: string[] = [];
  let isList = false;
  for (const word of words) {
    const found = option.exec(word);
    if (found !== null) {
      isList = true;
      values.push(...(found[1] ?? '').split(','));
    } else if (word.startsWith('-')) isList = false;
    else if (isList) values.push(...word.split(','));
  }
  return values.filter((value) => value !== '');
}
