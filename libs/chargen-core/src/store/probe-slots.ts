import { randomUUID } from 'node:crypto';
import type { ClaimSlots } from './slot-claims.js';

const RACERS = 5;

/**
 * Whether of several that take one slot at once, and of one that comes later, exactly one gets it. Says what happened
 * instead if not; undefined if claims hold here.
 */
export async function probeSlots(
  slots: ClaimSlots & { clear(key: string): Promise<void> },
): Promise<string | undefined> {
  const key = `probe-${randomUUID()}`;
  try {
    const takes = await Promise.all(
      Array.from({ length: RACERS }, (_, n) => slots.take(key, 1, `racer ${n}`)),
    );
    const isLateTaken = await slots.take(key, 1, 'late');
    const winners = takes.filter(Boolean).length + (isLateTaken ? 1 : 0);
    const numbers = await slots.numbers(key);
    if (winners === 1 && numbers.length === 1 && numbers[0] === 1) return undefined;
    return `of ${RACERS + 1} that claimed the same at once it let ${winners} have it: it ignores conditions on writing`;
  } finally {
    await slots.clear(key).catch(() => undefined);
  }
}
