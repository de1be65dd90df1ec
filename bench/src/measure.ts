export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  const low = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  if (high === undefined || low === undefined) throw new RangeError('No values were measured.');
  return (high + low) / 2;
}

export interface Variant<Name extends string> {
  readonly name: Name;
  /** Milliseconds, or whatever it measures. */
  readonly run: () => Promise<number>;
}

/**
 * Runs the variants side by side, so many rounds, turning the order round each time: what else the machine does
 * then falls on all of them. Gives what each variant measured, round by round.
 */
export async function sideBySide<Name extends string>(
  rounds: number,
  variants: readonly Variant<Name>[],
): Promise<(name: Name) => readonly number[]> {
  const values = new Map<Name, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run } of round % 2 === 0 ? variants : [...variants].reverse()) {
      const list = values.get(name) ?? [];
      values.set(name, list);
      list.push(await run());
    }
  }
  return (name) => values.get(name) ?? [];
}

/** The median of the ratios of the rounds, which noise that lasts longer than a round cannot move. */
export function ratio(times: readonly number[], floor: readonly number[]): number {
  return median(times.map((time, round) => time / (floor[round] ?? Number.NaN)));
}

export async function timed(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/**
 * The exponent e of value = c * size^e by least squares over the logarithms: 1 is linear, 2 a quadratic. The
 * constant part of small sizes draws it towards 0, so the last doubling is what a quadratic shows in first.
 */
export function growthExponent(points: readonly { readonly size: number; readonly value: number }[]): number {
  const logs = points.map(({ size, value }) => ({ x: Math.log(size), y: Math.log(value) }));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const x = mean(logs.map((one) => one.x));
  const y = mean(logs.map((one) => one.y));
  const over = logs.reduce((total, one) => total + (one.x - x) * (one.y - y), 0);
  const under = logs.reduce((total, one) => total + (one.x - x) ** 2, 0);
  return over / under;
}
