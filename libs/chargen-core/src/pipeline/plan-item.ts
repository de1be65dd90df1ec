import { unreachable } from '../util/unreachable.js';
import {
  roundMicro,
  type CostEstimate,
  type FileDigests,
  type PlannedReference,
  type PlannedScene,
} from '../plan/index.js';
import { ADOPTED } from '../recipe/index.js';
import type { Dialect, EntityType } from '../content/index.js';
import { describeNoPicture } from '../recipe/index.js';

/** A reference of a scene as the plan shows it. */
export interface PlannedItemReference {
  readonly name: string;
  readonly role: string;
  /** Relative to the workspace; null for a picture that is not made yet, or is only in the store. */
  readonly path: string | null;
  readonly sha256: string | null;
  readonly state: PlannedReference['state'];
}

/** `in-flight`: Google works on it, so that no run asks for it again. */
export type PlannedItemState = PlannedScene['state']['kind'] | 'in-flight';

/** One scene in `chargen plan --json`. The names and their order are a promise to scripts. */
export interface PlannedItem {
  readonly entityType: EntityType;
  readonly slug: string;
  readonly scene: string;
  readonly dialect: Dialect;
  /** Null if it cannot be known yet (waits), or is not asked for (locked, blocked). */
  readonly key: string | null;
  readonly state: PlannedItemState;
  readonly reason: string;
  readonly model: string;
  readonly aspectRatio: string;
  readonly imageSize: string;
  readonly promptChars: number;
  readonly references: readonly PlannedItemReference[];
  /** US dollars that this scene is expected to cost now: 0 if nothing is asked, null if no price is known. */
  readonly estimatedUsd: number | null;
}

/** Why a scene stands where it does, as a clause. */
export function describeState(planned: PlannedScene): string {
  const { state } = planned;
  switch (state.kind) {
    case 'locked':
      return 'its author locked it';
    case 'done':
      return describeDone(state);
    case 'reused':
      return state.from === undefined
        ? 'its picture is in the store'
        : `its picture was made under another name and is at ${state.from}`;
    case 'refused':
    case 'unusable':
      return describeNoPicture(state.reason, oneLine(state.message));
    case 'pending':
      return state.why;
    case 'waits':
      return `it shows pictures that are still to be made: ${[...new Set(state.on)].sort().join(', ')}`;
    case 'blocked':
      return state.diagnostics.map((one) => `${one.code}: ${oneLine(one.message)}`).join(' ');
    case 'edited':
      return `${state.path}: ${state.why}`;
    default:
      return unreachable(state);
  }
}

function describeDone({ pointer, by, recipe }: Extract<PlannedScene['state'], { kind: 'done' }>): string {
  const what = pointer ? ' (a Git LFS pointer to it)' : '';
  switch (by.kind) {
    case 'held':
      return `its picture is held${what}: it was made with ${by.missing.join(', ')}, which is missing now`;
    case 'asked':
      return `its picture is what people asked for${what}; it would be asked for differently today`;
    case 'key':
      return recipe.provenance.run === ADOPTED
        ? `its picture was adopted${what}`
        : `its picture is the one of its recipe${what}`;
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * The item of a scene. `estimate` is what it adds to the cost of the plan: nothing if another scene asks for
 * the same and pays for both, whose name is then `sharedWith`.
 */
export async function plannedItem(
  planned: PlannedScene,
  digests: FileDigests,
  estimate: CostEstimate,
  sharedWith: string | undefined,
): Promise<PlannedItem> {
  return withCost(await freeItem(planned, digests), estimate, sharedWith);
}

/** The same for an item as `freeItem` gives it. */
export function withCost(
  item: PlannedItem,
  estimate: CostEstimate,
  sharedWith: string | undefined,
): PlannedItem {
  const { reason } = item;
  return {
    ...item,
    reason: sharedWith === undefined ? reason : `${reason}; the same request as ${sharedWith}, paid once`,
    estimatedUsd: estimate.unknown > 0 ? null : roundMicro(estimate.expected),
  };
}

/** The item of a scene as if it cost nothing. */
export async function freeItem(planned: PlannedScene, digests: FileDigests): Promise<PlannedItem> {
  const { entity, scene, state, prompt, model, key } = planned;
  return {
    entityType: entity.type,
    slug: entity.slug,
    scene: scene.isSpare ? `${scene.id}@${scene.take}` : scene.id,
    dialect: entity.dialect,
    key: key ?? null,
    state: state.kind,
    reason: describeState(planned),
    model,
    aspectRatio: scene.aspectRatio,
    imageSize: scene.imageSize,
    promptChars: prompt.text.length,
    references: await Promise.all(planned.references.map((one) => itemReference(one, digests))),
    estimatedUsd: 0,
  };
}

async function itemReference(planned: PlannedReference, digests: FileDigests): Promise<PlannedItemReference> {
  const { reference, state, file } = planned;
  const base = { name: reference.name, role: reference.role };
  if (file !== undefined) return { ...base, path: file.path ?? null, sha256: file.sha256, state };
  if (reference.kind !== 'file') return { ...base, path: null, sha256: null, state };
  // One that is not sent may have several names: the one that exists is meant, else the first is missing.
  for (const path of reference.paths) {
    const facts = await digests.find(path);
    if (facts.kind === 'absent') continue;
    if (facts.kind === 'unreadable') return { ...base, path, sha256: null, state };
    const { verdict } = facts;
    const sha256 =
      verdict.kind === 'lfs-pointer' ? verdict.oid : verdict.kind === 'whole' ? facts.sha256 : null;
    return { ...base, path, sha256, state };
  }
  return { ...base, path: reference.paths[0], sha256: null, state };
}
