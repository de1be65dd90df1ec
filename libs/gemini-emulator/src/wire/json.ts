/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** An object without some of its fields. */
export function withoutFields(value: JsonObject, ...fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !fields.includes(key)));
}

/** Keys whose value is the caller's own data: names in it are not field names of the API. */
const OPAQUE = new Set([
  'responseJsonSchema',
  'parametersJsonSchema',
  'args',
  'userMetadata',
  'example',
  'default',
]);
/** Keys whose value maps the caller's own names to further API objects. */
const NAMED_BY_CALLER = new Set(['properties']);

const camel = (key: string): string =>
  key.startsWith('@') || key.startsWith('$')
    ? key
    : key.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

/**
 * Field names in camelCase, as proto JSON reads them: `generation_config` and `generationConfig` are the same field.
 * Schema properties and other names that the caller chose are left alone.
 */
export function camelFields(value: Json): Json {
  if (isJsonArray(value)) return value.map(camelFields);
  if (!isJsonObject(value)) return value;
  const result: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(value)) {
    const name = camel(key);
    if (OPAQUE.has(name)) result[name] = inner;
    else if (NAMED_BY_CALLER.has(name) && isJsonObject(inner)) {
      result[name] = Object.fromEntries(Object.entries(inner).map(([k, v]) => [k, camelFields(v)]));
    } else result[name] = camelFields(inner);
  }
  return result;
}

/**
 * JSON with sorted keys, in pieces: equal values give equal text, in any order of their keys, and a request
 * with pictures in it is hashed without a second copy of it.
 */
export function* sortedJson(value: Json): Generator<string> {
  if (isJsonArray(value)) {
    yield '[';
    for (const inner of value) {
      yield* sortedJson(inner);
      yield ',';
    }
    yield ']';
  } else if (isJsonObject(value)) {
    yield '{';
    for (const key of Object.keys(value).sort()) {
      yield `${JSON.stringify(key)}:`;
      yield* sortedJson(value[key] ?? null);
      yield ',';
    }
    yield '}';
  } else if (typeof value === 'string') {
    // The length makes a quote superfluous, and with it another copy.
    yield `"${value.length}:`;
    yield value;
  } else yield String(value);
}
