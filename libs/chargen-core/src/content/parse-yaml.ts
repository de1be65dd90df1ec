import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import type { Diagnostic } from './diagnostic.js';
import type { DataPath } from './entity.js';
import { foreignText } from './foreign-text.js';
import { YAML_1_2 } from './yaml-schema.js';

/** A content file larger than this is a mistake (the largest real one has 0.23 MB), not a story. */
export const MAX_YAML_BYTES = 16 * 1024 * 1024;

/** Nodes after aliases are expanded; an alias bomb of a few hundred bytes passes a byte limit. */
const MAX_NODES = 400_000;
const MAX_DEPTH = 64;

const yamlMark = z.object({ mark: z.object({ line: z.number(), column: z.number() }), reason: z.string() });

export type YamlOutcome =
  | { readonly kind: 'data'; readonly data: unknown }
  | { readonly kind: 'broken'; readonly diagnostic: Diagnostic };

export function fileTooLarge(bytes: number, file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'file-too-large',
    message:
      `The file has ${String(Math.round(bytes / 1024 / 1024))} MB; content files may have ` +
      `${String(MAX_YAML_BYTES / 1024 / 1024)} MB. Split it into several entities.`,
    file,
  };
}

/** Where the parser's words do not say what to do, by how they begin. */
const ADVICE: readonly (readonly [string, string])[] = [
  ['bad indentation of a mapping entry', 'Put quotes around the whole value, or mend the indentation.'],
  ['bad indentation of a sequence entry', 'Put quotes around the whole entry, or mend the indentation.'],
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
 * Reads YAML 1.2 (core schema: a date stays text) fast. Where it fails, the whole file fails: a document that
 * is half understood would be half planned.
 */
export function parseYaml(text: string, file: string): YamlOutcome {
  const broken = (code: string, message: string, line?: number, column?: number): YamlOutcome => ({
    kind: 'broken',
    diagnostic: {
      severity: 'error',
      code,
      message,
      file,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    },
  });
  if (text.length > MAX_YAML_BYTES) return { kind: 'broken', diagnostic: fileTooLarge(text.length, file) };
  let data: unknown;
  try {
    data = load(text, { schema: YAML_1_2, filename: file });
  } catch (error) {
    if (error instanceof RangeError) {
      return broken('yaml-too-deep', 'The file is nested too deeply to be read.');
    }
    const foreign = foreignText(text, file);
    if (foreign !== undefined) return { kind: 'broken', diagnostic: foreign };
    const mark = yamlMark.safeParse(error);
    const reason = error instanceof YAMLException ? error.reason : String(error);
    const advice = ADVICE.find(([start]) => reason.startsWith(start))?.[1];
    const message = `This is not valid YAML: ${reason}.${advice === undefined ? '' : ` ${advice}`}`;
    return mark.success
      ? broken('yaml-syntax', message, mark.data.mark.line + 1, mark.data.mark.column + 1)
      : broken('yaml-syntax', message);
  }
  // A file of conflict markers or fences alone is one long text to YAML.
  const foreign = typeof data === 'string' ? foreignText(text, file) : undefined;
  if (foreign !== undefined) return { kind: 'broken', diagnostic: foreign };
  const excess = measure(data);
  if (excess === undefined) return { kind: 'data', data };
  const { code, message, at } = excess;
  return {
    kind: 'broken',
    diagnostic: { severity: 'error', code, message, file, ...(at === undefined ? {} : { at }) },
  };
}

/** Walks without recursion and counts a shared (aliased) node as often as it is reached. */
function measure(data: unknown): { code: string; message: string; at?: DataPath } | undefined {
  const stack: { value: unknown; depth: number }[] = [{ value: data, depth: 0 }];
  let nodes = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    nodes += 1;
    if (nodes > MAX_NODES) {
      return {
        code: 'yaml-too-large',
        message: `The file holds more than ${String(MAX_NODES)} values once its aliases are expanded.`,
      };
    }
    if (next.depth > MAX_DEPTH) {
      return {
        code: 'yaml-too-deep',
        message: `The file is nested more than ${String(MAX_DEPTH)} levels deep.`,
      };
    }
    if (typeof next.value === 'string' && !next.value.isWellFormed()) return halfCharacter(data);
    if (typeof next.value === 'object' && next.value !== null) {
      for (const [key, child] of Object.entries(next.value)) {
        if (!key.isWellFormed()) return halfCharacter(data);
        if (key === '<<' && typeof child === 'object') return mergeKey(data);
        stack.push({ value: child, depth: next.depth + 1 });
      }
    }
  }
  return undefined;
}

/** Left out without a word they would lose what they stand for, so they are rejected. */
function mergeKey(data: unknown): { code: string; message: string; at: DataPath } {
  return {
    code: 'merge-key',
    message:
      'Merge keys (<<) are not supported. Write the fields themselves here; what holds for every scene goes under defaults.',
    at: pathTo(data, [], (key) => key === '<<') ?? [],
  };
}

/** No file, request or content key can hold half of a character, as an escape such as "\\ud83d" alone makes it. */
function halfCharacter(data: unknown): { code: string; message: string; at: DataPath } {
  return {
    code: 'half-character',
    message: 'An escape here stands for half of a character. Write the character itself, such as 🌊.',
    at: pathTo(data, [], (text) => !text.isWellFormed()) ?? [],
  };
}

/** The first place whose key or text fits; the path of a key ends with it. */
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
