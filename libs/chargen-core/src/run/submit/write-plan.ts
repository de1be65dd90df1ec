import type { OpenRun } from '../context.js';
import { STATE_VERSION, type PlanItem } from '../journal/run-state.js';
import type { WorkItem } from '../work.js';

/** Adds items to the plan of a run, durably: what an answer belongs to is known after any crash. */
export async function writePlan(run: OpenRun, items: readonly WorkItem[]): Promise<void> {
  const before = await run.directory.readPlan();
  const merged = new Map<string, PlanItem>((before?.items ?? []).map((item) => [item.key, item]));
  for (const item of items) {
    merged.set(item.key, {
      name: item.name,
      key: item.key,
      request: item.request,
      files: item.files.map(({ name, role, sha256, mimeType, extension, path }) => ({
        name,
        role,
        sha256,
        mimeType,
        extension,
        ...(path === undefined ? {} : { path }),
      })),
      ...(item.asked === undefined ? {} : { asked: item.asked }),
      estimatedUsd: item.estimate.unknown > 0 ? null : item.estimate.expected,
    });
  }
  await run.directory.writePlan({ v: STATE_VERSION, runId: run.state.runId, items: [...merged.values()] });
}
