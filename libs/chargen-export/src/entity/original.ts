import { join } from 'node:path';
import {
  ADOPTED,
  PICTURE_EXTENSIONS,
  readRecipe,
  REAL_PLACES,
  scenePaths,
  type ApprovalState,
  type FileDigests,
  type PlannedScene,
  type Recipe,
} from 'chargen-core';
import type { ExportedScene, Missing } from '../manifest/schema.js';

/** The original that a scene's copies are made from, or why there is none. */
export type OriginalOutcome =
  | { readonly kind: 'present'; readonly original: Original }
  | { readonly kind: 'missing'; readonly why: Missing };

export interface Original {
  /** Relative to the workspace. */
  readonly path: string;
  /** What the bytes were when the scene was judged: those that are copied must be the same. */
  readonly sha256: string;
  readonly source: ExportedScene['source'];
  /** Undefined for a picture of an author's. */
  readonly recipe: Recipe | undefined;
}

export interface OriginalContext {
  readonly workspaceRoot: string;
  readonly digests: FileDigests;
  readonly approvedOnly: boolean;
}

/** The picture of a scene for publication: one that is done, or the author's own in the place of a locked scene. */
export async function originalOf(
  context: OriginalContext,
  planned: PlannedScene,
  approval: ApprovalState,
): Promise<OriginalOutcome> {
  const found = await settledPicture(context, planned);
  if (found.kind === 'missing') return found;
  if (approval === 'rejected') return { kind: 'missing', why: 'rejected' };
  if (context.approvedOnly && approval !== 'approved') return { kind: 'missing', why: 'not-approved' };
  return found;
}

async function settledPicture(context: OriginalContext, planned: PlannedScene): Promise<OriginalOutcome> {
  const { state, entity, scene } = planned;
  switch (state.kind) {
    case 'done': {
      const { recipe, pointer } = state;
      if (pointer) return { kind: 'missing', why: 'lfs-pointer' };
      const path = scenePaths(entity, scene, REAL_PLACES).picture(recipe.picture.extension);
      const source = recipe.provenance.run === ADOPTED ? 'adopted' : 'generated';
      return { kind: 'present', original: { path, sha256: recipe.picture.sha256, source, recipe } };
    }
    case 'locked':
      return lockedPicture(context, planned);
    case 'refused':
    case 'unusable':
      return { kind: 'missing', why: 'refused' };
    case 'edited':
    case 'blocked':
      return { kind: 'missing', why: state.kind };
    case 'pending':
    case 'waits':
      return { kind: 'missing', why: state.before === 'outdated' ? 'outdated' : 'not-made' };
    case 'reused': {
      const present = await presentPath(context, planned);
      return { kind: 'missing', why: present === undefined ? 'not-made' : 'outdated' };
    }
  }
}

async function presentPath(
  { digests }: OriginalContext,
  { entity, scene }: PlannedScene,
): Promise<string | undefined> {
  const paths = scenePaths(entity, scene, REAL_PLACES);
  for (const extension of PICTURE_EXTENSIONS) {
    const path = paths.picture(extension);
    if ((await digests.find(path)).kind !== 'absent') return path;
  }
  return undefined;
}

/** A locked picture is its author's decision, whether it is still that of its recipe or not. */
async function lockedPicture(context: OriginalContext, planned: PlannedScene): Promise<OriginalOutcome> {
  const path = await presentPath(context, planned);
  if (path === undefined) return { kind: 'missing', why: 'not-made' };
  const facts = await context.digests.find(path);
  if (facts.kind !== 'picture') return { kind: 'missing', why: 'unreadable' };
  const { verdict, sha256 } = facts;
  if (verdict.kind === 'lfs-pointer') return { kind: 'missing', why: 'lfs-pointer' };
  if (verdict.kind !== 'whole') return { kind: 'missing', why: 'unreadable' };
  const place = scenePaths(planned.entity, planned.scene, REAL_PLACES).recipe;
  const read = await readRecipe(join(context.workspaceRoot, place));
  const recipe = read.kind === 'present' ? read.value : undefined;
  return { kind: 'present', original: { path, sha256, source: sourceOfLocked(recipe, sha256), recipe } };
}

function sourceOfLocked(recipe: Recipe | undefined, sha256: string): Original['source'] {
  if (recipe === undefined) return 'authored';
  const isAsRecorded = recipe.picture.sha256 === sha256;
  if (recipe.provenance.run === ADOPTED) return isAsRecorded ? 'adopted' : 'authored';
  return isAsRecorded ? 'generated' : 'edited';
}
