import { canonicalSchema, type CanonicalFile } from '../canonical-schema.js';
import { isDataMap, valueAt } from '../data.js';
import type { Diagnostic } from '../diagnostic.js';
import { nameOfScene } from '../schema-diagnostics.js';

export type CanonicalScene = NonNullable<CanonicalFile['scenes']>[number];

/** A scene with its number in the file, which those that could not be read count in. */
export interface NumberedScene {
  readonly written: CanonicalScene;
  readonly index: number;
}

/** The file as far as it could be read. */
export interface ReadFile extends Omit<CanonicalFile, 'scenes'> {
  readonly scenes: readonly NumberedScene[];
  /** Names of scenes that errors in their own fields keep from being read. */
  readonly unread: readonly string[];
}

/** An error that names no scene stops the whole file. */
export function withoutScene(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((one) => {
    const { scene, ...rest } = one;
    return scene === undefined ? one : rest;
  });
}

/** The file without the scenes that have errors; undefined if something else is wrong as well. */
export function withoutScenes(data: unknown, errors: readonly Diagnostic[]): ReadFile | undefined {
  const list = valueAt(data, ['scenes']);
  if (!isDataMap(data) || !Array.isArray(list)) return undefined;
  const stopped = new Set<number>();
  for (const { at = [] } of errors) {
    const index = at[1];
    if (at[0] !== 'scenes' || typeof index !== 'number') return undefined;
    stopped.add(index);
  }
  const values: readonly unknown[] = list;
  const kept = values.map((value, index) => ({ value, index })).filter(({ index }) => !stopped.has(index));
  const parsed = canonicalSchema.safeParse({ ...data, scenes: kept.map(({ value }) => value) });
  if (!parsed.success) return undefined;
  const read = parsed.data.scenes ?? [];
  const unread = [...stopped].map((index) => nameOfScene(data, index));
  // The tool cannot decide which of two scenes with one id is meant.
  if (read.some(({ id }) => unread.includes(id))) return undefined;
  const scenes = read.map((written, n) => ({ written, index: kept[n]?.index ?? n }));
  return { ...parsed.data, scenes, unread };
}
