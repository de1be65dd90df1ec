import { describeCauses, describeEstimate, plural, type CostEstimate, type WorldPlan } from 'chargen-core';
import { confirmed } from '../cli/confirm.js';
import type { Io } from '../cli/io.js';
import { hintText } from '../output/hint-lines.js';
import { alongLines } from '../output/plan-text.js';
import type { Workspace } from '../workspace/open-workspace.js';

/** A run that makes more than this part of a world is rarely meant, if the world is larger than a beginning. */
const LARGE_SHARE = 0.25;
const LARGE_REQUESTS = 10;

/** A world as far as its scenes are counted. */
interface CountableWorld {
  readonly entities: readonly { readonly entity?: { readonly scenes: readonly unknown[] } | undefined }[];
}

/** Whether a run is so large that No is preselected: by its cost, or by its share of the world. */
export function isLarge(
  {
    options,
    world,
  }: { readonly options: Pick<Workspace['options'], 'askAbove'>; readonly world: CountableWorld },
  requests: number,
  cost: CostEstimate,
): boolean {
  const scenes = world.entities.reduce((sum, { entity }) => sum + (entity?.scenes.length ?? 0), 0);
  const isMuch = requests >= LARGE_REQUESTS && requests > scenes * LARGE_SHARE;
  return isMuch || cost.expected > options.askAbove || cost.unknown > 0;
}

/** Says why so much is to be made, then asks. */
export async function agreesToPlan(workspace: Workspace, { totals }: WorldPlan, io: Io): Promise<boolean> {
  const causes = describeCauses(totals.causes, workspace.world.style);
  const lines = [...alongLines(totals.along), ...causes.map((line) => `  ${line}`)];
  io.err(lines.map((line) => `${line}\n`).join('') + hintText(totals, io.columns));
  const { requests, cost } = totals;
  return confirmed(
    `Make ${plural(requests, 'picture')} for ${describeEstimate(cost)}?`,
    // What looks already made is hardly meant to be paid for.
    totals.adoptable.scenes === 0 && !isLarge(workspace, requests, cost),
  );
}
