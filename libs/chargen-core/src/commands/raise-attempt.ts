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
  const stored = await store.find(refusal.key);
  const inStore = stored?.kind === 'refused' ? (stored.attempt ?? 1) : 1;
  const refused = Math.max(refusal.attempt ?? 1, inStore);
  const present = scene.attempt ?? 1;
  if (present > refused) return { attempt: present, outcome: { kind: 'unchanged', file: scene.file } };
  const attempt = refused + 1;
  const change = { field: 'attempt', value: attempt } as const;
  return { attempt, outcome: await setSceneField(workspaceRoot, entity, scene, change) };
}
