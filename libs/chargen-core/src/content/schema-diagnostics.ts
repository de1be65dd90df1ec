import type { z } from 'zod';
import { SCENE_ID } from './canonical-schema.js';
import type { DataPath } from './entity.js';
import type { Diagnostic } from './diagnostic.js';
import { nearest } from '../util/nearest.js';
import { isDataMap, valueAt } from './data.js';
import { isBlank } from './required-text.js';

type Issue = z.core.$ZodIssue;

function dataPath(path: readonly PropertyKey[]): DataPath {
  return path.map((step) => (typeof step === 'number' ? step : String(step)));
}

function shown(path: DataPath): string {
  let text = '';
  for (const step of path)
    text += typeof step === 'number' ? `[${step}]` : `${text === '' ? '' : '.'}${step}`;
  return text === '' ? 'the file' : text;
}

function quote(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** In an issue about a union, the errors of the most likely member: the one with the fewest. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const members = issue.errors.filter((errors) => errors.length > 0);
  const best = members.sort((a, b) => a.length - b.length || unrecognised(a) - unrecognised(b))[0];
  if (best === undefined) return [issue];
  return best.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
}

function unrecognised(issues: readonly Issue[]): number {
  return issues.filter((issue) => issue.code === 'unrecognized_keys').length;
}

function codeOf(issue: Issue, path: DataPath): string {
  const field = path.at(-1);
  if (field === 'aspect_ratio') return 'unknown-aspect-ratio';
  if (field === 'image_size') return 'unknown-image-size';
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'unknown-field';
    case 'invalid_type':
      return issue.input === undefined ? 'missing-field' : 'wrong-type';
    default:
      return 'invalid-value';
  }
}

const HASH_ADVICE = ' (A # after a space begins a comment: put quotes around a text that holds one.)';

function messageOf(issue: Issue, path: DataPath, value: unknown, data: unknown): string {
  const place = shown(path);
  if (value === null) return `${place} is empty. Write its value, or take the field out.${HASH_ADVICE}`;
  if (typeof value === 'string' && isBlank(value))
    return `${place} is blank: nothing of it can be seen. Write a text, or take the field out.`;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = siblingsOf(data, path);
      const keys = issue.keys.map((key) => {
        const guess = nearest(key, known);
        return guess === undefined ? `"${key}"` : `"${key}" (did you mean "${guess}"?)`;
      });
      return `${place} has a field that is not known: ${keys.join(', ')}.`;
    }
    case 'invalid_type':
      return value === undefined
        ? `${place} is missing; it must be ${article(issue.expected)}.`
        : `${place} must be ${article(issue.expected)}, but it is ${quote(value)}.`;
    case 'invalid_value': {
      const options = issue.values.map(String);
      const guess = typeof value === 'string' ? nearest(value, options) : undefined;
      const hint = guess === undefined ? '' : ` Did you mean "${guess}"?`;
      return `${place} is ${quote(value)}; it must be one of ${options.join(', ')}.${hint}`;
    }
    case 'invalid_format':
      return `${place} is ${quote(value)}; use small letters, digits, dots, dashes and underscores, and begin with a letter or digit.`;
    case 'too_big':
      if (issue.origin === 'string')
        return `${place} is longer than ${String(issue.maximum)} characters: ${quote(value)}.`;
      return `${place} is not usable (${quote(value)}): ${issue.message}.`;
    default:
      return `${place} is not usable (${quote(value)}): ${issue.message}.`;
  }
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

const FIELDS = [
  'entity_type',
  'slug',
  'name',
  'description',
  'tags',
  'appearance',
  'palette',
  'style',
  'traits',
  'defaults',
  'references',
  'scenes',
  'id',
  'title',
  'prompt',
  'negative_prompt',
  'aspect_ratio',
  'image_size',
  'model',
  'temperature',
  'safety_settings',
  'take',
  'takes',
  'locked',
  'path',
  'role',
  'character',
  'location',
  'chapter',
  'scene',
  'reference',
  'mood',
  'dominant',
  'accent',
  'avoid',
];

function siblingsOf(data: unknown, path: DataPath): readonly string[] {
  const present = valueAt(data, path);
  const used = isDataMap(present) ? new Set(Object.keys(present)) : new Set<string>();
  return FIELDS.filter((field) => !used.has(field));
}

/** By its id; a scene without a usable one, which might lead out of its folder, by its number as a person counts. */
export function nameOfScene(data: unknown, index: string | number | undefined): string {
  const id = index === undefined ? undefined : valueAt(data, ['scenes', index, 'id']);
  return typeof id === 'string' && SCENE_ID.test(id) ? id : `number ${Number(index) + 1}`;
}

/** Turns what zod complains about into diagnostics at their places, in words for authors. */
export function schemaDiagnostics(error: z.ZodError, file: string, data: unknown): Diagnostic[] {
  return error.issues.flatMap(flatten).map((issue) => {
    const path = dataPath(issue.path);
    const firstKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const value = valueAt(data, path);
    const scene = path[0] === 'scenes' && path.length > 1 ? nameOfScene(data, path[1]) : undefined;
    return {
      severity: 'error',
      code: codeOf(issue, path),
      message: messageOf(issue, path, value, data),
      file,
      at: firstKey === undefined ? path : [...path, firstKey],
      ...(scene === undefined ? {} : { scene }),
    };
  });
}
