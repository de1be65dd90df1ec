import { isDeepStrictEqual } from 'node:util';
import { hasKey, isDataMap, type DataPath, type Json } from './data.js';

/** The one thing that an edit is to change. A list index equal to the list's length adds an item. */
export interface DataChange {
  readonly at: DataPath;
  /** Undefined takes the key, or the item, away. */
  readonly value: Json | undefined;
}

/** The data with the change made, the rest of it as it was; undefined if the path leads nowhere. */
export function withChange(data: unknown, change: DataChange): { readonly data: unknown } | undefined {
  return changed(data, change.at, change.value);
}

function changed(
  data: unknown,
  at: DataPath,
  value: Json | undefined,
): { readonly data: unknown } | undefined {
  const [step, ...rest] = at;
  if (step === undefined) return { data: value };
  if (Array.isArray(data)) {
    const list: readonly unknown[] = data;
    if (typeof step !== 'number' || step < 0 || step > list.length) return undefined;
    if (rest.length === 0 && value === undefined) {
      return step < list.length ? { data: list.toSpliced(step, 1) } : undefined;
    }
    const inner = changed(list[step], rest, value);
    return inner && { data: [...list.slice(0, step), inner.data, ...list.slice(step + 1)] };
  }
  // A key without a value, and an empty file, are maps and lists to be.
  if (data === null || data === undefined) {
    return typeof step === 'number' && step > 0
      ? undefined
      : changed(typeof step === 'number' ? [] : {}, at, value);
  }
  if (!isDataMap(data)) return undefined;
  const key = String(step);
  if (rest.length === 0 && value === undefined) {
    return { data: Object.fromEntries(Object.entries(data).filter(([other]) => other !== key)) };
  }
  const inner = changed(hasKey(data, key) ? data[key] : undefined, rest, value);
  return inner && { data: { ...data, [key]: inner.data } };
}

/** Whether two files say the same. A file without any key says what an empty map says. */
export function sameData(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a ?? {}, b ?? {});
}

/** A value as a file would hold it: undefined members and -0, which no text brings back, are gone. */
export function asWritten(value: Json): Json {
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return list.map(asWritten);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]: [string, Json | undefined]) =>
      inner === undefined ? [] : [[key, asWritten(inner)] as const],
    ),
  );
}
