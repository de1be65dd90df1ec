import { findText, readYaml, type BrokenYaml } from 'yaml-splice/read';
import type { Diagnostic } from './diagnostic.js';
import { foreignText } from './foreign-text.js';

/** A content file larger than this is a mistake (the largest real one has 0.23 MB), not a story. */
export const MAX_YAML_BYTES = 16 * 1024 * 1024;

export type YamlOutcome =
  | { readonly kind: 'data'; readonly data: unknown }
  | { readonly kind: 'broken'; readonly diagnostic: Diagnostic };

export function fileTooLarge(bytes: number, file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'file-too-large',
    message:
      `The file has ${Math.round(bytes / 1024 / 1024)} MB; content files may have ` +
      `${MAX_YAML_BYTES / 1024 / 1024} MB. Split it into several entities.`,
    file,
  };
}

const CODES: Readonly<Record<BrokenYaml['code'], string>> = {
  syntax: 'yaml-syntax',
  'too-deep': 'yaml-too-deep',
  'too-large': 'yaml-too-large',
  'half-character': 'half-character',
};

const MERGE_KEY =
  'Merge keys (<<) are not supported. Write the fields themselves here; what holds for every scene goes under defaults.';

/**
 * Reads YAML 1.2 (core schema: a date stays text) fast. If it cannot be read, the whole file fails: a document that
 * is half understood would be half planned.
 */
export function parseYaml(text: string, file: string): YamlOutcome {
  if (text.length > MAX_YAML_BYTES) return { kind: 'broken', diagnostic: fileTooLarge(text.length, file) };
  const mergeKeys: unknown[] = [];
  const read = readYaml(text, (key, value) => {
    if (key === '<<' && typeof value === 'object') mergeKeys.push(value);
  });
  // A file of conflict markers or fences alone is one long text to YAML.
  const mayBeForeign = read.kind === 'broken' ? read.code === 'syntax' : typeof read.data === 'string';
  const foreign = mayBeForeign ? foreignText(text, file) : undefined;
  if (foreign !== undefined) return { kind: 'broken', diagnostic: foreign };
  if (read.kind === 'data') return mergeKeys.length > 0 ? mergeKey(read.data, file) : read;
  const { code, message, place, at } = read;
  return {
    kind: 'broken',
    diagnostic: {
      severity: 'error',
      code: CODES[code],
      message,
      file,
      ...place,
      ...(at === undefined ? {} : { at }),
    },
  };
}

/** If they were left out silently, what they stand for would be lost, so they are rejected. */
function mergeKey(data: unknown, file: string): YamlOutcome {
  const at = findText(data, (key) => key === '<<') ?? [];
  return {
    kind: 'broken',
    diagnostic: { severity: 'error', code: 'merge-key', message: MERGE_KEY, file, at },
  };
}
