/** What an answer of the service is expected to look like, as data. */
export type Shape =
  | { readonly kind: 'text'; readonly like?: RegExp }
  | { readonly kind: 'number' }
  | { readonly kind: 'true' }
  /** Not looked into. */
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly of: Shape }
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, Shape>>;
      readonly optional?: Readonly<Record<string, Shape>>;
    };

/** One difference between an answer and what is recorded of the service. */
export interface Deviation {
  /** `metadata.batchStats.requestCount`, `header x-goog-upload-url`, `status`. */
  readonly at: string;
  readonly kind: 'missing' | 'unknown' | 'type' | 'value';
  /** A whole sentence, which quotes no more than a few characters of the answer. */
  readonly message: string;
}

const QUOTED = 60;

/** Every difference, in the order of the shape. An order of fields is no part of a shape. */
export function compare(value: unknown, shape: Shape, at: string): Deviation[] {
  switch (shape.kind) {
    case 'any':
      return [];
    case 'true':
      return value === true ? [] : [typeOf(value, at, 'true')];
    case 'number':
      return typeof value === 'number' ? [] : [typeOf(value, at, 'a number')];
    case 'text':
      if (typeof value !== 'string') return [typeOf(value, at, 'a text')];
      return shape.like === undefined || shape.like.test(value)
        ? []
        : [different(at, value, `a text like ${shape.like.source}`)];
    case 'list':
      if (!Array.isArray(value)) return [typeOf(value, at, 'a list')];
      return value.flatMap((entry, index) => compare(entry, shape.of, `${at}[${index}]`));
    case 'object':
      return isRecord(value) ? compareFields(value, shape, at) : [typeOf(value, at, 'an object')];
  }
}

function compareFields(
  value: Readonly<Record<string, unknown>>,
  { fields, optional = {} }: Extract<Shape, { kind: 'object' }>,
  at: string,
): Deviation[] {
  const path = (field: string): string => (at === '' ? field : `${at}.${field}`);
  const found = Object.entries(fields).flatMap(([field, inner]) =>
    field in value ? compare(value[field], inner, path(field)) : [missing(path(field))],
  );
  const others = Object.keys(value)
    .filter((field) => !(field in fields))
    .flatMap((field): Deviation[] => {
      const inner = optional[field];
      if (inner !== undefined) return compare(value[field], inner, path(field));
      return [
        {
          at: path(field),
          kind: 'unknown',
          message: `There is a field ${path(field)}, which is not recorded.`,
        },
      ];
    });
  return [...found, ...others];
}

export function missing(at: string): Deviation {
  return { at, kind: 'missing', message: `${at} is missing.` };
}

export function different(at: string, actual: unknown, expected: string): Deviation {
  return { at, kind: 'value', message: `${at} is ${quoted(actual)}; expected is ${expected}.` };
}

function typeOf(value: unknown, at: string, expected: string): Deviation {
  return { at, kind: 'type', message: `${at} is ${nameOf(value)}; expected is ${expected}.` };
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return `the text ${quoted(value)}`;
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'missing';
    default:
      return 'an object';
  }
}

function quoted(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length <= QUOTED ? text : `${text.slice(0, QUOTED)}…`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of a field …, undefined if one of them is missing. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (typeof step === 'number') return Array.isArray(inner) ? (inner as unknown[])[step] : undefined;
    return isRecord(inner) ? inner[step] : undefined;
  }, value);
}
