import { join } from 'node:path';
import { ContentReader, type Entity, type Scene } from '../content/index.js';
import { NOT_UTF8, readAuthoredText } from '../record/authored-text.js';
import { spliceField } from '../record/splice-field.js';
import { writeFileAtomic } from '../util/atomic-write.js';
import { findScene } from './choose.js';
import { sceneName } from '../plan/index.js';

export type SetFieldOutcome =
  | { readonly kind: 'written'; readonly file: string }
  | { readonly kind: 'unchanged'; readonly file: string }
  /** Nothing was written; the file is as it was. */
  | { readonly kind: 'refused'; readonly file: string; readonly why: string };

type SceneField =
  { readonly field: 'take'; readonly value: number } | { readonly field: 'locked'; readonly value: boolean };

/**
 * Writes `take` or `locked` into a scene where its author wrote it, and changes no other byte of the file. The
 * result is read again before it is kept: a dialect that did not take the field would otherwise look as if the
 * command had worked. `false` for `locked` takes the field away.
 */
export async function setSceneField(
  workspaceRoot: string,
  entity: Entity,
  scene: Scene,
  change: SceneField,
): Promise<SetFieldOutcome> {
  const { file } = scene;
  const path = join(workspaceRoot, file);
  const text = await readAuthoredText(path);
  if (text === undefined) return { kind: 'refused', file, why: NOT_UTF8 };
  const outcome = spliceField(
    text,
    scene.at,
    change.field,
    change.value === false ? undefined : change.value,
  );
  switch (outcome.kind) {
    case 'unchanged':
      return { kind: 'unchanged', file };
    case 'refused':
      return { kind: 'refused', file, why: outcome.why };
    case 'spliced':
      break;
  }
  if ((await readAuthoredText(path)) !== text) {
    return { kind: 'refused', file, why: 'it was changed meanwhile; run the command again' };
  }
  await writeFileAtomic(path, outcome.text);
  const world = new ContentReader(workspaceRoot).load([entity.file], undefined);
  const found = findScene(world, sceneName(entity, scene));
  if (found.kind === 'found' && found.scene[change.field] === change.value) return { kind: 'written', file };
  await writeFileAtomic(path, text);
  return {
    kind: 'refused',
    file,
    why: `its form (${entity.dialect}) has no place for "${change.field}" in a scene`,
  };
}
