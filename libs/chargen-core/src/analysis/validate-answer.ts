import type { Ajv, ValidateFunction } from 'ajv';
import { isDataMap } from '../content/index.js';
import { digestJson, type Json } from '../util/canonical-json.js';
import type { JsonMap } from './gemini-schema.js';

export type Validation =
  /** Fields that the schema does not name are gone. */
  | { readonly kind: 'valid'; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly kind: 'invalid'; readonly errors: readonly string[] };

/** Validates an answer against exactly the `responseSchema` that was sent for it. */
export type ValidateAnswer = (schema: JsonMap, answer: unknown) => Validation;

let loaded: Promise<ValidateAnswer> | undefined;

/** Loaded only if answers arrive: Nx starts this code for every graph, and Ajv is slow to load. */
export function loadValidation(): Promise<ValidateAnswer> {
  loaded ??= import('ajv').then(({ Ajv }) => {
    const ajv = new Ajv({ allErrors: true, strict: true });
    const compiled = new Map<string, ValidateFunction>();
    return (schema, answer) => validateWith(ajv, compiled, schema, answer);
  });
  return loaded;
}

/** How many errors are reported to the model (and to a person); the rest follow from them as a rule. */
const MAX_ERRORS = 8;

function validateWith(
  ajv: Ajv,
  compiled: Map<string, ValidateFunction>,
  schema: JsonMap,
  answer: unknown,
): Validation {
  const digest = digestJson(schema);
  let validate = compiled.get(digest);
  if (validate === undefined) {
    validate = ajv.compile(asJsonSchema(schema));
    compiled.set(digest, validate);
  }
  if (validate(answer) && isDataMap(answer)) {
    const pruned = prune(schema, answer);
    return { kind: 'valid', answer: isDataMap(pruned) ? pruned : {} };
  }
  const errors = (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const place = instancePath === '' ? 'the answer' : instancePath.slice(1).replaceAll('/', '.');
    const choices: unknown = params['allowedValues'];
    const allowed = Array.isArray(choices) ? ` (${choices.join(', ')})` : '';
    return `${place} ${message ?? 'is not as the schema says'}${allowed}`;
  });
  return { kind: 'invalid', errors: [...new Set(errors)].slice(0, MAX_ERRORS) };
}

/** Notes for Gemini that do not affect what is valid. */
const NOTES: ReadonlySet<string> = new Set(['propertyOrdering', 'format', 'title', 'description']);

/** Gemini's subset as the equivalent JSON Schema: types in small letters, and no notes. */
function asJsonSchema(schema: JsonMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !NOTES.has(key))
      .map(([key, value]): [string, unknown] => {
        if (key === 'type' && typeof value === 'string') return [key, value.toLowerCase()];
        if (key === 'items' && isMap(value)) return [key, asJsonSchema(value)];
        if (key !== 'properties' || !isMap(value)) return [key, value];
        const properties = Object.entries(value).map(([name, inner]) => [
          name,
          isMap(inner) ? asJsonSchema(inner) : {},
        ]);
        return [key, Object.fromEntries(properties)];
      }),
  );
}

/** A field that was not asked for never becomes data. */
function prune(schema: JsonMap, value: unknown): unknown {
  const { items, properties } = schema;
  if (Array.isArray(value) && isMap(items)) {
    const list: readonly unknown[] = value;
    return list.map((one) => prune(items, one));
  }
  if (!isDataMap(value) || !isMap(properties)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const known = properties[name];
      return isMap(known) ? [[name, prune(known, inner)]] : [];
    }),
  );
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
