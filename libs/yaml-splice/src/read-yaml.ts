import { load, YAMLException } from 'js-yaml';
import type { DataPath } from './data.js';
import { YAML_1_2 } from './yaml-schema.js';

/** Nodes after aliases are expanded; an alias bomb of a few hundred bytes passes a byte limit. */
const MAX_NODES = 400_000;
const MAX_DEPTH = 64;

export type ReadOutcome =
  /** Undefined for a file without a value. */
  { readonly kind: 'data'; readonly data: unknown } | BrokenYaml;

/** A text that is not read, and why. */
export interface BrokenYaml {
  readonly kind: 'broken';
  readonly code: 'syntax' | 'too-deep' | 'too-large' | 'half-character';
  /** Sentences for people. */
  readonly message: string;
  /** Where the syntax is wrong, both 1-based. Undefined if the parser does not say. */
  readonly place?: { readonly line: number; readonly column: number };
  /** What the message is about, if the syntax is right. */
  readonly at?: DataPath;
}

/** What to do, by how the parser's words begin that do not say it. */
const ADVICE: readonly (readonly [string, string])[] = [
  ['bad indentation of a mapping entry', 'Put quotes around the whole value, or fix the indentation.'],
  ['bad indentation of a sequence entry', 'Put quotes around the whole entry, or fix the indentation.'],
  ['duplicated mapping key', 'Take one of the two away.'],
  ['unexpected end of the stream within a', 'A quote or bracket is opened and never closed.'],
  ['can not read a block mapping entry', 'Put quotes around a value that holds a colon.'],
  [
    'unknown tag',
    'Tags (words that begin with !) are not supported: take it away, or put quotes around the value.',
  ],
  [
    'unidentified alias',
    'No value above bears that anchor. Write the value itself, or quotes around a text with *.',
  ],
  ['a multiline key may not be an implicit key', 'There is no space after a colon, or a quote is missing.'],
];

/**
 * Reads YAML 1.2 (core schema: a date stays text, `<<` is a key like others) fast. A text of which any part cannot be
 * read is broken as a whole. Tags, half characters (`"\ud83d"`), more than 400,000 values (aliases expanded) and more
 * than 64 levels are not read. `onEntry` is called for each key of a map and each index of a list, with the value, as
 * often as aliases lead to it: for a reader with rules of its own, who needs no second walk.
 */
export function readYaml(text: string, onEntry?: (key: string, value: unknown) => void): ReadOutcome {
  let data: unknown;
  try {
    data = load(text, { schema: YAML_1_2 });
  } catch (error) {
    return brokenSyntax(error);
  }
  return excessOf(data, onEntry) ?? { kind: 'data', data };
}

function brokenSyntax(error: unknown): BrokenYaml {
  if (error instanceof RangeError) {
    return { kind: 'broken', code: 'too-deep', message: 'The file is nested too deeply to be read.' };
  }
  const reason = error instanceof YAMLException ? error.reason : String(error);
  const advice = ADVICE.find(([start]) => reason.startsWith(start))?.[1];
  const message = `This is not valid YAML: ${reason}.${advice === undefined ? '' : ` ${advice}`}`;
  const place = error instanceof YAMLException ? placeOf(error) : undefined;
  return { kind: 'broken', code: 'syntax', message, ...(place === undefined ? {} : { place }) };
}

/** Some errors, such as a second document, have no mark, which the types of js-yaml do not say. */
function placeOf({ mark }: { readonly mark?: YAMLException['mark'] }): BrokenYaml['place'] {
  return mark === undefined ? undefined : { line: mark.line + 1, column: mark.column + 1 };
}

/** Counts a shared (aliased) node as often as it is reached. */
function excessOf(
  data: unknown,
  onEntry: ((key: string, value: unknown) => void) | undefined,
): BrokenYaml | undefined {
  let nodes = 0;
  // Without a list of what is still to come: this walk passes every value of every file. Depth ends the recursion.
  const walk = (value: unknown, depth: number): BrokenYaml | undefined => {
    nodes += 1;
    if (nodes > MAX_NODES) {
      return {
        kind: 'broken',
        code: 'too-large',
        message: `The file holds more than ${MAX_NODES} values once its aliases are expanded.`,
      };
    }
    if (depth > MAX_DEPTH) {
      return {
        kind: 'broken',
        code: 'too-deep',
        message: `The file is nested more than ${MAX_DEPTH} levels deep.`,
      };
    }
    if (typeof value === 'string') return value.isWellFormed() ? undefined : halfCharacter(data);
    if (typeof value !== 'object' || value === null) return undefined;
    for (const key of Object.keys(value)) {
      if (!key.isWellFormed()) return halfCharacter(data);
      const child: unknown = Reflect.get(value, key);
      onEntry?.(key, child);
      const excess = walk(child, depth + 1);
      if (excess !== undefined) return excess;
    }
    return undefined;
  };
  return walk(data, 0);
}

/** No UTF-8 file can hold half of a character, as an escape such as "\\ud83d" alone makes it. */
function halfCharacter(data: unknown): BrokenYaml {
  return {
    kind: 'broken',
    code: 'half-character',
    message: 'An escape here stands for half of a character. Write the character itself, such as 🌊.',
    at: findText(data, (text) => !text.isWellFormed()) ?? [],
  };
}

/** The path of the first key or text that fits; that of a key ends with it. Undefined if there is none. */
export function findText(data: unknown, fits: (text: string) => boolean): DataPath | undefined {
  return pathTo(data, [], fits);
}

function pathTo(value: unknown, at: DataPath, fits: (text: string) => boolean): DataPath | undefined {
  if (typeof value === 'string') return fits(value) ? at : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    const isHere = !Array.isArray(value) && fits(key);
    const found = isHere ? [...at, ...(key.isWellFormed() ? [key] : [])] : pathTo(child, [...at, step], fits);
    if (found !== undefined) return found;
  }
  return undefined;
}
