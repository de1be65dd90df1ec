import type { CostEstimate } from '../plan/index.js';

/** `$1.24`; small sums with more digits, since a picture costs cents. */
export function dollars(usd: number): string {
  return usd !== 0 && usd < 0.1 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** `about $0.71 ($0.68 to $1.38)`, with what is not known said and not counted as nothing. */
export function describeEstimate(estimate: CostEstimate): string {
  const unknown = estimate.unknown === 0 ? '' : `${estimate.unknown} of unknown price`;
  if (estimate.expected === 0) return unknown === '' ? 'nothing' : unknown;
  const known = `about ${dollars(estimate.expected)} (${dollars(estimate.low)} to ${dollars(estimate.high)})`;
  return unknown === '' ? known : `${known}, and ${unknown}`;
}

export function describeCost(usd: number | null): string {
  return usd === null ? 'unknown' : dollars(usd);
}

/** `8m 32s`, `2h 5m`, `340ms`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${seconds % 60}s`;
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
