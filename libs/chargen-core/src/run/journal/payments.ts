import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { roundMicro } from '../../plan/index.js';
import { provenanceSchema } from '../../store/index.js';
import { namesIn } from '../../util/names-in.js';
import type { RunDirectory } from './run-directory.js';

/** One answer that Google billed, usable or not. */
const paymentSchema = z.object({
  /** Its item name, as it stood in the request line: `character/mira/first@sha256:…`. */
  name: z.string(),
  key: z.string(),
  /** `unusable`: an answer to an analysis that could not be read, and that the store does not keep. */
  kind: z.enum(['picture', 'refusal', 'analysis', 'unusable']),
  provenance: provenanceSchema,
});
export type Payment = z.infer<typeof paymentSchema>;

const paymentsSchema = z.object({ v: z.literal(1), payments: z.array(paymentSchema) });

/** The same id for the same answer, whether it is read from the journal, the store or a recipe. */
export function paymentId(key: string, { responseId, run, job }: Payment['provenance']): string {
  return responseId ?? `${run} ${job} ${key}`;
}

/**
 * Writes what the answers of one job cost, as a whole. The store cannot say it for good: a refusal there gives way to
 * the picture that came later, and an answer that cannot be used is not kept.
 */
export async function writePayments(
  directory: RunDirectory,
  n: number,
  payments: readonly Payment[],
): Promise<void> {
  if (payments.length === 0) return;
  const text = JSON.stringify({ v: 1, payments: [...payments] }, undefined, 2);
  await directory.write(directory.paymentsPath(n), `${text}\n`);
}

/** Every answer that a run brought; a file that cannot be read is left out, since nothing is bought by it. */
export async function readPayments(directory: RunDirectory): Promise<Payment[]> {
  const names = (await namesIn(directory.folder)).filter((name) => /^payments-\d+\.json$/.test(name));
  const files = await Promise.all(names.map((name) => readFile(join(directory.folder, name), 'utf8')));
  return files.flatMap((text) => {
    try {
      return paymentsSchema.parse(JSON.parse(text)).payments;
    } catch {
      return [];
    }
  });
}

/** US dollars; null if one has no known price. */
export function sumOfPayments(payments: readonly Payment[]): number | null {
  let sum = 0;
  for (const { provenance } of payments) {
    if (provenance.costUsd === null) return null;
    sum += provenance.costUsd;
  }
  return roundMicro(sum);
}
