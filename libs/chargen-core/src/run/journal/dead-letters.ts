import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { NO_PICTURE } from '../../recipe/index.js';
import { isMissing } from '../../util/fs-error.js';
import type { RunDirectory } from './run-directory.js';
import { FAILURE_CLASSES, planItemSchema, type PlanItem } from './run-state.js';
import { namesIn } from '../../util/names-in.js';

/** `failed/<item>.json`: an item that was not made, with what was asked, what was answered and what to do. */
export const deadLetterSchema = z.object({
  v: z.literal(1),
  /** Its item name, as it stood in the request line. */
  name: z.string(),
  key: z.string(),
  class: z.enum([...FAILURE_CLASSES, ...NO_PICTURE]),
  /** Google's word for a refusal, or that of chargen for an answer that holds nothing usable. */
  reason: z.string().optional(),
  message: z.string(),
  /** The next step, for a person. */
  advice: z.string(),
  /** How often it was asked for in this call. */
  attempts: z.number().int(),
  /** `batches/…`, if a job was made. */
  job: z.string().optional(),
  /** What was asked; absent for an item of another machine. */
  item: planItemSchema.optional(),
  /** What was answered, without the bytes of pictures. */
  answer: z.unknown().optional(),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/** Writes a letter; a later one of the same item takes its place. */
export async function writeDeadLetter(
  directory: RunDirectory,
  letter: Omit<DeadLetter, 'v' | 'item'> & { readonly item: PlanItem | undefined },
): Promise<void> {
  const { item, ...rest } = letter;
  const body: DeadLetter = { v: 1, ...rest, ...(item === undefined ? {} : { item }) };
  await directory.write(letterPath(directory, letter.name), `${JSON.stringify(body, undefined, 2)}\n`);
}

/** The item was made after all. */
export async function removeDeadLetter(directory: RunDirectory, name: string): Promise<void> {
  await rm(letterPath(directory, name), { force: true });
}

/** All letters of a run; one that cannot be read is left out, since nothing depends on it. */
export async function readDeadLetters(directory: RunDirectory): Promise<DeadLetter[]> {
  const names = await namesIn(directory.failedFolder);
  const letters: DeadLetter[] = [];
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    try {
      const data: unknown = JSON.parse(await readFile(join(directory.failedFolder, name), 'utf8'));
      const parsed = deadLetterSchema.safeParse(data);
      if (parsed.success) letters.push(parsed.data);
    } catch (error) {
      if (!(error instanceof SyntaxError) && !isMissing(error)) throw error;
    }
  }
  return letters;
}

/** A name that came over the wire may hold anything, and a file name may not be longer than 255 bytes. */
function letterPath(directory: RunDirectory, name: string): string {
  const [, scene = name, digest = ''] = /^(.*)@sha256:([0-9a-f]{12})[0-9a-f]*$/s.exec(name) ?? [];
  const safe = scene.replaceAll('/', '__').replace(/[^\p{L}\p{N}._-]/gu, '-');
  return join(directory.failedFolder, `${Array.from(safe).slice(0, 50).join('')}@${digest}.json`);
}

/** Whether its answer is kept by key, so that only a person has it asked for again. */
export function isOfKeptAnswer(letter: DeadLetter): boolean {
  return NO_PICTURE.some((one) => one === letter.class);
}
