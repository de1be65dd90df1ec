import { isJsonArray, isJsonObject, withoutFields, type Json, type JsonObject } from '../wire/json.js';
import { randomInt, type Random } from '../random.js';
import { factFor, type Facts } from './facts.js';

/**
 * A value that obeys a schema (OpenAPI subset of `responseSchema`, or JSON Schema of `responseJsonSchema`), filled
 * with what is known of the picture if a property's name or description asks for it.
 * @throws SchemaError for one that leads only to itself, or to an answer without end
 */
export function answerSchema(schema: Json, facts: Facts, random: Random): Json {
  const root = isJsonObject(schema) ? schema : {};
  return new SchemaAnswer(root, facts, random).value(root, []);
}

/** A schema that no answer can be made for. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** Deep enough for any answer, and an end for schemas that contain themselves. */
const MAX_DEPTH = 12;
/** Schemas within schemas, references and alternatives included: beyond it they only lead back to themselves. */
const MAX_NESTING = 200;
/** Values in one answer. */
const MAX_VALUES = 10_000;
/** Characters in one text. */
const MAX_TEXT = 100_000;

const tooLarge = (): SchemaError =>
  new SchemaError('The specified schema produces a constraint that has too many states for serving.');

class SchemaAnswer {
  private nesting = 0;
  private left = MAX_VALUES;

  constructor(
    private readonly root: JsonObject,
    private readonly facts: Facts,
    private readonly random: Random,
  ) {}

  /** @throws SchemaError */
  value(given: JsonObject, path: readonly string[]): Json {
    this.left -= 1;
    this.nesting += 1;
    if (this.left < 0 || this.nesting > MAX_NESTING) throw tooLarge();
    const value = this.valueOf(this.resolve(given), path);
    this.nesting -= 1;
    return value;
  }

  private valueOf(schema: JsonObject, path: readonly string[]): Json {
    const { const: constant } = schema;
    if (constant !== undefined) return constant;
    const options = schemas(schema['anyOf'] ?? schema['oneOf']);
    if (options.length > 0) {
      const chosen = options.find((option) => typeOf(this.resolve(option)) !== 'null') ?? options[0] ?? {};
      const rest = withoutFields(schema, 'anyOf', 'oneOf');
      return this.value({ ...rest, ...this.resolve(chosen) }, path);
    }
    const all = schemas(schema['allOf']);
    if (all.length > 0) {
      const rest = withoutFields(schema, 'allOf');
      return this.value(all.map((one) => this.resolve(one)).reduce(mergeObjects, rest), path);
    }
    const choices = schema['enum'];
    if (isJsonArray(choices)) return this.choose(choices, schema, path);
    switch (typeOf(schema)) {
      case 'object':
        return this.object(schema, path);
      case 'array':
        return this.array(schema, path);
      case 'integer':
        return this.number(schema, path, true);
      case 'number':
        return this.number(schema, path, false);
      case 'boolean':
        return this.fact(schema, path, 'boolean') ?? this.random() < 0.5;
      case 'null':
        return null;
      case 'string':
        return this.text(schema, path);
    }
  }

  private resolve(schema: JsonObject, followed = 0): JsonObject {
    const ref = schema['$ref'] ?? schema['ref'];
    if (typeof ref !== 'string' || !ref.startsWith('#')) return schema;
    if (followed > MAX_NESTING) throw new SchemaError(`The schema's reference ${ref} leads to itself.`);
    let at: Json | undefined = this.root;
    for (const step of pointerSteps(ref)) at = isJsonObject(at) ? at[step] : undefined;
    const rest = withoutFields(schema, '$ref', 'ref');
    return isJsonObject(at) ? { ...this.resolve(at, followed + 1), ...rest } : rest;
  }

  private fact(
    schema: JsonObject,
    path: readonly string[],
    type: 'string' | 'number' | 'boolean',
  ): Json | undefined {
    const description = schema['description'];
    return factFor(this.facts, path, typeof description === 'string' ? description : '', type);
  }

  private object(schema: JsonObject, path: readonly string[]): Json {
    const properties = isJsonObject(schema['properties'] ?? null) ? schema['properties'] : {};
    const required = new Set(list(schema['required']));
    const order = list(schema['propertyOrdering']).filter((name) => typeof name === 'string');
    const names = isJsonObject(properties) ? Object.keys(properties) : [];
    const result: Record<string, Json> = {};
    for (const name of [...order, ...names.filter((one) => !order.includes(one))]) {
      const inner = isJsonObject(properties) ? properties[name] : undefined;
      if (!isJsonObject(inner)) continue;
      // The model fills optional properties too, until the schema turns out to contain itself.
      if (!required.has(name) && (path.length >= MAX_DEPTH / 2 || this.left < MAX_VALUES / 2)) continue;
      if (path.length >= MAX_DEPTH) continue;
      result[name] = this.value(inner, [...path, name]);
    }
    return result;
  }

