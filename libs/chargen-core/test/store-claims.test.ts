import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RemoteFolder, ResultStore, type RemoteStore } from '../src/index.js';
import { Claims } from '../src/store/claims.js';
import { RemoteAccess } from '../src/store/remote-access.js';
import { SlotClaims, type ClaimSlots } from '../src/store/slot-claims.js';
import { makeBelow } from '../src/util/make-below.js';
import { storeWith } from './support/shared-stores.js';

const WANTED = { key: 'a'.repeat(64), name: 'character/mira/first', asked: { digest: 'd'.repeat(64) } };
const MINUTE = 60_000;
const DOWN = { kind: 'unavailable', why: 'connect ECONNREFUSED' } as const;

let folder: string;
let now: number;
let isDown: boolean;
let remote: RemoteStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chargen-claims-'));
  now = Date.parse('2026-11-20T12:00:00Z');
  isDown = false;
  const shared = new RemoteFolder(folder, () => now);
  remote = storeWith(shared, {
    claim: (requests, claimant, seconds, mayShorten) =>
      isDown
        ? Promise.resolve(requests.map(() => DOWN))
        : shared.claim(requests, claimant, seconds, mayShorten),
  });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function claimsOf(machine: string): Claims {
  const access = new RemoteAccess({ remote, now: () => now, warn: () => undefined, retryPause: 1 });
  const local = new ResultStore(join(folder, machine));
  return new Claims(access, local, { isEnabled: true, isRequired: true });
}

it('are prolonged while their machine lives, and end some minutes after it died', async () => {
  const [ann, ben] = [claimsOf('ann'), claimsOf('ben')];
  await ann.claim([WANTED]);
  for (let beat = 0; beat < 8; beat += 1) {
    now += 5 * MINUTE;
    await ann.beat();
  }
  now += 5 * MINUTE;
  expect((await ben.claim([WANTED])).held.size).toBe(1);
  now += 11 * MINUTE;
  const { held, unclaimed } = await ben.claim([WANTED]);
  expect([held.size, unclaimed.size]).toEqual([0, 0]);
});

it('last as long as a job may from the moment in which it is sent, and are not shortened by a heartbeat', async () => {
  const [ann, ben] = [claimsOf('ann'), claimsOf('ben')];
  await ann.claim([WANTED]);
  await ann.sending([WANTED]);
  await ann.beat();
  now += 49 * 60 * MINUTE;
  expect((await ben.claim([WANTED])).held.size).toBe(1);
});

it('are made by a heartbeat for what was sent while the store was out of reach', async () => {
  const [ann, ben] = [claimsOf('ann'), claimsOf('ben')];
  isDown = true;
  expect((await ann.sending([WANTED])).unclaimed.size).toBe(1);
  isDown = false;
  now += MINUTE;
  await ann.beat();
  now += 49 * 60 * MINUTE;
  expect((await ben.claim([WANTED])).held.size).toBe(1);
});

it('are given back at the end of a run for what was not sent, and stay for what was', async () => {
  const [ann, ben] = [claimsOf('ann'), claimsOf('ben')];
  const other = { key: 'b'.repeat(64) };
  await ann.claim([WANTED, other]);
  await ann.sending([WANTED]);
  await ann.settle([]);
  const { held } = await ben.claim([WANTED, other]);
  expect([...held.keys()]).toEqual([WANTED.key]);
});

it('give way to a shorter time if Google has not taken what was sent', async () => {
  const [ann, ben] = [claimsOf('ann'), claimsOf('ben')];
  await ann.sending([WANTED]);
  await ann.notSent([WANTED]);
  now += 16 * MINUTE;
  expect((await ben.claim([WANTED])).held.size).toBe(0);
});

it("that is being written counts as new by the store's clock, however far this machine's clock is ahead", async () => {
  const slots = (age: number): ClaimSlots => {
    const taken = new Set([1]);
    return {
      numbers: () => Promise.resolve([...taken]),
      // Taken a moment ago by a machine that has not written it yet.
      read: () => Promise.resolve({ text: '', age: () => Promise.resolve(age) }),
      take: (_key, number) => Promise.resolve(!taken.has(number) && taken.add(number).size > 0),
      remove: () => Promise.resolve(),
      keys: () => Promise.resolve([]),
    };
  };
  const claimant = { id: 'b', label: 'B', what: '' };
  const twoDaysAhead = (): number => now + 48 * 60 * MINUTE;
  const young = await new SlotClaims(slots(1000), twoDaysAhead).claim('key', claimant, 60, false);
  expect(young).toMatchObject({ kind: 'held', holder: { label: 'a machine that is writing its claim' } });
  const dead = await new SlotClaims(slots(10 * MINUTE), () => now).claim('key', claimant, 60, false);
  expect(dead).toEqual({ kind: 'granted' });
});

it('bring no share back that is not mounted any more: it would look like an empty store', async () => {
  const share = join(folder, 'share');
  await expect(makeBelow(share, join(share, 'claims', 'aa'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(folder)).not.toContain('share');
  await mkdir(share);
  await makeBelow(share, join(share, 'claims', 'aa'));
  await makeBelow(share, join(share, 'claims', 'aa'));
  expect(await readdir(join(share, 'claims'))).toEqual(['aa']);
});
