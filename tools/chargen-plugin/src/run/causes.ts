import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'chargen-core/zod';
import { causesFolder, noteNames, RUN_VARIABLE } from './causes-folder.js';

const causeSchema = z.object({
  v: z.literal(1),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** The Nx run that left the tasks, by its own id. */
  run: z.string(),
  target: z.enum(['generate', 'analyze']),
  /** Ids of the tasks that were left undone by it. */
  tasks: z.array(z.string()),
  /** Complete: what happened, and what to do next. */
  message: z.string(),
});

/** Why tasks were left undone by something outside of the work: no key, an outage, a cap, a job still running. */
export type Cause = z.infer<typeof causeSchema>;

/** Notes that no hook took, since Nx was killed, are not kept longer than this. */
const FORGOTTEN_MS = 24 * 3_600_000;

/** Notes of this process: two worlds may end in the same millisecond. */
let noted = 0;

/** Never rejects: a note that cannot be written must not change what the tasks are reported as. */
export async function noteCause(
  workspaceRoot: string,
  cause: Pick<Cause, 'target' | 'tasks' | 'message'>,
): Promise<void> {
  const run = process.env[RUN_VARIABLE];
  if (run === undefined) return;
  try {
    const { writeFileAtomic } = await import('chargen-core');
    const at = Date.now();
    noted += 1;
    const path = join(causesFolder(workspaceRoot), `${at}-${process.pid}-${noted}-${cause.target}.json`);
    const note: Cause = { v: 1, at, run, ...cause };
    await writeFileAtomic(path, JSON.stringify(note));
  } catch {
    // The output of the tasks, which was written before, has the cause too.
  }
}

/** The causes that an Nx run noted, the first one first; they are removed by this. */
export function takeCauses(workspaceRoot: string, run: string): Cause[] {
  const folder = causesFolder(workspaceRoot);
  const taken: Cause[] = [];
  for (const name of noteNames(workspaceRoot)) {
    const path = join(folder, name);
    const cause = readCause(path);
    if (cause === undefined) continue;
    if (cause.run === run) taken.push(cause);
    if (cause.run === run || cause.at < Date.now() - FORGOTTEN_MS) rmSync(path, { force: true });
  }
  return taken.sort((one, other) => one.at - other.at);
}

/** Undefined for a note that another hook has taken meanwhile, or that is of a newer version. */
function readCause(path: string): Cause | undefined {
  try {
    return causeSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
