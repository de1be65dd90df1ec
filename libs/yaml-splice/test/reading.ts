import { CORE_SCHEMA, load } from 'js-yaml';
import { expect } from 'vitest';
import { parseDocument } from 'yaml';
import type { Json } from '../src/data.js';
import type { SpliceOutcome } from '../src/verified-edit.js';

export function read(text: string): Record<string, unknown> {
  return (load(text, { schema: CORE_SCHEMA }) ?? {}) as Record<string, unknown>;
}

export function readWithYaml(text: string): Record<string, unknown> {
  // This parser counts a byte order mark as a column of the first line.
  const document = parseDocument(text.replace(/^\uFEFF/, ''));
  expect(document.errors).toEqual([]);
  return (document.toJS() ?? {}) as Record<string, unknown>;
}

export function spliced(outcome: SpliceOutcome): string {
  if (outcome.kind !== 'spliced') throw new Error(JSON.stringify(outcome));
  return outcome.text;
}

/** Whether a text is another with something put in at one place. */
export function isInsertion(whole: string, part: string): boolean {
  return kept(whole, part).start + kept(whole, part).end >= part.length;
}

/** How many characters two texts share at their beginning and at their end. */
export function kept(a: string, b: string): { start: number; end: number } {
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return { start, end };
}

/** A value as a file brings it back: there is no -0 in it. */
export function plain(value: Json | readonly Json[]): unknown {
  return JSON.parse(JSON.stringify(value));
}

export type Path = (string | number)[];

/** The paths of all values of some data, its own (`[]`) first. */
export function pathsOf(data: unknown, at: Path = []): { at: Path; value: unknown }[] {
  const inner = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  return [
    { at, value: data },
    ...inner.flatMap(([key, value]) => pathsOf(value, [...at, Array.isArray(data) ? Number(key) : key])),
  ];
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where a value (with a comma, or its line, and the blank space below) ends by the ranges of the parser `yaml`, and where its line begins. */
export function placeOf(text: string, at: Path): { start: number; end: number } {
  const document = parseDocument(text);
  const parent = document.getIn(at.slice(0, -1), true) as { items: unknown[] };
  const step = at.at(-1);
  const pair = parent.items.find(
    (item, index) => index === step || String((item as { key?: { value: unknown } }).key?.value) === step,
  ) as { key?: { range: number[] }; value?: { range: number[] } | null; range?: number[] };
  const begin = pair.key?.range[0] ?? pair.range?.[0] ?? 0;
  const end = pair.range?.[2] ?? pair.value?.range[2] ?? pair.key?.range[2] ?? text.length;
  return {
    start: text.lastIndexOf('\n', begin - 1) + 1,
    end: end + (/^,?(?: *(?:#[^\n]*)?\r?\n)?(?:[ \t]*\r?\n)* */.exec(text.slice(end))?.[0].length ?? 0),
  };
}

/** The data with a value set at a path; a list may grow by one. */
export function withValue(data: unknown, at: Path, value: unknown): unknown {
  const copy: unknown = structuredClone(data);
  let holder = copy as Record<string | number, unknown>;
  for (const step of at.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  const last = at.at(-1)!;
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
  return copy;
}
