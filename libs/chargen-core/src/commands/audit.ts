import { join, posix } from 'node:path';
import { altTextOf } from '../analysis/index.js';
import {
  PICTURE_NAME,
  resolveReferences,
  type AuditFindingKind,
  type Entity,
  type LoadedEntity,
  type Scene,
  type World,
} from '../content/index.js';
import { FileDigests, PICTURE_EXTENSIONS, REAL_PLACES, scenePaths, sceneName } from '../plan/index.js';
import { readRecipe, type Recipe, type SidecarOutcome } from '../recipe/index.js';
import { namesIn } from '../util/names-in.js';

/** One thing that is not as it should be. */
export interface AuditFinding {
  readonly kind: AuditFindingKind;
  /** Relative to the workspace. */
  readonly path: string;
  /** `character/cidrella-vexweld/workshop-tinkering`; undefined for a picture that no scene knows. */
  readonly scene: string | undefined;
  /** A sentence; what to do next. */
  readonly advice: string;
}

export interface Audit {
  readonly findings: readonly AuditFinding[];
  /** Pictures in the place of scenes. */
  readonly pictures: number;
  /** Of these, those of locked scenes without a recipe: their authors', of which none is expected. */
  readonly authored: number;
}

export interface AuditOptions {
  readonly workspaceRoot: string;
  readonly world: World;
  /** Which entities are looked at; all of them by default. */
  readonly chosen?: (loaded: LoadedEntity) => boolean;
}

/**
 * Whether every picture has its recipe, and every recipe its picture. It compares files with each other, asks nothing of
 * Google and writes nothing; `planWorld` judges whether a picture is what its files ask for.
 */
export async function auditWorld({
  workspaceRoot,
  world,
  chosen = () => true,
}: AuditOptions): Promise<Audit> {
  const state = join(workspaceRoot, REAL_PLACES.stateDir, 'digests.json');
  const digests = await FileDigests.open(workspaceRoot, state);
  const findings: AuditFinding[] = [];
  let pictures = 0;
  let authored = 0;
  for (const loaded of world.entities.filter(chosen)) {
    const { entity } = loaded;
    if (entity === undefined) continue;
    const known = knownPictures(world, loaded, entity);
    for (const scene of entity.scenes) {
      const audited = await auditScene({ workspaceRoot, digests }, loaded, entity, scene);
      findings.push(...audited.findings);
      if (audited.picture === undefined) continue;
      known.add(audited.picture);
      pictures += 1;
      if (audited.isAuthored) authored += 1;
    }
    findings.push(...(await unknownPictures(workspaceRoot, entity, known)));
  }
  return { findings, pictures, authored };
}

interface AuditContext {
  readonly workspaceRoot: string;
  readonly digests: FileDigests;
}

interface AuditedScene {
  readonly findings: readonly AuditFinding[];
  /** Relative to the workspace; undefined if there is none. */
  readonly picture: string | undefined;
  readonly isAuthored: boolean;
}

async function auditScene(
  context: AuditContext,
  loaded: LoadedEntity,
  entity: Entity,
  scene: Scene,
): Promise<AuditedScene> {
  const paths = scenePaths(entity, scene, REAL_PLACES);
  const recipe = await readRecipe(join(context.workspaceRoot, paths.recipe));
  const name = sceneName(entity, scene);
  const path = await pictureOf(context.digests, entity, scene, recipe);
  const finding = (kind: AuditFindingKind, where: string, advice: string): AuditFinding => ({
    kind,
    path: where,
    scene: name,
    advice,
  });
  if (path === undefined) {
    const advice = 'Run: npx nx run-many -t generate. It comes from the store or a cache, if one has it.';
    const findings =
      recipe.kind === 'present' ? [finding('recipe-without-picture', paths.recipe, advice)] : [];
    return { findings, picture: undefined, isAuthored: false };
  }
  const facts = await context.digests.find(path);
  const pointer =
    facts.kind === 'picture' && facts.verdict.kind === 'lfs-pointer' ? facts.verdict : undefined;
  const sha256 = pointer?.oid ?? (facts.kind === 'picture' ? facts.sha256 : '');
  const isAuthored = scene.locked && recipe.kind === 'absent';
  const findings: AuditFinding[] = [];
  if (pointer !== undefined) findings.push(finding('lfs-pointer', path, 'Run: git lfs pull'));
  if (recipe.kind !== 'present' && !isAuthored) {
    const why = recipe.kind === 'broken' ? `Its recipe cannot be read: ${recipe.why}. ` : '';
    const advice = `${why}Keep it as yours: npx chargen keep ${name}, or count it as made before chargen: npx chargen adopt`;
    findings.push(finding('picture-without-recipe', path, advice));
  } else if (recipe.kind === 'present' && !scene.locked && recipe.value.picture.sha256 !== sha256) {
    const advice = `Keep it as yours: npx chargen keep ${name}, or take back the original: npx chargen discard ${name}`;
    findings.push(finding('changed-picture', path, advice));
  }
  if ((await altTextOf(context.workspaceRoot, loaded, scene, { path, sha256 })).alt === null) {
    const advice = `Write alt_text for the scene in ${scene.file}, or let analysis find one ("analyzePictures": "all").`;
    findings.push(finding('without-alt-text', path, advice));
  }
  return { findings, picture: path, isAuthored };
}

/** The picture that the recipe names, else the one that lies in the scene's place. */
async function pictureOf(
  digests: FileDigests,
  entity: Entity,
  scene: Scene,
  recipe: SidecarOutcome<Recipe>,
): Promise<string | undefined> {
  const paths = scenePaths(entity, scene, REAL_PLACES);
  const first = recipe.kind === 'present' ? [recipe.value.picture.extension] : [];
  for (const extension of [...first, ...PICTURE_EXTENSIONS]) {
    const path = paths.picture(extension);
    if ((await digests.find(path)).kind !== 'absent') return path;
  }
  return undefined;
}

/** What an author declared: references, pictures of an inventory, files that scenes name. */
function knownPictures(world: World, loaded: LoadedEntity, entity: Entity): Set<string> {
  const known = new Set<string>();
  for (const { paths } of entity.pictures) for (const path of paths) known.add(path);
  for (const { path } of loaded.inventory ?? []) known.add(path);
  for (const scene of entity.scenes) {
    for (const reference of resolveReferences(world, entity, scene)) {
      if (reference.kind === 'file') for (const path of reference.paths) known.add(path);
    }
  }
  for (const id of entity.unread ?? []) {
    const paths = scenePaths(entity, { id }, REAL_PLACES);
    for (const extension of PICTURE_EXTENSIONS) known.add(paths.picture(extension));
  }
  return known;
}

async function unknownPictures(
  workspaceRoot: string,
  { root }: Entity,
  known: ReadonlySet<string>,
): Promise<AuditFinding[]> {
  const folder = posix.join(root, REAL_PLACES.imagesDir);
  const names = await namesIn(join(workspaceRoot, folder));
  return names
    .filter((name) => PICTURE_NAME.test(name))
    .map((name) => posix.join(folder, name))
    .filter((path) => !known.has(path))
    .sort()
    .map((path) => ({
      kind: 'unknown-picture',
      path,
      scene: undefined,
      advice: 'Declare it under references, name a scene like it, or move it out of images/.',
    }));
}
