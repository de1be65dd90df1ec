import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Served } from './support/served.js';

const KEY = 'ab'.repeat(32);

async function served(now: () => number): Promise<Served> {
  const one = await Served.start({ now });
  onTestFinished(() => one.stop());
  return one;
}

function order(claims: readonly object[], rest: object = {}): string {
  return JSON.stringify({ owner: 'ann-00000001', label: 'Ann', ttlSeconds: 60, claims, ...rest });
}

it('keeps claims over a restart, and removes those that are over', async () => {
  let now = 1_000_000;
  const one = await served(() => now);
  expect(await one.status('POST', '/v1/claims', order([{ key: KEY, what: 'mira' }]))).toBe(200);
  await one.restart();
  const listed = await (await one.request('GET', '/v1/claims')).text();
  expect(JSON.parse(listed)).toMatchObject({ now, claims: [{ key: KEY, label: 'Ann', what: 'mira' }] });
  now += 61_000;
  await one.restart();
  await expect.poll(() => readdir(join(one.folder, 'claims', 'ab'))).toEqual([]);
});

it('shows labels without what a terminal would act on', async () => {
  const one = await served(() => 1_000_000);
  const claims = [{ key: KEY, what: 'first\u001b]0;x\u0007\nsecond' }];
  await one.status('POST', '/v1/claims', order(claims, { label: `Ann\u202e${'!'.repeat(500)}` }));
  const listed = await (await one.request('GET', '/v1/claims')).text();
  expect(listed).not.toMatch(/\\u001b|\u202e|\\n/);
  expect(listed).toContain('first ]0;x second');
  expect(listed.length).toBeLessThan(600);
});

it.each([
  ['no JSON', '{'],
  ['no owner', order([{ key: KEY }], { owner: '' })],
  ['a key that is none', order([{ key: '../../x' }])],
  ['more time than a job has', order([{ key: KEY }], { ttlSeconds: 4 * 24 * 3600 })],
  ['too many keys', order(Array.from({ length: 1001 }, () => ({ key: KEY })))],
])('refuses an order with %s', async (_name, body) => {
  const one = await served(() => 1_000_000);
  expect(await one.status('POST', '/v1/claims', body)).toBe(400);
});

it('does not read a list that says that it is too long', async () => {
  const one = await served(() => 1_000_000);
  expect(await one.status('POST', '/v1/lookup', Buffer.alloc(2 * 1024 * 1024))).toBe(413);
});
