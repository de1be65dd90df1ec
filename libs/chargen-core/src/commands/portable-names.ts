import { posix } from 'node:path';
import {
  foldedName,
  imagePath,
  visible,
  whyNotOnWindows,
  whyOneName,
  withoutExtension,
  type Diagnostic,
  type Entity,
  type LoadedEntity,
} from '../content/index.js';

/**
 * Names of folders with which a teammate on another system would have no world, or only part of it: those that Windows
 * does not allow, and two that are one folder if letter case or the Unicode form of accents does not count (macOS, Windows).
 */
export function folderNameWarnings(entities: readonly Pick<LoadedEntity, 'folder'>[]): Diagnostic[] {
  const found = new Map<string, string>();
  return entities.flatMap(({ folder: { root, file } }): Diagnostic[] => {
    const warn = (code: string, message: string): Diagnostic => ({
      severity: 'warning',
      code,
      message,
      file,
      at: [],
    });
    const bad = root.split('/').find((name) => whyNotOnWindows(name) !== undefined);
    const key = foldedName(root);
    const other = found.get(key);
    found.set(key, root);
    const why = `${whyNotOnWindows(bad ?? '') ?? ''}. Rename it.`;
    return [
      ...(bad === undefined
        ? []
        : [warn('windows-name', `No folder on Windows can be called "${bad}": ${why}`)]),
      ...(other === undefined ? [] : [warn(...oneFolder(root, other))]),
    ];
  });
}

function oneFolder(root: string, other: string): [code: string, message: string] {
  const { code, why } = whyOneName(root, other);
  const names = (code === 'letter-case' ? [root, other] : [visible(root), visible(other)]).join(' and ');
  return [code, `${names} are one folder ${why}. Rename one.`];
}

/** The same of names of pictures. */
export function sceneNameWarnings(entity: Entity): Diagnostic[] {
  const pictures = new Map(
    entity.pictures.flatMap(({ paths }) =>
      paths.map((path): [string, string] => [foldedName(withoutExtension(path)), path]),
    ),
  );
  return entity.scenes.flatMap(({ id, file, at }): Diagnostic[] => {
    const warn = (code: string, message: string): Diagnostic[] => [
      { severity: 'warning', code, message, file, at: [...at, 'id'] },
    ];
    const why = whyNotOnWindows(id);
    if (why !== undefined) {
      return warn('windows-name', `The picture of "${id}" cannot be on Windows: ${why}. Choose another id.`);
    }
    const drawn = pictures.get(foldedName(imagePath(entity.root, id)));
    if (drawn === undefined) return [];
    const { code, why: reason } = whyOneName(imagePath(entity.root, id), withoutExtension(drawn));
    const name = posix.basename(drawn);
    return warn(code, `The picture of "${id}" and your ${name} are one file ${reason}. Choose another id.`);
  });
}
