import { failureAdvice } from '../advice.js';
import { saveRun, type OpenRun, type RunContext } from '../context.js';
import { writeDeadLetter } from '../journal/dead-letters.js';
import type { FailureClass, ItemFailure, Job } from '../journal/run-state.js';

export function failureOf(
  context: RunContext,
  key: string,
  item: string,
  failureClass: FailureClass,
  message: string,
): ItemFailure {
  const advice = failureAdvice(failureClass, item);
  return { key, item, class: failureClass, message, advice, attempts: context.attempts(key) + 1 };
}

/** Writes failures that are not a line's: into the state, as dead letters, and for the listener. */
export async function saveFailures(
  context: RunContext,
  run: OpenRun,
  failures: readonly ItemFailure[],
  jobs: readonly Job[] = run.state.jobs,
): Promise<void> {
  const keys = new Set(failures.map((failure) => failure.key));
  const items = await run.directory.readPlan();
  for (const failure of failures) {
    const { key, item: name, class: failureClass, message, advice, attempts } = failure;
    const letter = { name, key, class: failureClass, message, advice, attempts };
    await writeDeadLetter(run.directory, { ...letter, item: items.get(key) });
  }
  const others = run.state.failures.filter((failure) => !keys.has(failure.key));
  await saveRun(context, run, { ...run.state, jobs: [...jobs], failures: [...others, ...failures] });
  for (const failure of failures) {
    context.listener({ kind: 'item-failed', runId: run.state.runId, failure });
  }
}
