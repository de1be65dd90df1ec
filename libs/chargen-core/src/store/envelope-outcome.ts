import { z } from 'zod';

const outcomeSchema = z.object({ outcome: z.string() });

/** Whether what is stored is replaced: a refusal is, by a picture, since a person asked again on purpose. */
export function givesWay(present: Uint8Array, envelope: Uint8Array): boolean {
  return outcomeOf(present) === 'refused' && outcomeOf(envelope) !== 'refused';
}

/** Read from the first line; the rest of the envelope need not be there. */
function outcomeOf(envelope: Uint8Array): string | undefined {
  const line = Buffer.from(envelope.subarray(0, 4096)).toString('utf8').split('\n')[0] ?? '';
  try {
    return outcomeSchema.parse(JSON.parse(line)).outcome;
  } catch {
    return undefined;
  }
}
