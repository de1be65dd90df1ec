/** A value that JSON can hold: what an edit can write. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Keys and indices from the root of a file to a value, such as `['scenes', 3, 'title']`; `[]` is the root. */
export type DataPath = readonly (string | number)[];

export type DataMap = Readonly<Record<string, unknown>>;

export function isDataMap(value: unknown): value is DataMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a map has a key, with any value. */
export function hasKey(value: unknown, key: string): boolean {
  return isDataMap(value) && Object.hasOwn(value, key);
}

/** The value at a path of data that may have any shape; undefined if the path ends early. */
export function valueAt(value: unknown, path: DataPath): unknown {
  let current: unknown = value;
  for (const step of path) {
    if (Array.isArray(current) && typeof step === 'number') {
      const list: readonly unknown[] = current;
      current = list[step];
    } else if (isDataMap(current) && Object.hasOwn(current, step)) {
      current = current[step];
    } else {
      return undefined;
    }
  }
  return current;
}

/** `zones[2].lighting`, for people. */
export function pathText(path: DataPath): string {
  let text = '';
  for (const step of path)
    text += typeof step === 'number' ? `[${step}]` : `${text === '' ? '' : '.'}${step}`;
  return text;
}
