import type { Store } from '../store/index.js';
import { RunDirectories } from './journal/run-directory.js';
import { isJobAtGoogle, isOpen, isSettled, isSynchronous, type Job } from './journal/run-state.js';

export interface UnservedItems {
  /** Items of jobs that are not settled, without those whose answer is in the store. */
  readonly items: readonly {
    /** `character/cidrella-vexweld/workshop-tinkering@sha256:<key>` */
    readonly name: string;
    readonly key: string;
    /** US dollars; null if the price is not known. */
    readonly estimatedUsd: number | null;
  }[];
  /** Jobs that Google has or may have; one of another machine has items that are not known here. */
  readonly atGoogle: readonly Job[];
  /** Requests of `chargen now` whose answer was lost: each may have been billed. */
  readonly lost: readonly Job[];
}

/** What a run still waits for. Reads only; empty for a run that is over. */
export async function unservedItems(
  batchFolder: string,
  runId: string,
  store: Pick<Store, 'find'>,
): Promise<UnservedItems> {
  const directory = new RunDirectories(batchFolder).directory(runId);
  const jobs = (await directory.readState())?.jobs.filter((job) => !isSettled(job)) ?? [];
  const known = await directory.readPlan();
  const items: UnservedItems['items'][number][] = [];
  for (const key of new Set(jobs.flatMap((job) => job.keys))) {
    if ((await store.find(key)) !== undefined) continue;
    const { name = key, estimatedUsd = null } = known.get(key) ?? {};
    items.push({ name, key, estimatedUsd });
  }
  const lost = jobs.filter((job) => isOpen(job) && isSynchronous(job));
  return { items, atGoogle: jobs.filter(isJobAtGoogle), lost };
}
