import type { RunReport } from 'chargen-core';
import { z } from 'zod';

/** What of a report is relied on here; the rest is written by the same version of the tool. */
const shape = z.looseObject({
  v: z.literal(1),
  target: z.enum(['generate', 'analyze']),
  mode: z.enum(['real', 'preview']),
  startedAt: z.string(),
  durationMs: z.number(),
  totals: z.record(z.string(), z.number()),
  entities: z.array(
    z.looseObject({
      id: z.string(),
      file: z.string(),
      verdict: z.string(),
      diagnostics: z.array(z.looseObject({ severity: z.string() })),
      scenes: z.array(z.looseObject({ scene: z.string(), outcome: z.looseObject({ kind: z.string() }) })),
    }),
  ),
});
const reportSchema = z.custom<RunReport>((data) => shape.safeParse(data).success);

/** A run's report; undefined where the file is absent, cut short or of another form. */
export function readReport(text: string | undefined): RunReport | undefined {
  if (text === undefined) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = reportSchema.safeParse(data);
  return parsed.success ? parsed.data : undefined;
}
