import { describe, expect, it } from 'vitest';
import type { Clock, GeminiDoor } from '../src/index.js';
import type { CreateOutcome } from '../src/gemini/door.js';
import { doorWith, KEYS, outcomes, paidTwice, withWorld } from './support/run-world.js';

/** Time that passes only where somebody sleeps. */
class SleptTime implements Clock {
  #now = Date.now();
  readonly #began = this.#now;

  /** Milliseconds that were slept. */
  get passed(): number {
    return this.#now - this.#began;
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#now += ms;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const said = (events: readonly { kind: string }[]): string =>
  events
    .flatMap((one) => (one.kind === 'waiting' && 'message' in one ? [String(one.message)] : []))
    .join('\n');

describe('waiting', () => {
  it.each([0, 5_000, 60_000])('for a file that stays PROCESSING ends within a wait of %i ms', (waitMs) =>
    withWorld({}, async (world, emulator) => {
      const clock = new SleptTime();
      const { report, events } = await world.generate({
        clock,
        control: { waitMs, pollInterval: 500 },
        door: (real) =>
          doorWith(real, {
            uploadFile: async (upload, signal) => ({
              ...(await real.uploadFile(upload, signal)),
              state: 'PROCESSING',
            }),
            findFile: async (name, signal) => {
              const found = await real.findFile(name, signal);
              return found === undefined ? undefined : { ...found, state: 'PROCESSING' };
            },
          }),
      });
      expect(report.stop).toMatchObject({
        kind: 'wait-over',
        jobs: 0,
        waitedFor: expect.stringContaining('which Google is still processing') as string,
      });
      expect(said(events)).toMatch(/Waiting for .+, which Google is still processing\./);
      expect(clock.passed).toBeLessThan(waitMs + 2_000);
      expect(report.stopMessage).not.toMatch(/still running at Google/i);
      // Nothing is lost by it: the next run makes all.
      expect((await world.generate()).report.totals.generated).toBeGreaterThan(0);
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
    }),
  );

  const PAUSE = {
    kind: 'http-error',
    status: 429,
    message: 'Too many uploads.',
    retryDelay: '120s',
  } as const;

  it('for a pause that Google states for uploads ends the run if it would be longer than its time', () =>
    withWorld({}, async (world, emulator) => {
      emulator.faults.arm({ fault: PAUSE, match: { route: 'files.upload' }, times: 'always' });
      const clock = new SleptTime();
      const { report } = await world.generate({ clock, control: { waitMs: 30_000 } });
      expect(report.stop).toMatchObject({
        kind: 'wait-over',
        jobs: 0,
        waitedFor: expect.stringContaining('asks for a pause of 120 s') as string,
      });
      expect(clock.passed).toBeLessThan(30_000);
      expect(emulator.ledger.requests().some((one) => one.route === 'batches.create')).toBe(false);
    }));

  it('for a pause that Google states for uploads is kept, and reported, if there is time for it', () =>
    withWorld({}, async (world, emulator) => {
      emulator.faults.arm({ fault: PAUSE, match: { route: 'files.upload' }, times: 1 });
      const clock = new SleptTime();
      const { report, events } = await world.generate({ clock, control: { waitMs: 3_600_000 } });
      expect(report.totals).toMatchObject({ failed: 0, pending: 0 });
      expect(clock.passed).toBeGreaterThanOrEqual(120_000);
      expect(said(events)).toContain('asks for a pause of 120 s');
      expect(paidTwice(emulator)).toEqual([]);
    }));

  it('for the answer to a create that hangs ends 8 s after the process is told to end', () =>
    withWorld({}, async (world, emulator) => {
      const clock = new SleptTime();
      const stop = new AbortController();
      const never = (signal: AbortSignal): Promise<CreateOutcome> =>
        new Promise((resolve) => {
          const cut = { kind: 'uncertain', why: 'the connection was cut', hasEnded: false } as const;
          signal.addEventListener('abort', () => {
            resolve(cut);
          });
        });
      let sent = 0;
      const hanging = (real: GeminiDoor): GeminiDoor =>
        doorWith(real, {
          createBatch: (_request, signal) => {
            sent += 1;
            setImmediate(() => {
              stop.abort();
            });
            return never(signal);
          },
        });
      const { report, events } = await world.generate({
        clock,
        signal: stop.signal,
        control: { waitMs: 60_000 },
        door: hanging,
      });
      expect(sent).toBe(1);
      expect(report.stop?.kind).toBe('interrupted');
      expect(said(events)).toMatch(/The answer to the create of ".+" is waited for, 8 s at most\./);
      expect(clock.passed).toBeGreaterThanOrEqual(8_000);
      expect(clock.passed).toBeLessThan(10_000);
      // It never reached the service, which the list proves: the next run asks anew, once.
      const next = await world.generate();
      expect(outcomes(next.report)['harbour/dawn']).toBe('generated');
      expect(emulator.ledger.billed()).toHaveLength(KEYS);
      expect(paidTwice(emulator)).toEqual([]);
    }));
});
