import { filesNotRead, locateInWorkspace, type LocatedDiagnostic } from '../content/index.js';
import { lintPrompts } from '../prompt/index.js';
import { causesFirst, compareDiagnostics } from './compare-diagnostics.js';
import { personalData } from './personal-data.js';
import { planWorld, type WorldPlanOptions } from './plan-world.js';
import { unknownModels } from './unknown-models.js';

export interface WorldCheckOptions extends WorldPlanOptions {
  /** Relative to the workspace; given, files that look like content and are not read are reported too. */
  readonly contentRoot?: string;
}

/** Every diagnostic of the chosen entities, sorted by place, causes first; see `planWorld`. */
export async function checkWorld(options: WorldCheckOptions): Promise<LocatedDiagnostic[]> {
  const { diagnostics } = await planWorld(options);
  const { workspaceRoot, contentRoot, world, chosen = () => true } = options;
  const notRead = contentRoot === undefined ? [] : await filesNotRead(workspaceRoot, contentRoot);
  const asked = new Set(world.entities.filter(chosen).map((loaded) => loaded.entity));
  const hints = lintPrompts(world, (entity) => asked.has(entity));
  const found = locateInWorkspace(workspaceRoot, [...unknownModels(options), ...notRead, ...hints]);
  return causesFirst([...diagnostics, ...personalData(options), ...found].sort(compareDiagnostics));
}
