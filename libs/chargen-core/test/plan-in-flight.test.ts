import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  describeJobTimes,
  planWorld,
  readJobHistory,
  REAL_PLACES,
  type PlannedItem,
} from '../src/index.js';
import type { PlanTotals } from '../src/commands/plan-sums.js';
import { describeAtGoogle } from '../src/report/job-times.js';
import { paidTwice, withWorld, type RunWorld } from './support/run-world.js';

const HOUR = 3_600_000;

async function planOf(world: RunWorld): Promise<{ totals: PlanTotals; items: PlannedItem[] }> {
  const settings = { ...DEFAULT_SETTINGS, workspaceId: 'test-world' };
  const items: PlannedItem[] = [];
  const { totals } = await planWorld(
    { workspaceRoot: world.root, world: await world.load(), settings, places: REAL_PLACES },
    ({ scenes }) => {
      items.push(...scenes.map(({ item }) => item));
    },
  );
  return { totals, items };
}

describe('what Google works on', () => {
  it('is a state of its own in a plan, is not sold again, and is gone once it is collected', async () => {
    await withWorld({ jobDuration: HOUR }, async (world, emulator) => {
      await world.generate({ control: { waitMs: 0 } });
      const { totals, items } = await planOf(world);
      // Five scenes with four requests; the sixth waits for two of them, and is all that is still to be paid.
      expect(totals).toMatchObject({ scenes: 6, inFlight: 5, pending: 0, waits: 1, requests: 1 });
      expect(totals.causes.map(({ scenes }) => scenes)).toEqual([1]);
      expect(totals.atGoogle).toHaveLength(1);
      expect(totals.atGoogle[0]?.text).toMatch(/^at Google since \d\d:\d\d, job \w+, 5 scenes$/);
      const flying = items.filter((item) => item.state === 'in-flight');
      expect(flying.map(({ estimatedUsd }) => estimatedUsd)).toEqual([0, 0, 0, 0, 0]);
      await world.generate({ control: { waitMs: 0 } });
      emulator.advanceClock(2 * HOUR);
      const done = world.generate();
      const clock = setInterval(() => {
        emulator.advanceClock(HOUR);
      }, 40);
      await done.finally(() => {
        clearInterval(clock);
      });
      expect((await planOf(world)).totals).toMatchObject({ inFlight: 0, done: 6, atGoogle: [] });
      expect(paidTwice(emulator)).toEqual([]);
      // The times of this workspace's own jobs, by model.
      const { times } = await readJobHistory(world.path('.chargen/batch'));
      expect(times.map(({ model, jobs }) => [model, jobs])).toEqual([['gemini-3-pro-image', 2]]);
      expect(times[0]?.shortest).toBeGreaterThanOrEqual(HOUR);
    });
  });

  it('is said with the day if that is not today, and the times as what was seen', () => {
    const job = {
      runId: 'r',
      kind: 'generate' as const,
      model: 'm',
      batch: 'batches/1',
      state: 'running',
      hasEnded: false,
      since: new Date(2026, 0, 2, 14, 2).toISOString(),
      isForeign: false,
      keys: ['a'],
      isMoved: false,
    };
    const later = (hours: number): number => Date.parse(job.since) + hours * HOUR;
    expect(describeAtGoogle(job, 28, later(3))).toBe('at Google since 14:02, job running, 28 scenes');
    expect(describeAtGoogle(job, 1, later(30))).toBe(
      'at Google since 2026-01-02 14:02, job running, 1 scene',
    );
    expect(describeAtGoogle({ ...job, keys: [], isMoved: true }, 0, later(3))).toBe(
      'at Google since 14:02, job running, cancelled, its scenes are asked for anew',
    );
    expect(
      describeJobTimes({ model: 'm', jobs: 3, shortest: 60_000, median: 600_000, longest: 2 * HOUR }),
    ).toBe('10m 0s in the middle, 1m 0s to 2h 0m (3 jobs of m in this workspace so far)');
  });
});
