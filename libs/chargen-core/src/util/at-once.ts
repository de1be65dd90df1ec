import pLimit from 'p-limit';

/** More than these wait for each other on a usual disk, and each may hold a picture of some megabytes. */
const AT_ONCE = 16;

/** Does this for each, several at once: most of the time is spent waiting for the disk. Rejects when all have ended. */
export async function atOnce<T>(all: Iterable<T>, act: (one: T) => Promise<void>): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const ends = await Promise.allSettled(Array.from(all, (one) => limit(act, one)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
