import { z } from 'zod';
import { isDataMap } from '../content/data.js';
import type { Json } from '../util/canonical-json.js';

export type JsonMap = Readonly<Record<string, Json>>;

export type SchemaOutcome =
  | { readonly kind: 'schema'; readonly schema: JsonMap }
  /** It asks for something that Gemini's `responseSchema` cannot express. */
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Kept as they are: the subset of OpenAPI that `responseSchema` takes. Source: ai.google.dev/api/caching#Schema.
 * `responseJsonSchema` takes more, but in the Batch API it was answered with garbage (ruby_llm#894, August 2026).
 */
const KEPT = [
  'description',
  'format',
  'maxItems',
  'minItems',
  'maxLength',
  'minLength',
  'maximum',
  'minimum',
  'title',
] as const;

/** Notes about a schema that ask nothing of an answer. */
const DROPPED: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  'additionalProperties',
  'default',
  'examples',
]);

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean'] as const;
const typeName = z.enum(TYPES);
const json = z.json();

/** A JSON Schema as the equivalent `responseSchema`; the order of properties is the order of the answer. */
export function toGeminiSchema(schema: unknown): SchemaOutcome {
  try {
    return { kind: 'schema', schema: convert(schema, '') };
  } catch (error) {
    if (error instanceof Unsayable) return { kind: 'refused', why: error.message };
    throw error;
  }
}

class Unsayable extends Error {}

function convert(schema: unknown, at: string): JsonMap {
  const place = at === '' ? 'The schema' : `"${at}"`;
  if (!isDataMap(schema)) throw new Unsayable(`${place} is not a schema.`);
  const { type, nullable } = typeOf(schema, place);
  const result: Record<string, Json> = { type: type.toUpperCase() };
  if (nullable) result['nullable'] = true;
  for (const [key, value] of Object.entries(schema)) {
    if (KEPT.some((one) => one === key)) result[key] = json.parse(value);
    else if (!HANDLED.has(key) && !DROPPED.has(key)) {
      throw new Unsayable(`${place} uses "${key}", which Gemini's response schemas do not have.`);
    }
  }
  const choices = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  if (choices !== undefined) {
    const words = z.array(z.string()).safeParse(choices);
    if (!words.success) throw new Unsayable(`${place} has an enum with a value that is no text.`);
    result['enum'] = words.data;
  }
  if (type === 'array') result['items'] = convert(schema['items'], `${at}[]`);
  if (type === 'object') {
    const properties = schema['properties'];
    if (!isDataMap(properties) || Object.keys(properties).length === 0) {
      throw new Unsayable(`${place} is an object without properties; Gemini wants them named.`);
    }
    const names = Object.keys(properties);
    result['properties'] = Object.fromEntries(
      names.map((name) => [name, convert(properties[name], at === '' ? name : `${at}.${name}`)]),
    );
    const required = z.array(z.string()).optional().safeParse(schema['required']);
    if (!required.success) throw new Unsayable(`${place} has a "required" that is no list of names.`);
    if (required.data !== undefined) result['required'] = required.data;
    result['propertyOrdering'] = names;
  }
  return result;
}

const HANDLED: ReadonlySet<string> = new Set([
  'type',
  'nullable',
  'enum',
  'const',
  'items',
  'properties',
  'required',
  'propertyOrdering',
]);

function typeOf(
  schema: Readonly<Record<string, unknown>>,
  place: string,
): { readonly type: (typeof TYPES)[number]; readonly nullable: boolean } {
  const written = schema['type'];
  const names = (Array.isArray(written) ? written : [written]).map((one: unknown) =>
    typeof one === 'string' ? one.toLowerCase() : one,
  );
  const real = names.filter((one) => one !== 'null');
  const type = typeName.safeParse(real.length === 1 ? real[0] : undefined);
  if (!type.success) throw new Unsayable(`${place} must have one type: ${TYPES.join(', ')}.`);
  return { type: type.data, nullable: schema['nullable'] === true || names.length > real.length };
}
