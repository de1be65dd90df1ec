/** Where the emulator takes its time from. `now` answers milliseconds since the Unix epoch. */
export interface EmulatorClock {
  now(): number;
}

/** A clock that can be moved forward, on top of any other clock. */
export interface MovableClock extends EmulatorClock {
  advance(ms: number): void;
}

/** RFC 3339 has four digits for the year. */
const LAST = Date.UTC(9999, 0);

/**
 * @throws RangeError from `advance` when asked to go back (expiry and job states only ever move on), or beyond the last
 *   year that the wire can write
 */
export function movableClock(base: EmulatorClock = { now: () => Date.now() }): MovableClock {
  let offset = 0;
  return {
    now: () => base.now() + offset,
    advance(ms: number): void {
      if (!(ms >= 0)) throw new RangeError(`advance the clock by 0 ms or more, not by ${ms}`);
      if (base.now() + offset + ms > LAST) {
        throw new RangeError(`the clock cannot be advanced by ${ms} ms: the wire has no year after 9998`);
      }
      offset += ms;
    },
  };
}
