import { z } from 'zod';

const versioned = z.object({ v: z.number() });

/**
 * What to report of a file that a later format of chargen wrote, after the name of the file; undefined if this version
 * may judge it. A file that stands for something paid or for a living process is asked this first: taken for damaged or for
 * absent, it would be paid again.
 *
 * @param known The latest format that this version reads.
 */
export function newerFormat(data: unknown, known = 1): string | undefined {
  const parsed = versioned.safeParse(data);
  if (!parsed.success || parsed.data.v <= known) return undefined;
  return `was written by a newer version of chargen (format ${parsed.data.v}): update chargen to go on`;
}
