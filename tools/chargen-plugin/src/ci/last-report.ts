import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const reportSchema = z.object({
  v: z.literal(1),
  startedAt: z.string(),
  costUsd: z.number().nullable(),
  stop: z.looseObject({ kind: z.string(), jobs: z.number().optional() }).optional(),
  stopMessage: z.string().optional(),
  totals: z.record(z.string(), z.number()),
  entities: z.array(
    z.object({
      root: z.string(),
      verdict: z.enum(['done', 'failed', 'unfinished']),
      scenes: z.array(
        z.object({
          scene: z.string(),
          picture: z.string().optional(),
          outcome: z.looseObject({ kind: z.string() }),
        }),
      ),
    }),
  ),
});
export type LastReport = z.infer<typeof reportSchema>;

/** What the executor wrote of its last run; undefined where it was not called since `since` (everything was cached). */
export async function readLastReport(cwd: string, since: number): Promise<LastReport | undefined> {
  let text: string;
  try {
    text = await readFile(join(cwd, '.chargen', 'batch', 'last-report.json'), 'utf8');
  } catch {
    return undefined;
  }
  const report = reportSchema.parse(JSON.parse(text));
  return Date.parse(report.startedAt) >= since ? report : undefined;
}
