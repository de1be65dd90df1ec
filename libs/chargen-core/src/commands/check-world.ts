import type { LocatedDiagnostic } from '../content/index.js';
import { compareDiagnostics } from './compare-diagnostics.js';
import { personalData } from './personal-data.js';
import { planWorld, type WorldPlanOptions } from './plan-world.js';

/** Every diagnostic of the chosen entities, sorted by place; see `planWorld`. */
export async function checkWorld(options: WorldPlanOptions): Promise<LocatedDiagnostic[]> {
  const { diagnostics } = await planWorld(options);
  return [...diagnostics, ...personalData(options)].sort(compareDiagnostics);
}
