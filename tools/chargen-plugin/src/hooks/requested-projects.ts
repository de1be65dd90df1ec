import type { OwnVariableName } from 'chargen-core/names';
import { optionValues } from './option-values.js';

const PROJECT_OPTION = /^(?:-p|--projects?)(?:=(.*))?$/;

/** Set for the executors, which run in a process of their own: the words of `requestedProjects`, as a list in JSON. */
export const PROJECTS_VARIABLE = 'CHARGEN_NX_PROJECTS' satisfies OwnVariableName;

/**
 * The projects that a command line of Nx names (`process.argv`): names and `directory:<root>`, as they stand there. Undefined
 * if it names none one by one: all of them, those that are affected, or a pattern.
 */
export function requestedProjects(argv: readonly string[]): readonly string[] | undefined {
  const words = argv.slice(2);
  const [first = ''] = words;
  if (first === 'affected') return undefined;
  const named = first === 'run-many' ? optionValues(words, PROJECT_OPTION) : [placeOf(words, first)];
  return named.length > 0 && named.every(isOneProject) ? named : undefined;
}

function isOneProject(word: string): boolean {
  return word !== '' && !/[*!{?]/.test(word) && !/^(?!directory:)[a-z]+:/.test(word);
}

/** `run project:target`, `project:target`, `target project` */
function placeOf(words: readonly string[], first: string): string {
  const plain = words.filter((word) => !word.startsWith('-'));
  if (first === 'run') return (plain[1] ?? '').split(':')[0] ?? '';
  return first.includes(':') ? (first.split(':')[0] ?? '') : (plain[1] ?? '');
}
