import { addCosts, estimateCost, FULL_PRICE, modelTerms, type CostEstimate } from '../../plan/index.js';
import { ageOfJob } from '../collect/poll-job.js';
import { isAskedBeside } from '../journal/run-state.js';
import { overBudget } from '../submit/budget.js';
import { sendAtOnce } from '../submit/synchronous-request.js';
import { stopOfError } from '../stop.js';
import type { WorkItem } from '../work.js';
import { jobsAtGoogle, ownRun } from './own-runs.js';
import { reportMoved } from './report-moved.js';
import { stopWith, type StepOutcome, type Turn } from './step.js';
import { whileUnclaimed } from './while-unclaimed.js';

/** A job that Google has had for longer than this has ended there, even if its recorded state differs. */
const JOB_LIFE_MS = 49 * 3_600_000;

/**
 * Asks for what is wanted by one request each, at full price, and waits for the answers. What stands in the way is
 * not waited for: it ends the call with the reason.
 */
export async function askAtOnce(
  turn: Turn,
  confirm: (cost: CostEstimate) => Promise<boolean>,
): Promise<StepOutcome> {
  const { call, context, runs, planned, fresh } = turn;
  const { maxCost, store, settings, clock } = call.options;
  if (fresh.length === 0) return stopWith(whyNothingIsFresh(turn));
  if (await call.foreign.takeOver(context)) return { kind: 'again' };
  const foreign = jobsAtGoogle(runs.open).find(
    ({ run, job }) => job.foreign && !isAskedBeside(job) && ageOfJob(context, run, job) <= JOB_LIFE_MS,
  );
  if (foreign !== undefined) {
    const { batch = foreign.job.displayName } = foreign.job;
    return inFlight(
      `Another machine has the job ${batch} of this workspace at Google, which may hold it; asked now it might be paid ` +
        'twice. Collect it with: npx chargen collect',
    );
  }
  const terms = modelTerms(settings, clock.now());
  const costOf = (items: readonly WorkItem[]): CostEstimate =>
    addCosts(items.map((item) => estimateCost(item.request, terms, FULL_PRICE)));
  const estimate = costOf(fresh);
  const own = runs.own.find((run) => run.state.runId === call.runId);
  const over = await overBudget({ cap: maxCost, planned: { ...planned, estimate }, own, store });
  if (over !== undefined) return stopWith(over);
  reportMoved(turn);
  const claimed = await store.claim(fresh);
  const { held } = claimed;
  const [holder] = held.values();
  const free = fresh.filter((item) => !held.has(item.key));
  if (holder !== undefined && free.length === 0) return inFlight(claimedBy(holder.label));
  const end = whileUnclaimed(call, claimed, free.length);
  if (end !== undefined) return end;
  if (!(await confirm(costOf(free)))) return stopWith({ kind: 'declined' });
  for (const item of free) {
    const end = await sendItem(turn, item);
    if (end !== undefined) return end;
  }
  return { kind: 'again' };
}

/** Undefined if the next item may be asked for. */
async function sendItem(turn: Turn, item: WorkItem): Promise<StepOutcome | undefined> {
  const { call, context, planned } = turn;
  const { store, onCollected, signal } = call.options;
  signal.throwIfAborted();
  // A plan that does not see what came would pay for it again and again.
  if ((await store.find(item.key)) !== undefined)
    throw new Error(`The answer to ${item.name} is in the store.`);
  const claimed = await store.sending([item]);
  const [holder] = claimed.held.values();
  if (holder !== undefined) return inFlight(claimedBy(holder.label));
  const end = whileUnclaimed(call, claimed, 1);
  if (end !== undefined) {
    await store.notSent([item]);
    return end;
  }
  const run = await ownRun(call, context, planned);
  const outcome = await sendAtOnce(context, run, item);
  call.noteFailures(run);
  switch (outcome.kind) {
    case 'answered':
      await store.offer();
      await onCollected();
      return undefined;
    case 'uncertain':
      return undefined;
    case 'not-asked':
      await store.notSent([item]);
      return undefined;
    case 'refused':
      await store.notSent([item]);
      return stopWith(stopOfError(outcome.error));
  }
}

function whyNothingIsFresh({ call, runs, wanted }: Turn): Parameters<typeof stopWith>[0] {
  for (const item of wanted) {
    const held = call.held.get(item.key);
    if (held !== undefined) return held;
  }
  const run = runs.open.find(({ state }) =>
    state.jobs.some((job) => wanted.some((item) => job.keys.includes(item.key))),
  );
  return {
    kind: 'in-flight',
    message: `Google works on it already, in run ${run?.state.runId ?? ''}; asked now it would be paid twice. Collect it with: chargen collect`,
  };
}

function claimedBy(label: string): string {
  return `It is claimed by ${label}; asked now it would be paid twice. CHARGEN_CLAIMS=ignore pays beside it`;
}

function inFlight(message: string): StepOutcome {
  return stopWith({ kind: 'in-flight', message });
}
