import { filesNotRead, locateInWorkspace, type LocatedDiagnostic } from '../content/index.js';
import { describeKept, findKeptVersions, foldersWrittenIn } from '../record/leftovers.js';
import { lintPrompts } from '../prompt/index.js';
import { causesFirst, compareDiagnostics } from './compare-diagnostics.js';
import { personalData } from './personal-data.js';
import { modelWarnings } from './model-warnings.js';
import { portableNameWarnings } from './portable-names.js';
import { planWorld, type WorldPlanOptions } from './plan-world.js';

export interface WorldCheckOptions extends WorldPlanOptions {
  /** Relative to the workspace; given, files that look like content and are not read are reported too. */
  readonly contentRoot?: string;
  /** Content roots of the other worlds of the workspace. */
  readonly otherRoots?: readonly string[];
}

/** Every diagnostic of the chosen entities, sorted by place, causes first; see `planWorld`. */
export async function checkWorld(options: WorldCheckOptions): Promise<LocatedDiagnostic[]> {
  const { diagnostics } = await planWorld(options);
  const { workspaceRoot, contentRoot, otherRoots, world, chosen = () => true } = options;
  const notRead = contentRoot === undefined ? [] : await filesNotRead(workspaceRoot, contentRoot, otherRoots);
  const asked = new Set(world.entities.filter(chosen).map((loaded) => loaded.entity));
  const hints = lintPrompts(world, (entity) => asked.has(entity), options.prompts?.lint);
  options.prompts?.keep();
  const names = portableNameWarnings(world.entities.filter(chosen));
  const found = locateInWorkspace(workspaceRoot, [...modelWarnings(options), ...notRead, ...hints, ...names]);
  const kept = await keptVersions(options);
  return causesFirst([...diagnostics, ...personalData(options), ...found, ...kept].sort(compareDiagnostics));
}

/** Of files of any kind: there is no line to show. */
async function keptVersions(options: WorldCheckOptions): Promise<LocatedDiagnostic[]> {
  const { workspaceRoot, world, places, chosen = () => true } = options;
  const folders = foldersWrittenIn(world, world.entities.filter(chosen), places);
  const versions = await findKeptVersions(workspaceRoot, folders);
  return versions.map((version) => ({
    severity: 'warning',
    code: 'kept-version',
    message: describeKept(version),
    file: version.path,
    line: 1,
    column: 1,
    excerpt: '',
  }));
}
