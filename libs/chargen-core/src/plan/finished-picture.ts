import type { Entity, Scene } from '../content/index.js';
import { asContentKey, type Recipe, type SidecarOutcome } from '../recipe/index.js';
import { changedFields, writtenDigest, type Asked, type AskedChange } from './asked.js';
import { scenePaths } from './places.js';
import type { PlannerOptions } from './planner-options.js';
import type { RequestFile } from './request.js';
import type { ReferenceOutcomes } from './reference-outcome.js';
import type { DoneBy, SceneState } from './scene-state.js';

type DoneState = Extract<SceneState, { kind: 'done' }>;

/** The picture that is in a scene's place, if it is the one of its recipe. */
export interface FinishedPicture {
  readonly recipe: Recipe;
  /** Only the Git LFS pointer to it is here. */
  readonly pointer: boolean;
}

export async function finishedPicture(
  context: PlannerOptions,
  entity: Entity,
  scene: Scene,
  recipe: SidecarOutcome<Recipe>,
): Promise<FinishedPicture | undefined> {
  if (recipe.kind !== 'present') return undefined;
  const { picture } = recipe.value;
  const facts = await context.digests.find(
    scenePaths(entity, scene, context.places).picture(picture.extension),
  );
  if (facts.kind !== 'picture') return undefined;
  const pointer = facts.verdict.kind === 'lfs-pointer' && facts.verdict.oid === picture.sha256;
  if (!pointer && facts.sha256 !== picture.sha256) return undefined;
  return { recipe: recipe.value, pointer };
}

export function doneState({ recipe, pointer }: FinishedPicture, by: DoneBy): DoneState {
  return { kind: 'done', key: asContentKey(recipe.key), recipe, pointer, by };
}

/**
 * Whether a finished picture still counts, although its key is not the present one or no key can be known. Undefined if
 * it does not: people changed something, or an older version judged it by its key alone.
 */
export function doneByAsked(
  finished: FinishedPicture,
  wording: number,
  asked: Asked,
  outcomes: ReferenceOutcomes,
): DoneState | undefined {
  const missing = missingPictures(finished.recipe, outcomes);
  if (missing.length > 0) return doneState(finished, { kind: 'held', missing });
  const changes = changesSince(finished.recipe, wording, asked, outcomes);
  return changes?.length === 0 ? doneState(finished, { kind: 'asked' }) : undefined;
}

/** What people changed since a picture was made; undefined if its recipe does not record what was asked for. */
export function changesSince(
  { asked: before, references }: Pick<Recipe, 'asked' | 'references'>,
  wording: number,
  asked: Asked,
  outcomes: ReferenceOutcomes,
): readonly AskedChange[] | undefined {
  if (before === undefined) return undefined;
  const present = presentFiles(outcomes);
  const pictures = references.flatMap(({ name, sha256 }): AskedChange[] => {
    if (present.some((file) => file.sha256 === sha256)) return [];
    // One that is not there under its name was left out by this version, or is gone: `missingPictures` shows which.
    return present.some((file) => file.name === name) ? [{ kind: 'picture', name }] : [];
  });
  return [
    ...changedFields(before.fields, asked.fields).map((field): AskedChange => ({ kind: 'field', field })),
    ...pictures,
    ...(before.compiler < wording ? [{ kind: 'wording' } as const] : []),
  ];
}

/** Pictures that it was made with, that cannot be sent now, and that the scene still names. */
function missingPictures({ references }: Recipe, outcomes: ReferenceOutcomes): string[] {
  const present = presentFiles(outcomes);
  const gone = new Set(
    [...outcomes].flatMap(([reference, outcome]) =>
      outcome.kind === 'error' ? [writtenDigest(reference.written)] : [],
    ),
  );
  return references.flatMap(({ name, sha256, written }) => {
    const isMissing = written !== undefined && gone.has(written);
    return isMissing && !present.some((file) => file.sha256 === sha256) ? [name] : [];
  });
}

/** Pictures that can be sent now, also those that there is no room for. */
export function presentFiles(outcomes: ReferenceOutcomes): readonly RequestFile[] {
  return [...outcomes.values()].flatMap((one) => (one.kind === 'file' ? [one.file] : []));
}
