import { join } from 'node:path';
import type { LoadedEntity } from '../content/index.js';
import { roundMicro } from '../plan/index.js';
import { laidAnswers } from '../pipeline/laid-answers.js';
import { paymentId, readPayments, RunDirectories, type Payment, type RunDirectory } from '../run/index.js';
import { storedResults, type Provenance } from '../store/index.js';
import { ADOPTED, sceneOfItem } from '../recipe/index.js';
import type { StoreContext } from '../pipeline/plan-scene.js';

/** One answer that was paid for. */
export interface PaidAnswer {
  readonly key: string;
  /** The scene or picture that has it now, else the one that it was asked for; undefined if neither is known. */
  readonly scene: string | undefined;
  readonly kind: Payment['kind'];
  readonly model: string;
  readonly run: string;
  /** ISO time, Google's. */
  readonly finishedAt: string;
  /** US dollars; null if the price is not known. */
  readonly costUsd: number | null;
}

export interface CostSum {
  readonly name: string;
  readonly answers: number;
  readonly costUsd: number;
  /** Answers of unknown price, which the sum leaves out. */
  readonly unknown: number;
}

export interface CostHistory {
  readonly total: CostSum;
  readonly byMonth: readonly CostSum[];
  readonly byModel: readonly CostSum[];
  readonly byRun: readonly CostSum[];
  readonly byEntity: readonly CostSum[];
}

/**
 * What was paid, as far as this machine can know: what its runs noted, every result in its store, and every recipe,
 * refusal and analysis that is beside a picture, which teammates may have paid for. An answer that is in several
 * places counts once. `otherIds` are the identities of worlds whose runs are left out.
 */
export async function paidAnswers(
  context: StoreContext,
  entities: readonly LoadedEntity[],
  otherIds: readonly string[] = [],
): Promise<PaidAnswer[]> {
  const { workspaceRoot, places } = context;
  const found = new Map<string, PaidAnswer>();
  const add = (
    kind: Payment['kind'],
    key: string,
    provenance: Provenance,
    scene: string | undefined,
  ): void => {
    const { model, run, finishedAt, costUsd } = provenance;
    if (run === ADOPTED) return;
    const id = paymentId(key, provenance);
    const before = found.get(id);
    found.set(id, before ?? { key, scene, kind, model, run, finishedAt, costUsd });
  };
  for await (const { kind, scene, result } of laidAnswers(context, entities)) {
    add(kind, result.key, result.provenance, scene);
  }
  const runs = new RunDirectories(join(workspaceRoot, places.stateDir, 'batch'));
  const ofOthers = new Set<string>();
  for (const runId of await runs.list()) {
    const directory = runs.directory(runId);
    if (await isOneOf(otherIds, directory)) {
      ofOthers.add(runId);
      continue;
    }
    for (const { kind, key, name, provenance } of await readPayments(directory)) {
      add(kind, key, provenance, sceneOfItem(name));
    }
  }
  for await (const result of storedResults(join(workspaceRoot, places.stateDir, 'store'))) {
    if (ofOthers.has(result.provenance.run)) continue;
    const kind = result.kind === 'generated' ? 'picture' : result.kind === 'refused' ? 'refusal' : 'analysis';
    add(kind, result.key, result.provenance, undefined);
  }
  return [...found.values()].sort((a, b) =>
    a.finishedAt !== b.finishedAt ? (a.finishedAt < b.finishedAt ? -1 : 1) : a.key < b.key ? -1 : 1,
  );
}

async function isOneOf(worldIds: readonly string[], directory: RunDirectory): Promise<boolean> {
  if (worldIds.length === 0) return false;
  // The payments of a run whose state is damaged count for every world.
  const state = await directory.readState().catch(() => undefined);
  return state !== undefined && worldIds.includes(state.workspaceId);
}

export function sumCosts(paid: readonly PaidAnswer[]): CostHistory {
  const by = (nameOf: (answer: PaidAnswer) => string): CostSum[] => {
    const groups = new Map<string, PaidAnswer[]>();
    for (const one of paid) groups.set(nameOf(one), [...(groups.get(nameOf(one)) ?? []), one]);
    return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, list]) => sum(name, list));
  };
  return {
    total: sum('total', paid),
    byMonth: by((one) => one.finishedAt.slice(0, 7)),
    byModel: by((one) => one.model),
    byRun: by((one) => one.run),
    byEntity: by((one) => one.scene?.split('/').slice(0, 2).join('/') ?? 'no longer shown'),
  };
}

function sum(name: string, paid: readonly PaidAnswer[]): CostSum {
  const known = paid.flatMap((one) => one.costUsd ?? []);
  return {
    name,
    answers: paid.length,
    costUsd: roundMicro(known.reduce((total, cost) => total + cost, 0)),
    unknown: paid.length - known.length,
  };
}
