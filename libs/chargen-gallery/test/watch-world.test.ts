import { FSWatcher, type watch } from 'chokidar';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchWorld } from '../src/server/watch-world.js';

const ENTITY = '/world/content/characters/ione';
/** It watches nothing: the tests emit its events. */
const watcher = new FSWatcher();
const watchPaths = vi.fn<typeof watch>(() => watcher);
const reported: boolean[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  watchWorld('/world', 'content', (areReviews) => reported.push(areReviews), watchPaths);
});
afterEach(() => {
  vi.useRealTimers();
});

function change(...paths: readonly string[]): boolean[] {
  for (const path of paths) watcher.emit('all', 'change', path);
  vi.runAllTimers();
  return reported.splice(0);
}

it('reports once what is written at once, and whether it is reviews alone', () => {
  const reviews = [`${ENTITY}/approval.jsonl`, '/world/content/locations/quay/approval.jsonl'];
  expect(change(...reviews)).toEqual([true]);
  expect(change(...reviews, `${ENTITY}/imagery.yaml`)).toEqual([false]);
  expect(change(...reviews)).toEqual([true]);
});

it('leaves out what stands beside a file while it is replaced, and what the tool keeps for itself', () => {
  const ignored = watchPaths.mock.lastCall?.[1]?.ignored as (path: string) => boolean;
  const left = [
    `${ENTITY}/.approval.jsonl.a-1-2-0123456789ab.tmp`,
    `${ENTITY}/.chargen-a-1-2-0123456789ab.0123456789abcdef.-.aside/approval.jsonl`,
    '/world/.chargen/store/a',
    '/world/content/node_modules/a',
  ];
  const kept = [
    `${ENTITY}/approval.jsonl`,
    `${ENTITY}/images/oar.png`,
    '/world/.chargen/batch/run/state.json',
  ];
  expect(left.map(ignored)).toEqual([true, true, true, true]);
  expect(kept.map(ignored)).toEqual([false, false, false]);
});
