import type { PlanItem } from '../journal/run-state.js';
import type { WorkItem } from '../work.js';

/** An item as the plan of its run holds it. */
export function planItem(item: WorkItem): PlanItem {
  return {
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
  };
}
