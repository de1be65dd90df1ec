import { CORE_SCHEMA, Type } from 'js-yaml';

const INTEGER = /^[-+]?[0-9]+$|^0o[0-7]+$|^0x[0-9a-fA-F]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const SPECIAL = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

function isString(data: unknown): data is string {
  return typeof data === 'string';
}

function special(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/**
 * The core schema of YAML 1.2 (chapter 10.3.2). js-yaml's own reads `1_000` and `0b11` as numbers, as YAML 1.1 did,
 * and so would give another value than the parser that finds the places.
 */
export const YAML_1_2 = CORE_SCHEMA.extend({
  implicit: [
    new Type('tag:yaml.org,2002:int', {
      kind: 'scalar',
      resolve: (data: unknown) => isString(data) && INTEGER.test(data),
      construct: (data: unknown) => (isString(data) ? Number(data) : 0),
    }),
    new Type('tag:yaml.org,2002:float', {
      kind: 'scalar',
      resolve: (data: unknown) => isString(data) && (FLOAT.test(data) || SPECIAL.test(data)),
      construct: (data: unknown) =>
        isString(data) ? (SPECIAL.test(data) ? special(data) : Number(data)) : 0,
    }),
  ],
});
