import { join } from 'node:path';
import { spliceField } from 'yaml-splice';
import { ContentReader, type Entity, type Scene } from '../content/index.js';
import { editAuthoredFile } from '../record/edit-authored.js';
import { replaceIfUnchanged } from '../util/replace-authored.js';
import { findScene } from './choose.js';
import { sceneName } from '../plan/index.js';

export type SetFieldOutcome =
  | { readonly kind: 'written'; readonly file: string }
  | { readonly kind: 'unchanged'; readonly file: string }
  /** Nothing was written; the file is as it was. */
  | { readonly kind: 'refused'; readonly file: string; readonly why: string };

type SceneField =
  | { readonly field: 'take' | 'takes' | 'attempt' | 'wording'; readonly value: number }
  | { readonly field: 'model'; readonly value: string }
  | { readonly field: 'locked'; readonly value: boolean };

/**
 * Writes one field into a scene, where its author wrote the scene, and changes no other byte of the file. The
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
  let at: Scene['at'] | undefined = scene.at;
  let refused: string | undefined;
  let before = '';
  let after = '';
  let isFirst = true;
  const edited = await editAuthoredFile(path, (text) => {
    // The author saved meanwhile: the scene may stand in another place of their version.
    if (!isFirst) at = placeNow(workspaceRoot, entity, scene);
    isFirst = false;
    if (at === undefined) {
      refused = 'it was changed meanwhile and has no such scene any more';
      return undefined;
    }
    const outcome = spliceField(text, at, change.field, change.value === false ? undefined : change.value);
    refused = outcome.kind === 'refused' ? outcome.why : undefined;
    if (outcome.kind !== 'spliced') return undefined;
    before = text;
    after = outcome.text;
    return after;
  });
  if (refused !== undefined) return { kind: 'refused', file, why: refused };
  if (edited.kind !== 'written') return { file, ...edited };
  const world = new ContentReader(workspaceRoot).load([entity.file], undefined);
  const found = findScene(world, sceneName(entity, scene));
  if (found.kind === 'found' && found.scene[change.field] === change.value) return { kind: 'written', file };
  await replaceIfUnchanged(path, Buffer.from(after), before);
  return {
    kind: 'refused',
    file,
    why: `its form (${entity.dialect}) has no place for "${change.field}" in a scene`,
  };
}

function placeNow(workspaceRoot: string, entity: Entity, scene: Scene): Scene['at'] | undefined {
  const world = new ContentReader(workspaceRoot).load([entity.file], undefined);
  const found = findScene(world, sceneName(entity, scene));
  return found.kind === 'found' && found.scene.file === scene.file ? found.scene.at : undefined;
}
