import {
  filesNotRead,
  locateInWorkspace,
  textForPlaces,
  type EntityTexts,
  type LoadedEntity,
  type LocatedDiagnostic,
} from '../content/index.js';
import { describeKept, findKeptVersions, foldersWrittenIn } from '../record/leftovers.js';
import { lintEntity, lintStyle } from '../prompt/index.js';
import { causesFirst, compareDiagnostics } from './compare-diagnostics.js';
import { entityTexts, personalData, styleTexts } from './personal-data.js';
import { modelWarnings, modelWarningsOfOptions } from './model-warnings.js';
import { folderNameWarnings, sceneNameWarnings } from './portable-names.js';
import { planItems, type ItemPlanOptions } from './plan-world.js';

export interface WorldCheckOptions extends Omit<ItemPlanOptions, 'hintsOf'> {
  /** Relative to the workspace; given, files that look like content and are not read are reported too. */
  readonly contentRoot?: string;
  /** Content roots of the other worlds of the workspace. */
  readonly otherRoots?: readonly string[];
}

/** Every diagnostic of the chosen entities, sorted by place, causes first; see `planWorld`. */
export async function checkWorld(options: WorldCheckOptions): Promise<LocatedDiagnostic[]> {
  const { workspaceRoot, contentRoot, otherRoots, world, settings, clock, chosen = () => true } = options;
  const hintsOf = (loaded: LoadedEntity, texts: EntityTexts): LocatedDiagnostic[] =>
    hintsAbout(options, loaded, texts);
  const { diagnostics, totals } = await planItems({ ...options, hintsOf });
  const notRead = contentRoot === undefined ? [] : await filesNotRead(workspaceRoot, contentRoot, otherRoots);
  const found = locateInWorkspace(workspaceRoot, [
    ...modelWarningsOfOptions(settings, clock),
    ...notRead,
    ...lintStyle(world, totals.withoutStyle ?? undefined),
    ...folderNameWarnings(world.entities.filter(chosen)),
  ]);
  const ofStyle = personalData(styleTexts(world.style), (file) => textForPlaces(workspaceRoot, file));
  const kept = await keptVersions(options);
  return causesFirst([...diagnostics, ...ofStyle, ...found, ...kept].sort(compareDiagnostics));
}

/** What is not wrong, and what a person should know all the same. */
function hintsAbout(
  { workspaceRoot, world, settings, clock }: WorldCheckOptions,
  { entity }: LoadedEntity,
  { textOf }: EntityTexts,
): LocatedDiagnostic[] {
  if (entity === undefined) return [];
  const found = [
    ...modelWarnings(entity, settings, clock),
    ...lintEntity(world, entity),
    ...sceneNameWarnings(entity),
  ];
  return [...personalData(entityTexts(entity), textOf), ...locateInWorkspace(workspaceRoot, found, textOf)];
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
