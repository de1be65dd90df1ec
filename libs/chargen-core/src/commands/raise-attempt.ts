import type { Entity, Scene } from '../content/index.js';
import type { Refusal } from '../recipe/index.js';
import type { Store } from '../store/index.js';
import { setSceneField, type SetFieldOutcome } from './set-scene-field.js';

/** What `attempt` becomes, and what came of writing it. */
export interface RaisedAttempt {
  readonly attempt: number;
  readonly outcome: SetFieldOutcome;
}

/**
 * Asks again for a picture that the model refused: writes into the scene an `attempt` above the one that was refused.
 * The refusal stays until another answer replaces it. A scene whose attempt is above it already is left as it is, so
 * that a command that was killed and is called again asks once.
 */
export async function raiseAttempt(
  workspaceRoot: string,
  store: Pick<Store, 'find'>,
  entity: Entity,
  scene: Scene,
  refusal: Refusal,
): Promise<RaisedAttempt> {
  const attempt = await nextAttempt(store, scene, refusal);
  if (attempt === scene.attempt) return { attempt, outcome: { kind: 'unchanged', file: scene.file } };
  const change = { field: 'attempt', value: attempt } as const;
  return { attempt, outcome: await setSceneField(workspaceRoot, entity, scene, change) };
}

/** The `attempt` with which a refused scene is asked for again; its own, if that is above the refused one already. */
export async function nextAttempt(
  store: Pick<Store, 'find'>,
  scene: Scene,
  refusal: Refusal,
): Promise<number> {
  const stored = await store.find(refusal.key);
  const inStore = stored?.kind === 'refused' ? (stored.attempt ?? 1) : 1;
  return Math.max(scene.attempt ?? 1, (refusal.attempt ?? 1) + 1, inStore + 1);
}
