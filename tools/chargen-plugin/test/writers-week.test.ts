import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { IS_LONG } from '../../../test/support/long.js';
import { daysOf, WritersWeek } from '../../../test/support/writers-week.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** The whole week takes minutes: npm run writers-week. The test plays the edits that differ most, several a day. */
const IS_WHOLE = IS_LONG || process.env['CHARGEN_WEEK'] === 'whole';
const DAYS = daysOf(IS_WHOLE ? 'whole' : 'sample').map(
  (edits) => [edits.map(({ what }) => what).join(', '), edits] as const,
);

describe('a week of three writers and CI with one remote cache', () => {
  let week: WritersWeek;

  beforeAll(async () => {
    week = await WritersWeek.start();
  });

  afterAll(async () => {
    console.log(week.table());
    await week.close();
  });

  it.each(DAYS)('bills exactly the new content keys after %s', { timeout: 180_000 }, async (_what, edits) => {
    const row = await week.play(edits);
    expect(row.billed).toEqual(row.expected);
    expect(row.code).toBe(edits.find(({ code }) => code !== undefined)?.code ?? 0);
  });

  it('has billed no content key twice', () => {
    expect(week.service.emulator.ledger.duplicates()).toEqual([]);
  });

  it(
    'leaves a new teammate with every picture, without a key and without a call',
    { timeout: 180_000 },
    async () => {
      const clone = await week.fresh();
      const requests = week.service.requests();
      const { code, output } = await clone.nx(['run-many', '-t', 'generate']);
      expect(code, output).toBe(0);
      expect(week.service.requests()).toBe(requests);
      expect((await clone.git('status', '--short')).trim()).toBe('');
      await clone.remove();
    },
  );
});
