import { posix } from 'node:path';
import {
  foldedName,
  imagePath,
  whyNotOnWindows,
  withoutExtension,
  type Diagnostic,
  type Entity,
  type LoadedEntity,
} from '../content/index.js';

/**
 * Names of folders with which a teammate on another system would have no world, or only part of it: those that Windows
 * does not allow, and two that are one folder if letter case does not count (macOS, Windows).
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
    const twice = `are one folder on macOS and Windows, where letter case does not count. Rename one.`;
    return [
      ...(bad === undefined
        ? []
        : [warn('windows-name', `No folder on Windows can be called "${bad}": ${why}`)]),
      ...(other === undefined ? [] : [warn('letter-case', `${root} and ${other} ${twice}`)]),
    ];
  });
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
    return drawn === undefined
      ? []
      : warn(
          'letter-case',
          `The picture of "${id}" and your ${posix.basename(drawn)} are one file on macOS and Windows, where letter case does not count. Choose another id.`,
        );
  });
}
