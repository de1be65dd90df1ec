import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WEEK, WritersWeek } from '../../../test/support/writers-week.js';

// Each test starts Nx a few times; a machine with little to spare needs its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** The whole week takes minutes: npm run writers-week. The test plays the days that differ most. */
const IS_WHOLE = process.env['CHARGEN_WEEK'] === 'whole';
const EDITS = WEEK.filter((edit) => IS_WHOLE || edit.sample === true);

describe('a week of three writers and CI with one remote cache', () => {
  let week: WritersWeek;

  beforeAll(async () => {
    week = await WritersWeek.start();
  });

  afterAll(async () => {
    console.log(week.table());
    await week.close();
  });

  it.each(EDITS)('bills exactly the new content keys after $what', { timeout: 180_000 }, async (edit) => {
    const row = await week.play(edit);
    expect(row.billed).toEqual(row.expected);
    expect(row.code).toBe(edit.code ?? 0);
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
