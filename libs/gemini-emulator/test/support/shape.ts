import { expect } from 'vitest';

/**
 * What a recorded answer looked like: a RegExp for a text, `Number` for a number, a list of one for a list of such,
 * an object for exactly these fields in exactly this order, anything else for itself.
 */
export type Shape =
  | RegExp
  | NumberConstructor
  | string
  | number
  | boolean
  | null
  | Shape[]
  | { [field: string]: Shape };

export function expectShape(actual: unknown, shape: Shape, path = 'the answer'): void {
  if (shape instanceof RegExp) {
    expect(actual, path).toBeTypeOf('string');
    expect(actual, path).toMatch(shape);
  } else if (shape === Number) {
    expect(actual, path).toBeTypeOf('number');
  } else if (Array.isArray(shape)) {
    expect(actual, path).toBeInstanceOf(Array);
    expect((actual as unknown[]).length, `entries of ${path}`).toBeGreaterThan(0);
    (actual as unknown[]).forEach((entry, index) => {
      expectShape(entry, shape[0]!, `${path}[${String(index)}]`);
    });
  } else if (typeof shape === 'object' && shape !== null) {
    const fields = shape;
    expect(Object.keys(actual as object), `fields of ${path}`).toEqual(Object.keys(fields));
    for (const [field, inner] of Object.entries(fields)) {
      expectShape((actual as Record<string, unknown>)[field], inner, `${path}.${field}`);
    }
  } else expect(actual, path).toBe(shape);
}

/** The same value with the fields of every object sorted: for lines whose field order varies. */
export function sortedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedFields);
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortedFields(inner)]),
  );
}
