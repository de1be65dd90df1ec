import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLines } from '../src/util/read-lines.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-lines-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function lines(data: string | Uint8Array): Promise<string[]> {
  const path = join(folder, 'results.jsonl');
  await writeFile(path, data);
  const found: string[] = [];
  for await (const line of readLines(path)) found.push(line.kind === 'line' ? line.text : line.kind);
  return found;
}

it('gives the lines of a file, without the empty ones, whether or not the last one ends', async () => {
  expect(await lines('one\n\n  \ntwo\nthree')).toEqual(['one', 'two', 'three']);
  expect(await lines('one\n')).toEqual(['one']);
  expect(await lines('')).toEqual([]);
});

it('numbers lines as an editor does', async () => {
  const path = join(folder, 'results.jsonl');
  await writeFile(path, 'one\n\nthree\n');
  const numbers: number[] = [];
  for await (const line of readLines(path)) numbers.push(line.number);
  expect(numbers).toEqual([1, 3]);
});

it('joins a line of megabytes, also where a letter of several bytes lies across two reads', async () => {
  const long = `${'a'.repeat((1 << 20) - 1)}ä${'b'.repeat(3 << 20)}`;
  const found = await lines(`short\n${long}\nshort again\n`);
  expect(found.map((line) => line.length)).toEqual([5, long.length, 11]);
  expect(found[1] === long).toBe(true);
});

it('tells a line that no string could hold, and reads on after it', async () => {
  const path = join(folder, 'results.jsonl');
  await writeFile(path, 'before\n');
  await truncate(path, 257 * 1024 ** 2);
  await writeFile(path, '\nafter\n', { flag: 'a' });
  const kinds: string[] = [];
  for await (const line of readLines(path)) kinds.push(line.kind);
  expect(kinds).toEqual(['line', 'too-long', 'line']);
});
