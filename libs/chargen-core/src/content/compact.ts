/**
 * The same data in as little memory as it needs, for worlds of thousands of entities. Texts that were cut out of a
 * file keep the whole file alive, so they are copied; and a scene repeats its file's name in a dozen places, so
 * equal texts become one.
 */
export function compact<T>(value: T): T {
  const copy = structuredClone(value);
  const seen = new Map<string, string>();
  const stack: unknown[] = [copy];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, inner] of Object.entries(next)) {
      const value: unknown = inner;
      if (typeof value !== 'string') {
        if (typeof value === 'object' && value !== null) stack.push(value);
        continue;
      }
      const known = seen.get(value);
      if (known === undefined) seen.set(value, value);
      else Reflect.set(next, key, known);
    }
  }
  return copy;
}