  private array(schema: JsonObject, path: readonly string[]): Json {
    const prefix = schemas(schema['prefixItems']);
    if (prefix.length > 0) return prefix.map((item) => this.value(item, path));
    const items = isJsonObject(schema['items'] ?? null) ? schema['items'] : {};
    const min = size(schema['minItems']) ?? (path.length >= MAX_DEPTH / 2 ? 0 : 1);
    const max = size(schema['maxItems']) ?? Math.max(min, 3);
    const count = Math.max(min, Math.min(max, 3));
    const values: Json[] = [];
    const seen = new Set<string>();
    for (let i = 0; i < count; i += 1) {
      const value = isJsonObject(items) ? this.value(items, [...path, String(i)]) : null;
      const text = JSON.stringify(value);
      if (seen.has(text) && values.length >= min) continue;
      seen.add(text);
      values.push(value);
    }
    return values;
  }

  private number(schema: JsonObject, path: readonly string[], whole: boolean): Json {
    const low = bound(schema['minimum']) ?? next(bound(schema['exclusiveMinimum']), whole, 1);
    const high = bound(schema['maximum']) ?? next(bound(schema['exclusiveMaximum']), whole, -1);
    const known = this.fact(schema, path, 'number');
    let value = typeof known === 'number' ? known : randomInt(this.random, 100);
    // A measure of 0 to 255 asked for as a share.
    if (typeof known === 'number' && high === 1 && value > 1) value = Math.round((value / 255) * 1000) / 1000;
    else if (typeof known === 'number' && high === 100 && value > 100)
      value = Math.round((value / 255) * 100);
    if (typeof known !== 'number' && low !== undefined && high !== undefined) {
      value = low + this.random() * (high - low);
    }
    if (low !== undefined) value = Math.max(low, value);
    if (high !== undefined) value = Math.min(high, value);
    return whole ? Math.round(value) : Math.round(value * 1000) / 1000;
  }

  private text(schema: JsonObject, path: readonly string[]): Json {
    const format = schema['format'];
    if (format === 'date-time') return '2026-01-01T00:00:00Z';
    if (format === 'date') return '2026-01-01';
    if (format === 'time') return '00:00:00Z';
    const known = this.fact(schema, path, 'string');
    let text = typeof known === 'string' ? known : `${path.at(-1) ?? 'answer'} of ${this.facts.subject}`;
    const min = size(schema['minLength']) ?? 0;
    if (min > MAX_TEXT) throw tooLarge();
    const max = size(schema['maxLength']);
    while (text.length < min) text += `${text.length > 0 ? ' ' : ''}${this.facts.subject || 'picture'}`;
    if (max !== undefined) text = text.slice(0, max);
    return text;
  }

  private choose(choices: readonly Json[], schema: JsonObject, path: readonly string[]): Json {
    const description = typeof schema['description'] === 'string' ? schema['description'] : '';
    const known = factFor(this.facts, path, description, 'string');
    const words = [known, ...this.facts.words].filter((word) => typeof word === 'string');
    const match = choices.find(
      (choice) =>
        typeof choice === 'string' && words.some((word) => word.toLowerCase() === choice.toLowerCase()),
    );
    return match ?? choices[randomInt(this.random, choices.length)] ?? null;
  }
}

/** @throws SchemaError when the pointer is none */
function pointerSteps(ref: string): string[] {
  try {
    return ref
      .split('/')
      .slice(1)
      .map((step) => decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~'));
  } catch (error) {
    throw new SchemaError(`The schema's reference ${ref} cannot be read.`, { cause: error });
  }
}

type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** OpenAPI writes types in capitals, JSON Schema in small letters and sometimes as a list. */
function typeOf(schema: JsonObject): SchemaType {
  const types = (Array.isArray(schema['type']) ? list(schema['type']) : [schema['type'] ?? null]).map(
    (type) => (typeof type === 'string' ? type.toLowerCase() : ''),
  );
  const type = types.find((one) => one !== 'null') ?? types[0] ?? '';
  switch (type) {
    case 'object':
    case 'array':
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
    case 'null':
      return type;
    default:
      return schema['properties'] !== undefined
        ? 'object'
        : schema['items'] !== undefined
          ? 'array'
          : 'string';
  }
}

const list = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

const schemas = (value: Json | undefined): JsonObject[] => list(value).filter((one) => isJsonObject(one));

/** Counts are int64 strings in proto JSON, numbers in JSON Schema. */
function size(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
const bound = size;

function next(value: number | undefined, whole: boolean, direction: 1 | -1): number | undefined {
  return value === undefined ? undefined : value + direction * (whole ? 1 : 0.001);
}

function mergeObjects(a: JsonObject, b: JsonObject): JsonObject {
  const properties = { ...asObject(a['properties']), ...asObject(b['properties']) };
  const required = [...list(a['required']), ...list(b['required'])];
  return {
    ...a,
    ...b,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

const asObject = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
