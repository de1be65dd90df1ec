import type { Emulator } from 'gemini-emulator';
import { expect, it } from 'vitest';
import { SYSTEM_CLOCK, type Clock } from '../src/index.js';
import { KEYS, outcomes, SCENES, withWorld, type Called, type RunWorld } from './support/run-world.js';

const WRECK = { match: { key: 'chapter/storm/wreck@*' } } as const;

const creates = (world: RunWorld): number =>
  world.emulator.ledger.requests().filter((request) => request.route === 'batches.create').length;

/** A clock whose first sleep lasts as long as `meanwhile` takes; in each later one an hour passes at the service. */
function sleepingUntil(emulator: Emulator, meanwhile: () => Promise<unknown>): Clock {
  let slept: Promise<unknown> | undefined;
  return {
    now: () => SYSTEM_CLOCK.now(),
    sleep: async (ms, signal) => {
      if (slept === undefined) {
        slept = meanwhile();
        await slept;
        return;
      }
      emulator.advanceClock(3_600_000);
      await SYSTEM_CLOCK.sleep(ms, signal);
    },
  };
}

it('does not pay again for what another process, which waited with it, was not given', () =>
  withWorld({ jobDuration: 3_600_000 }, async (world, emulator) => {
    emulator.faults.arm({ fault: { kind: 'line-missing' }, ...WRECK });
    let other: Called | undefined;
    const clock = sleepingUntil(emulator, async () => {
      emulator.advanceClock(7_200_000);
      other = await world.generate({ control: { submit: false } });
    });
    const { report } = await world.generate({ clock });
    expect(other && outcomes(other.report)['storm/wreck']).toBe('failed');
    expect(report.totals).toMatchObject({ generated: SCENES - 1, failed: 1 });
    expect(outcomes(report)['storm/wreck']).toBe('failed');
    expect(emulator.ledger.billed()).toHaveLength(KEYS);
  }));

it('does not send again what somebody cancelled before it was sent, while it waits', () =>
  withWorld({}, async (world, emulator) => {
    emulator.faults.arm({
      fault: { kind: 'http-error', status: 429, retryDelay: '60s' },
      match: { route: 'batches.create' },
    });
    const { report } = await world.generate({
      clock: sleepingUntil(emulator, async () => {
        const [runId = ''] = (await world.files('.chargen/batch')).flatMap(
          (path) => /batch\/([^/]+)\/state\.json$/.exec(path)?.[1] ?? [],
        );
        const cancelled = await world.cancel(runId);
        expect(cancelled).toMatchObject({ isOver: true, jobs: [{ kind: 'not-sent' }] });
      }),
    });
    expect(creates(world)).toBe(1);
    expect(report.totals.failed).toBe(SCENES - 1);
    const scenes = report.entities.flatMap((one) => one.scenes);
    expect(scenes.find((one) => one.scene === 'location/harbour/dawn')?.outcome).toMatchObject({
      class: 'cancelled',
    });
    // A command that begins after the cancel is a new wish.
    expect((await world.generate()).report.totals.generated).toBe(SCENES);
  }));
